"""Your profile › Sign-in: another password, and the end of all other sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.web import confirming
from taskforce.web.access import needs, served, user_of
from taskforce.web.noting import note
from taskforce.web.presenters.sessions import SessionLine, browser_of
from taskforce.web.sessions import end_session, own_sessions


@needs(Role.VIEWER)
@require_http_methods(["GET", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """The present password is asked for; all other sessions end with it."""
    form = PasswordChangeForm(user_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            update_session_auth_hash(request, form.save())
            note(request, Deed.PASSWORD_CHANGED)
        messages.success(request, "Your password is changed. Wherever else you were signed in, you are signed out.")
        return redirect("own_security")
    second = served(request).second_factors.of(user_of(request).username)
    context = {
        "form": form,
        "second": second,
        "is_confirmed": confirming.is_confirmed(request),
        "sessions": _lines(request),
    }
    return render(request, "web/own_security.html", context)


def _lines(request: HttpRequest) -> list[SessionLine]:
    return [
        SessionLine(
            number=row.pk,
            browser=browser_of(row.user_agent),
            address=row.ip,
            since=row.created_at,
            last_seen_at=row.last_seen_at,
            is_this=row.session_key == request.session.session_key,
        )
        for row in own_sessions(request)
    ]


@needs(Role.VIEWER)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """One session of one's own ends, but not this one: for that one signs out."""
    number = request.POST.get("session", "")
    with transaction.atomic():
        if number.isdecimal() and end_session(request, int(number)):
            note(request, Deed.SIGNED_OUT, details={"where": "in one other session"})
            messages.success(request, "That session is over.")
        else:
            messages.info(request, "That session was over already.")
    return redirect("own_security")


@needs(Role.VIEWER)
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """All sessions but this one end."""
    user = user_of(request)
    with transaction.atomic():
        served(request).users.end_sessions(user.username)
        user.refresh_from_db()
        update_session_auth_hash(request, user)
        note(request, Deed.SIGNED_OUT, details={"where": "everywhere else"})
    messages.success(request, "Wherever else you were signed in, you are signed out.")
    return redirect("own_security")
