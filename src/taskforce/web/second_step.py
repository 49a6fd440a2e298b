"""What the pages about second factors share: whoever changes one signs in again, and recovery codes are shown once."""

from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from cryptography.exceptions import InvalidSignature
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from taskforce.web import confirming
from taskforce.web.access import user_of

MALFORMED = (InvalidSignature, KeyError, TypeError, ValueError)
"""What the library raises, beside what allauth expects, for an answer that no browser gives."""

WRONG = "This answer of a passkey is not good."


class AskForm(AuthenticateWebAuthnForm):
    """Allauth's, for which whatever is wrong with an answer is a wrong answer."""

    def clean_credential(self) -> Any:
        """The passkey that signed."""
        try:
            return super().clean_credential()
        except MALFORMED:
            raise ValidationError(WRONG) from None


def show_codes(request: HttpRequest) -> HttpResponse:
    """Recovery codes that were made just now, this once; the first factor alone makes them."""
    codes = RecoveryCodes.activate(user_of(request))
    if codes.did_view:
        messages.success(request, "It is set up. Your recovery codes stay as they are.")
        return redirect("own_security")
    codes.mark_as_viewed()
    return render(request, "web/recovery_codes.html", {"codes": codes.get_unused_codes()})


def why_not(request: HttpRequest) -> str | None:
    """Whoever changes how they sign in signs in again (ASVS 7.5.1); None when that was done, or nothing is changed."""
    if request.method != "POST" or confirming.is_confirmed(request):
        return None
    typed = request.POST.get("own_password", "")
    if confirming.confirm(request, typed):
        return None
    return "This is not your password." if typed else "Type your password first."
