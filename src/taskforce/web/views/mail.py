"""Admin › Mail: the mail server, a test mail, and what waits or could not be delivered."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from taskforce import delivering, mail_settings
from taskforce.domain.audit import Deed
from taskforce.domain.deliveries import DeliveryState
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError, TaskforceError
from taskforce.installation import Installation
from taskforce.mail_config import MailConfigError
from taskforce.web import confirming
from taskforce.web.access import needs, served, user_of
from taskforce.web.extension_form import ConfirmForm
from taskforce.web.mail_form import CREDENTIALS, MailForm, TrialForm
from taskforce.web.noting import note
from taskforce.web.presenters.mail import MailFacts, delivery_lines, mail_headline

SHOWN = 50
RECENT = timedelta(days=7)


@needs(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Look at how mail is sent, or save it."""
    here = served(request)
    if request.method == "GET":
        return _page(request, _form(here), ConfirmForm())
    if mail_settings.is_fixed():
        messages.error(request, mail_settings.FIXED)
        return redirect("mail")
    if request.POST.get("do") == "forget":
        return _forget(request)
    form, asked = _form(here, request), ConfirmForm(request.POST)
    is_right, is_allowed = _is_right(here, form), _is_allowed(request, form, asked)
    if not is_right or not is_allowed:
        return _page(request, form, asked)
    before, typed = dict(mail_settings.shown(here)[0]), form.document()
    with transaction.atomic():
        after = mail_settings.change(here, typed)
        changed = mail_settings.differences(before, after.plain(), has_new_password=bool(typed["password"]))
        if changed:
            note(request, Deed.SETTINGS_CHANGED, subject="mail", details=changed)
    messages.success(request, "Saved. Send a test mail to see whether one arrives.")
    return redirect("mail")


@needs(Role.ADMINISTRATOR)
@require_POST
def try_mail(request: HttpRequest) -> HttpResponse:
    """Send a test mail at once, and say what came of it."""
    here, form = served(request), TrialForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect("mail")
    recipient = form.cleaned_data["recipient"]
    try:
        delivering.try_out(here, recipient)
    except TaskforceError as error:
        messages.error(request, f"The test mail could not be sent. {error}")
    else:
        messages.success(request, f"The mail server took the test mail to {recipient}: see whether it arrives.")
    note(request, Deed.MAIL_TRIED, details={"to": recipient})
    return redirect("mail")


def facts_of_mail(here: Installation) -> MailFacts:
    """What is known of mail."""
    outbox, since = here.outbox, here.clock.now() - RECENT
    try:
        found, problem = mail_settings.setting(here), ""
    except ConfigurationError as error:
        found, problem = None, str(error)
    return MailFacts(
        host=found.config.host if found is not None else "",
        problem=problem,
        waiting=outbox.count(DeliveryState.WAITING, was_tried=True),
        given_up=outbox.count(DeliveryState.GIVEN_UP, since=since),
    )


def _forget(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        mail_settings.forget(served(request))
        note(request, Deed.SETTINGS_CHANGED, subject="mail", details={"mail server": "none"})
    messages.success(request, "No mail is sent any more.")
    return redirect("mail")


def _form(here: Installation, request: HttpRequest | None = None) -> MailForm:
    initial, has_password = mail_settings.shown(here)
    return MailForm(
        request.POST if request is not None else None,
        initial=initial,
        has_password=has_password,
        is_fixed=mail_settings.is_fixed(),
    )


def _is_right(here: Installation, form: MailForm) -> bool:
    """Whether it can work; otherwise each problem stands beside its field."""
    if not form.is_valid():
        return False
    try:
        mail_settings.checked(here, form.document())
    except MailConfigError as error:
        form.take(error.by_key)
        return False
    return True


def _is_allowed(request: HttpRequest, form: MailForm, asked: ConfirmForm) -> bool:
    """Whether whoever asks may change this now: where the password goes, only after signing in again."""
    if not set(form.changed_data) & set(CREDENTIALS) or confirming.is_confirmed(request):
        return True
    asked.is_valid()
    typed = asked.cleaned_data.get("own_password", "")
    if confirming.confirm(request, typed):
        return True
    words = "This is not your password." if typed else "Server, user name or password change with this: type it."
    asked.add_error("own_password", words)
    return False


def _page(request: HttpRequest, form: MailForm, asked: ConfirmForm) -> HttpResponse:
    here = served(request)
    outbox, facts = here.outbox, facts_of_mail(here)
    waiting = outbox.in_state(DeliveryState.WAITING, limit=SHOWN)
    given_up = outbox.in_state(DeliveryState.GIVEN_UP, limit=SHOWN)
    sent = outbox.in_state(DeliveryState.SENT, limit=SHOWN)
    context = {
        "form": form,
        "asked": asked,
        "trial": TrialForm(initial={"recipient": user_of(request).email}),
        "headline": mail_headline(facts),
        "is_set": bool(facts.host),
        "is_fixed": mail_settings.is_fixed(),
        "is_confirmed": confirming.is_confirmed(request),
        "problems": len(form.errors) + len(asked.errors),
        "parts": [
            ("Not sent yet", delivery_lines(waiting)),
            ("Given up", delivery_lines(given_up)),
            ("Sent", delivery_lines(sent)),
        ],
        "nothing": not (waiting or given_up or sent),
        "told": [(name, len(here.settings(name).notified)) for name in here.names()],
    }
    return render(request, "web/mail.html", context)
