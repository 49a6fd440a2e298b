"""What a view may reach: which role it needs (S1), and whose pages it is of.

A view that declares no role is open to nobody: see `middleware.AccessMiddleware`.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest

from taskforce.adapters.store.models import User
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.installation import Installation

View = TypeVar("View", bound=Callable[..., Any])

NEEDS = "needs"
PUBLIC = "public"
BEFORE_SECOND_FACTOR = "before_second_factor"


def needs(role: Role) -> Callable[[View], View]:
    """Declare the role that a view needs."""
    return lambda view: _marked(view, role)


def public(view: View) -> View:
    """Declare that a view is for people who have not signed in as well."""
    return _marked(view, PUBLIC)


def before_second_factor(view: View) -> View:
    """Declare that a view is for people, too, who have yet to set up the second factor that is required of them."""
    setattr(view, BEFORE_SECOND_FACTOR, True)
    return view


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether whoever has signed in has none."""
    return not served(request).second_factors.of(user_of(request).username).is_set_up


def _marked(view: View, what: object) -> View:
    setattr(view, NEEDS, what)
    return view


def user_of(request: HttpRequest) -> User:
    """Who has signed in; for views that need a role, which the middleware has seen to."""
    assert isinstance(request.user, User)  # noqa: S101 - a defect otherwise  # nosec B101
    return request.user


def may(request: HttpRequest, role: Role) -> bool:
    """Whether whoever asks has this role."""
    return isinstance(request.user, User) and Role(request.user.role).includes(role)


def served(request: HttpRequest) -> Installation:
    """The installation whose pages these are."""
    assert isinstance(request, ASGIRequest)  # noqa: S101 - nothing else serves them  # nosec B101
    return cast("Installation", request.scope["app"].state.installation)


def connected(request: HttpRequest, name: str) -> Installation:
    """The same, if it has this connection; there is no such page otherwise."""
    here = served(request)
    try:
        here.require(name)
    except ConfigurationError:
        raise Http404 from None
    return here
