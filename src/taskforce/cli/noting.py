"""What is done by command goes into the audit, as what is done on the pages does."""

import getpass
from collections.abc import Mapping
from typing import TYPE_CHECKING

from taskforce.differences import deed_of
from taskforce.domain.audit import Deed

if TYPE_CHECKING:
    from taskforce.installation import Installation

ORIGIN = "command line"


def note(
    installation: "Installation",
    deed: Deed,
    *,
    connection: str = "",
    subject: str = "",
    details: Mapping[str, str] | None = None,
) -> None:
    """Whoever runs the command did this, now. Never give it a secret."""
    now = installation.clock.now()
    installation.audit.add(
        deed, who=who(), origin=ORIGIN, now=now, connection=connection, subject=subject, details=details
    )


def note_edit(installation: "Installation", connection: str, changed: Mapping[str, str]) -> None:
    """Whoever runs the command changed this of a connection."""
    note(installation, deed_of(changed), connection=connection, details=changed)


def who() -> str:
    """The user of this machine; some containers know none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
