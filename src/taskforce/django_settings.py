"""Django's settings: the store's database and nothing of the web yet (protocol 7 gives SQLite's settings)."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from taskforce.config import InstallationSettings

_installation = InstallationSettings()


def sqlite(path: str) -> dict[str, Any]:
    """A SQLite database that survives a power cut: WAL, full sync, writers wait up to 20 s for each other."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    """A PostgreSQL database by its URL; what stands behind a "?" are libpq's parameters ("sslmode=require")."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


DATABASES = {
    "default": postgresql(_installation.database_url)
    if _installation.database_url
    else sqlite(str(_installation.database_file))
}
INSTALLED_APPS = ["taskforce.adapters.store"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
SECRET_KEY = "nothing is signed with this yet"  # noqa: S105 - no sessions, no cookies: the pages bring a real one
LOGGING_CONFIG = None
