"""Sessions end: after a while without anything done, after twelve hours whatever is done, and when people say so.

ASVS 7.3.1, 7.3.2 and 7.4. The rows are those of allauth.usersessions, by the installation's clock.
"""

import ipaddress
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from taskforce.adapters.store.models import User
from taskforce.domain.audit import Deed
from taskforce.web.access import served, user_of
from taskforce.web.noting import note, origin_of

LONGEST = timedelta(hours=12)
SEEN_IS_TOLD_EVERY = timedelta(minutes=1)
_LONGEST_BROWSER = 200
_BEGUN = "signed_in_at"


class SessionEndMiddleware:
    """Whoever comes back too late signs in again; what a page asks for by itself is no sign of anybody being there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            _end_if_due(request)
        return self._get_response(request)


def _end_if_due(request: HttpRequest) -> None:
    here = served(request)
    now, row = here.clock.now(), _row(request)
    if now - row.created_at >= LONGEST:
        _end(request, row, f"You were signed out {LONGEST // timedelta(hours=1)} hours after you had signed in.")
    elif now - row.last_seen_at >= here.session_idle:
        minutes = here.session_idle // timedelta(minutes=1)
        _end(request, row, f"You were signed out, since nothing was done for {minutes} minutes.")
    elif "HX-Request" not in request.headers and now - row.last_seen_at >= SEEN_IS_TOLD_EVERY:
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now, ip=_address(request))


def _row(request: HttpRequest) -> UserSession:
    """The session's; its beginning stays when its key changes, as after another password."""
    now = served(request).clock.now()
    begun = request.session.setdefault(_BEGUN, now.isoformat())
    row, _ = UserSession.objects.get_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user_of(request),
            "ip": _address(request),
            "user_agent": request.headers.get("User-Agent", "")[:_LONGEST_BROWSER],
            "created_at": datetime.fromisoformat(begun),
            "last_seen_at": now,
        },
    )
    return row


def _address(request: HttpRequest) -> str:
    """A proxy that is trusted may pass on what is none; the column takes addresses only."""
    try:
        return str(ipaddress.ip_address(origin_of(request)))
    except ValueError:
        return "::"


def _end(request: HttpRequest, row: UserSession, sentence: str) -> None:
    note(request, Deed.SIGNED_OUT, details={"because": "the session was over"})
    row.delete()
    logout(request)
    messages.info(request, sentence)


def own_sessions(request: HttpRequest) -> Sequence[UserSession]:
    """Those of whoever asks that have not ended, the latest first; rows of others are forgotten on the way."""
    rows = UserSession.objects.purge_and_list(user_of(request))
    return sorted(rows, key=lambda row: row.last_seen_at, reverse=True)


def end_session(request: HttpRequest, number: int) -> bool:
    """End one of one's own but this one; whether there was such a session."""
    rows = UserSession.objects.filter(user=user_of(request), pk=number)
    row = rows.exclude(session_key=request.session.session_key).first()
    if row is None:
        return False
    row.end()
    return True
