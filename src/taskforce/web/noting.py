"""What people do on the pages goes into the audit: every view that changes something calls `note`."""

from collections.abc import Mapping

from django.http import HttpRequest

from taskforce.differences import deed_of
from taskforce.domain.audit import Deed
from taskforce.web.access import served, user_of


def note(
    request: HttpRequest,
    deed: Deed,
    *,
    connection: str = "",
    subject: str = "",
    details: Mapping[str, str] | None = None,
) -> None:
    """Whoever asks did this, now, from where they are. Never give it a secret."""
    note_of(request, user_of(request).username, deed, connection=connection, subject=subject, details=details)


def note_edit(request: HttpRequest, connection: str, changed: Mapping[str, str]) -> None:
    """Whoever asks changed this of a connection."""
    note(request, deed_of(changed), connection=connection, details=changed)


def note_of(
    request: HttpRequest,
    who: str,
    deed: Deed,
    *,
    connection: str = "",
    subject: str = "",
    details: Mapping[str, str] | None = None,
) -> None:
    """The same of somebody who has not signed in; a name that nobody has is not given: it may be a password."""
    here = served(request)
    here.audit.add(
        deed,
        who=who,
        origin=origin_of(request),
        now=here.clock.now(),
        connection=connection,
        subject=subject,
        details=details,
    )


def origin_of(request: HttpRequest) -> str:
    """The address that a request came from."""
    return str(request.META.get("REMOTE_ADDR") or "")
