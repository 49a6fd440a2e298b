"""What people do on the pages goes into the audit: every view that changes something calls `note`."""

from collections.abc import Mapping

from django.http import HttpRequest

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
    here = served(request)
    here.audit.add(
        deed,
        who=user_of(request).username,
        origin=origin_of(request),
        now=here.clock.now(),
        connection=connection,
        subject=subject,
        details=details,
    )


def origin_of(request: HttpRequest) -> str:
    """The address that a request came from."""
    return str(request.META.get("REMOTE_ADDR") or "")
