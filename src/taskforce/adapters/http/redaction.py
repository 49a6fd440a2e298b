"""What of a request may stand in a log: where it went, never what was in it."""

from urllib.parse import parse_qsl, urlsplit


def loggable_url(url: str) -> str:
    """Scheme, host and path, and the names of parameters; their values, user names and passwords are left out."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    names = ",".join(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    return f"{parts.scheme}://{host}{parts.path}" + (f"?{names}" if names else "")
