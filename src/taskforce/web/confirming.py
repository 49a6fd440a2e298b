"""Before addresses, users or secrets of a connection change, whoever does it signs in again (ASVS 7.5.1).

The password they sign in with is asked for in the form itself; it counts for ten minutes of the session.
"""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.http import HttpRequest

from taskforce.web.access import served, user_of
from taskforce.web.noting import origin_of

COUNTS_FOR = timedelta(minutes=10)
_KEY = "confirmed_at"


def is_confirmed(request: HttpRequest) -> bool:
    """Whether this was done in this session within ten minutes; a moment that lies ahead counts for nothing."""
    told = request.session.get(_KEY)
    if not isinstance(told, str):
        return False
    return timedelta(0) <= served(request).clock.now() - datetime.fromisoformat(told) < COUNTS_FOR


def confirm(request: HttpRequest, password: str) -> bool:
    """Take somebody's word for who they are, if the password is theirs; wrong ones count as when signing in."""
    user, here, address = user_of(request), served(request), origin_of(request)
    if not password or here.failures.wait(user.username, address, here.clock.now()):
        return False
    if authenticate(request, username=user.username, password=password) != user:
        here.failures.add(user.username, address, here.clock.now())
        return False
    confirmed(request)
    return True


def confirmed(request: HttpRequest) -> None:
    """Whoever asks has just shown who they are, by whatever they sign in with."""
    request.session[_KEY] = served(request).clock.now().isoformat()
