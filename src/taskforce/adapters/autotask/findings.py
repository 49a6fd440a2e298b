"""What a check found."""

from dataclasses import dataclass

from taskforce.errors import TaskforceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `taskforce check`: `name` is stable; not ok and not stopping is a warning."""

    name: str
    ok: bool
    message: str
    stops_import: bool = False
    mend: str = ""


def good(name: str, message: str) -> Finding:
    """All is well."""
    return Finding(name=name, ok=True, message=message)


def warning(name: str, message: str, mend: str) -> Finding:
    """An import runs, but somebody should look."""
    return Finding(name=name, ok=False, message=message, mend=mend)


def stop(name: str, message: str, mend: str) -> Finding:
    """An import would not run, or would not do its work."""
    return Finding(name=name, ok=False, stops_import=True, message=message, mend=mend)


def stopped_by(name: str, error: TaskforceError) -> Finding:
    """An error that an import would meet as well."""
    return stop(name, error.message, error.mend)
