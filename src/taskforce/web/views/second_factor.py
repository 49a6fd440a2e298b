"""The second factor: asked for after the password, set up and turned off on one's own page (ASVS 6.3.3)."""

import base64
from contextlib import suppress
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.web import confirming
from taskforce.web.access import before_second_factor, needs, public, served, user_of
from taskforce.web.noting import note, note_of, origin_of
from taskforce.web.presenters.waiting import in_words
from taskforce.web.second_step import AskForm, show_codes, why_not
from taskforce.web.signing_in import is_still_good

_SECRET = "second_factor_secret"  # noqa: S105 - where it is kept, sealed, until it is confirmed  # nosec B105


class _Ask(AuthenticateView):
    """Allauth's, with the waits and the audit of a password (ASVS 6.3.1)."""

    template_name = "web/second_factor.html"
    webauthn_form_class = AskForm

    @property
    def _username(self) -> str:
        return str(self.stage.login.user.get_username())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refused unseen while there is a wait; whose password was changed meanwhile begins anew."""
        here = served(request)
        if not is_still_good(self.stage.login):
            anew: HttpResponse = self.stage.abort()
            return anew
        wait = here.failures.wait(self._username, origin_of(request), here.clock.now())
        if wait:
            context = self.get_context_data(wait=in_words(wait))
            refused = render(request, self.template_name, context, status=429)
            refused.headers["Retry-After"] = str(int(wait.total_seconds()))
            return refused
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the template asks for beside allauth's."""
        second = served(self.request).second_factors.of(self._username)
        return {**super().get_context_data(**kwargs), **kwargs, "second": second}

    def form_invalid(self, form: Form) -> HttpResponse:
        """One more failure."""
        here = served(self.request)
        here.failures.add(self._username, origin_of(self.request), here.clock.now())
        note_of(self.request, self._username, Deed.SIGN_IN_FAILED, details={"at": "second factor"})
        return render(self.request, self.template_name, self.get_context_data(is_wrong=True))

    def form_valid(self, form: Form) -> HttpResponse:
        """Signed in; a recovery code that was used is told of."""
        username = self._username
        used = getattr(form, "authenticator", None)
        if used is not None and used.type == Authenticator.Type.RECOVERY_CODES:
            used.refresh_from_db()
            left = len(used.wrap().get_unused_codes())
            details = {"recovery code": "used", "left": str(left)}
            note_of(self.request, username, Deed.SECOND_FACTOR_CHANGED, details=details)
            messages.warning(
                self.request, f"You used a recovery code: {left} are left. New ones are made on your page."
            )
        answer: HttpResponse = super().form_valid(form)
        return answer


ask = public(_Ask.as_view())


@before_second_factor
@needs(Role.VIEWER)
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """An app that makes codes: its secret is shown once somebody signed in again, and counts once a code came back."""
    here, user = served(request), user_of(request)
    if here.second_factors.of(user.username).has_app:
        return redirect("own_security")
    problem = why_not(request)
    if problem is None and "code" in request.POST:
        secret = _secret(request)
        if validate_totp_code(secret, request.POST["code"]):
            return _set_up(request, secret)
        problem = "This is not the code that your app shows now: type the latest one."
    shown = _shown(request) if confirming.is_confirmed(request) else {}
    asked = {"is_confirmed": confirming.is_confirmed(request), "is_required": here.requires_second_factor}
    context = {"problem": problem, **asked, **shown}
    return render(request, "web/second_factor_set_up.html", context, status=400 if problem else 200)


def _set_up(request: HttpRequest, secret: str) -> HttpResponse:
    """The code that confirmed it is used up by that."""
    with served(request).second_factors.changing():
        TOTP.activate(user_of(request), secret).validate_code(request.POST["code"])
        note(request, Deed.SECOND_FACTOR_CHANGED, details={"app": "set up"})
        del request.session[_SECRET]
        return show_codes(request)


@needs(Role.VIEWER)
@require_POST
def turn_off(request: HttpRequest) -> HttpResponse:
    """The app's codes are asked for no longer."""
    problem = why_not(request)
    if problem is not None:
        messages.error(request, problem)
        return redirect("own_security")
    with transaction.atomic():
        if served(request).second_factors.remove_app(user_of(request).username):
            note(request, Deed.SECOND_FACTOR_CHANGED, details={"app": "turned off"})
            messages.success(request, "Codes of your app are asked for no longer.")
    return redirect("own_security")


@needs(Role.VIEWER)
@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    """Other recovery codes; those of before are good no longer."""
    problem = why_not(request)
    user = user_of(request)
    if problem is None and not served(request).second_factors.of(user.username).is_set_up:
        problem = "Set up a second factor first: recovery codes stand in for it."
    if problem is not None:
        messages.error(request, problem)
        return redirect("own_security")
    with served(request).second_factors.changing():
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        note(request, Deed.SECOND_FACTOR_CHANGED, details={"recovery codes": "made"})
        return show_codes(request)


def _secret(request: HttpRequest) -> str:
    """The one that was shown; another one if none was."""
    here = served(request)
    with suppress(KeyError, ConfigurationError):  # the key of it may have been dropped meanwhile
        return here.unsealed(request.session[_SECRET])
    secret: str = generate_totp_secret()
    request.session[_SECRET] = here.sealed(secret)
    return secret


def _shown(request: HttpRequest) -> dict[str, str]:
    """The secret as a text in fours, and as a picture for a telephone's camera."""
    secret, adapter = _secret(request), get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(user_of(request), secret))
    encoded = base64.b64encode(picture.encode()).decode("ascii")
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"secret": spaced, "picture": f"data:image/svg+xml;base64,{encoded}"}
