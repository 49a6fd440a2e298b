"""Passkeys as second factor: made and taken away on one's own page."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.web import confirming
from taskforce.web.access import before_second_factor, needs, served, user_of
from taskforce.web.noting import note
from taskforce.web.second_step import MALFORMED, WRONG, show_codes, why_not

LONGEST_NAME = 50


class _MakeForm(AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        """The same for the answer that makes one."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED:
            raise ValidationError(WRONG) from None
        return cleaned


@before_second_factor
@needs(Role.VIEWER)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Another passkey, by a browser that has one, once somebody signed in again."""
    problem = why_not(request)
    if problem is None and "credential" in request.POST:
        form = _MakeForm(user=user_of(request), data=request.POST)
        if form.is_valid():
            name = form.cleaned_data["name"][:LONGEST_NAME]
            return _added(request, name, form.cleaned_data["credential"])
        problem = "No passkey came of that. Try again."
    context: dict[str, Any] = {"problem": problem, "is_confirmed": confirming.is_confirmed(request)}
    context["is_required"] = served(request).requires_second_factor
    if context["is_confirmed"]:
        context["options"] = auth.begin_registration(user_of(request), passwordless=False)
    return render(request, "web/passkey.html", context, status=400 if problem else 200)


def _added(request: HttpRequest, name: str, credential: dict[str, Any]) -> HttpResponse:
    with served(request).second_factors.changing():
        auth.WebAuthn.add(user_of(request), name, credential)
        note(request, Deed.SECOND_FACTOR_CHANGED, details={"passkey": "added", "name": name})
        return show_codes(request)


@needs(Role.VIEWER)
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """A passkey is good no longer."""
    problem, number = why_not(request), request.POST.get("passkey", "")
    if problem is not None:
        messages.error(request, problem)
        return redirect("own_security")
    with transaction.atomic():
        factors = served(request).second_factors
        if number.isdecimal() and factors.remove_passkey(user_of(request).username, int(number)):
            note(request, Deed.SECOND_FACTOR_CHANGED, details={"passkey": "removed"})
            messages.success(request, "That passkey is good no longer.")
    return redirect("own_security")
