"""Signing in and out; the first administrator; a password by the link of an invitation."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from taskforce.adapters.store.models import User
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.web.access import public, served
from taskforce.web.noting import note, note_of, origin_of
from taskforce.web.presenters.waiting import in_words
from taskforce.web.signing_in import entry_of
from taskforce.web.single_sign_on import FAILED, PROVIDER, Issuer, begin, issuer_name, refused


class _SignIn(LoginView):
    """Django's, with waits after failures (ASVS 6.3.1) and every attempt in the audit."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """While nobody can sign in, the first start comes first."""
        if not served(request).users.all():
            return redirect("set_up")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refused unseen while there is a wait, so that nothing is learnt meanwhile."""
        here, username = served(request), request.POST.get("username", "")
        wait = here.failures.wait(username, origin_of(request), here.clock.now())
        if wait:
            context = self.get_context_data(form=self.form_class(request), wait=in_words(wait), typed=username)
            return self.render_to_response(context, status=429, headers={"Retry-After": str(int(wait.total_seconds()))})
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the issuer by whom people may sign in instead."""
        return {**super().get_context_data(**kwargs), "issuer": issuer_name(self.request)}

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """One more failure."""
        here, username = served(self.request), self.request.POST.get("username", "")
        here.failures.add(username, origin_of(self.request), here.clock.now())
        known = User.objects.filter(username=username.strip()).exists()
        note_of(self.request, username.strip() if known else "", Deed.SIGN_IN_FAILED)
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signed in, or asked for the second factor first; `signing_in.AccountAdapter` sees to the rest."""
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - there are no others  # nosec B101
        entry = entry_of(user, self.get_success_url())
        answer: HttpResponse = perform_password_login(self.request, {}, entry)
        return answer


class _SignOut(LogoutView):
    """Django's, and in the audit."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Signed out."""
        if isinstance(request.user, User):
            note(request, Deed.SIGNED_OUT)
        return super().post(request, *args, **kwargs)


class _Invitation(PasswordResetConfirmView):
    """Django's: the link is good for three days, and until a password was chosen by it."""

    template_name = "web/invitation.html"
    success_url = reverse_lazy("sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        """A password was chosen."""
        with transaction.atomic():
            answer = super().form_valid(form)
            note_of(self.request, form.user.username, Deed.PASSWORD_CHANGED)
        messages.success(self.request, "Your password is set: sign in with it.")
        return answer


sign_in = public(_SignIn.as_view())
sign_out = public(_SignOut.as_view())
invitation = public(_Invitation.as_view())


@public
@require_GET
def single(request: HttpRequest) -> HttpResponse:
    """On to the issuer; there is no such page without one."""
    if served(request).single_sign_on is None:
        raise Http404
    wanted = request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    try:
        return begin(request, Issuer(request, PROVIDER), wanted if is_own else None)
    except FAILED:
        return refused(request, "The single sign-on cannot be reached. Try again, or use your password.")


@public
@require_GET
def single_back(request: HttpRequest) -> HttpResponse:
    """Back from the issuer."""
    if served(request).single_sign_on is None:
        raise Http404
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(Issuer(request, PROVIDER))(request)
    except FAILED:
        return refused(request, "The single sign-on cannot be reached. Try again, or use your password.")
    return answer


@public
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The first administrator, made by whoever has the code that the log shows; there is no such page afterwards."""
    here = served(request)
    if here.users.all():
        return redirect("sign_in")
    problems: list[str] = []
    if request.method == "POST":
        problems = _set_up(request)
        if not problems:
            return redirect("dashboard")
    typed = {each: request.POST.get(each, "") for each in ("username", "full_name", "email")}
    return render(request, "web/set_up.html", {"problems": problems, "typed": typed}, status=400 if problems else 200)


def _set_up(request: HttpRequest) -> list[str]:
    """What is wrong; nothing, and somebody is signed in, if nothing is."""
    here, password = served(request), request.POST.get("password", "")
    if password != request.POST.get("repeated"):
        return ["The two passwords are not the same."]
    if not here.set_up_code.take(request.POST.get("code", ""), here.clock.now()):
        return ["This is not the code: the log of the latest start of Taskforce shows it. It is good for a day."]
    username, now = request.POST.get("username", "").strip(), here.clock.now()
    try:
        with transaction.atomic():
            here.users.add(
                username,
                role=Role.ADMINISTRATOR,
                password=password,
                full_name=request.POST.get("full_name", ""),
                email=request.POST.get("email", ""),
                now=now,
            )
            user = User.objects.get(username=username)
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            details = {"role": Role.ADMINISTRATOR.value, "by": "first start"}
            note(request, Deed.USER_ADDED, subject=username, details=details)
    except ConfigurationError as error:
        here.set_up_code.give_back()
        return list(error.problems)
    return []
