"""Admin › Users: who may sign in, and what they may do."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.web import confirming
from taskforce.web.access import needs, served, user_of
from taskforce.web.noting import note
from taskforce.web.presenters.people import headline

_TYPED = ("username", "full_name", "email", "role")


@needs(Role.ADMINISTRATOR)
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """Everybody."""
    return _page(request)


def _page(request: HttpRequest, *, invited: str = "", problems: Sequence[str] = (), asked: str = "") -> HttpResponse:
    """With the link by which somebody chooses a password, this once: it is kept nowhere (ASVS 14.2.1).

    With `problems` what was typed for an invitation stands there again; with `asked`, whose credentials are to change,
    there is a form to sign in again first.
    """
    here = served(request)
    people = here.users.all()
    context = {
        "people": people,
        "headline": headline(people),
        "with_second_factor": here.second_factors.owners(),
        "roles": list(Role),
        "invitation": _invitation(request, invited) if invited else None,
        "problems": problems,
        "is_confirmed": confirming.is_confirmed(request),
        "asked": {"username": asked, "deed": request.POST.get("deed", "")} if asked else None,
        "is_wrong": "own_password" in request.POST,
        "typed": {each: request.POST.get(each, "") if problems else "" for each in _TYPED},
    }
    return render(request, "web/users.html", context)


@needs(Role.ADMINISTRATOR)
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Somebody new, who chooses a password by a link that is shown once; only after signing in again."""
    here = served(request)
    if not _is_confirmed(request):
        typed = request.POST.get("own_password", "")
        return _page(request, problems=["This is not your password." if typed else "Type your own password as well."])
    try:
        role = _role(request)
        with transaction.atomic():
            name = here.users.invite(
                request.POST.get("username", ""),
                role=role,
                full_name=request.POST.get("full_name", "").strip(),
                email=request.POST.get("email", "").strip(),
                now=here.clock.now(),
            )
            note(request, Deed.USER_ADDED, subject=name, details={"role": role.value})
    except ConfigurationError as error:
        return _page(request, problems=error.problems)
    return _page(request, invited=name)


@needs(Role.ADMINISTRATOR)
@require_POST
def change(request: HttpRequest, username: str) -> HttpResponse:
    """Another role, no more access or access again, another password or second factor, or the end of all sessions.

    What is done and what the audit says of it stand or fall together. What somebody signs in with changes only after
    signing in again (ASVS 7.5.1).
    """
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed in _OF_CREDENTIALS and not _is_confirmed(request):
        return _page(request, asked=username)
    try:
        with transaction.atomic():
            said = deed(request, username) if deed is not None else "Nothing was changed."
    except ConfigurationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
        if deed is _new_password:
            return _page(request, invited=username)
    return redirect("users")


def _set_role(request: HttpRequest, username: str) -> str:
    role = _role(request)
    served(request).users.set_role(username, role)
    note(request, Deed.USER_CHANGED, subject=username, details={"role": role.value})
    return f"{username} is {role.value} now."


def _disable(request: HttpRequest, username: str) -> str:
    if username == user_of(request).username:
        raise ConfigurationError(["You cannot take your own access away: another administrator can."])
    served(request).users.set_active(username, is_active=False)
    note(request, Deed.USER_CHANGED, subject=username, details={"may sign in": "no"})
    return f"{username} may not sign in any more, and is signed out everywhere."


def _enable(request: HttpRequest, username: str) -> str:
    served(request).users.set_active(username, is_active=True)
    note(request, Deed.USER_CHANGED, subject=username, details={"may sign in": "yes"})
    return f"{username} may sign in again."


def _sign_out(request: HttpRequest, username: str) -> str:
    served(request).users.end_sessions(username)
    note(request, Deed.USER_CHANGED, subject=username, details={"signed out": "everywhere"})
    return f"{username} is signed out everywhere."


def _new_password(request: HttpRequest, username: str) -> str:
    served(request).users.require(username)
    note(request, Deed.USER_CHANGED, subject=username, details={"link for a password": "made"})
    return f"{username} can choose another password by the link below."


def _reset_second_factor(request: HttpRequest, username: str) -> str:
    served(request).second_factors.reset(username)
    note(request, Deed.SECOND_FACTOR_CHANGED, subject=username, details={"second factor": "reset"})
    return f"{username} signs in by the password alone until another second factor is set up."


_DEEDS: dict[str, Callable[[HttpRequest, str], str]] = {
    "role": _set_role,
    "disable": _disable,
    "enable": _enable,
    "sign_out": _sign_out,
    "password": _new_password,
    "second_factor": _reset_second_factor,
}

_OF_CREDENTIALS = (_new_password, _reset_second_factor)


def _is_confirmed(request: HttpRequest) -> bool:
    return confirming.is_confirmed(request) or confirming.confirm(request, request.POST.get("own_password", ""))


def _role(request: HttpRequest) -> Role:
    try:
        return Role(request.POST.get("role", ""))
    except ValueError:
        raise ConfigurationError(["Choose one of the roles."]) from None


def _invitation(request: HttpRequest, username: str) -> dict[str, str]:
    """The address is the one that the operator gave, or else that by which the administrator came here."""
    here = served(request)
    path = reverse("invitation", args=here.users.invitation(username))
    return {
        "username": username,
        "link": f"{here.pages_url}{path}" if here.pages_url else request.build_absolute_uri(path),
    }
