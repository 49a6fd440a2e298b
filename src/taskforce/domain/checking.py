"""What a check found (B12)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `taskforce check`: `name` is a stable word; `mend` says what to do when it is not ok.

    A finding that is not ok either stops an import or is a warning.
    """

    system: str
    name: str
    ok: bool
    stops_import: bool
    message: str
    mend: str = ""
