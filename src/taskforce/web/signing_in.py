"""How allauth's signing in fits Taskforce: what is noted, where people are led, and how secrets are kept."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from taskforce.adapters.store.models import User
from taskforce.domain.audit import Deed
from taskforce.web.access import served
from taskforce.web.confirming import confirmed
from taskforce.web.noting import note, origin_of

BY_ISSUER = "socialaccount"
"""Allauth's word for how somebody signed in."""


_BOUND_TO = "bound_to"


def entry_of(user: User, redirect_url: str | None) -> Login:
    """Somebody on the way in, for as long as their password and their access are what they were."""
    return Login(user=user, redirect_url=redirect_url, state={_BOUND_TO: user.get_session_auth_hash()})


def is_still_good(entry: Login) -> bool:
    """Whether the second factor is all that is missing."""
    is_same = constant_time_compare(entry.state.get(_BOUND_TO, ""), entry.user.get_session_auth_hash())
    return bool(entry.user.is_active) and is_same


class AccountAdapter(DefaultAccountAdapter):
    """People are invited, never signed up; every sign-in is in the audit; the pages have their own words."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Allauth's words are not shown."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the audit knows too."""
        return origin_of(request)

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, *, redirect_url: str | None, **others: Any
    ) -> HttpResponse:
        """Somebody is in: failures are forgotten, and the way goes on to where they wanted to go.

        Who has no password to type again has signed in again by the issuer just now.
        """
        served(request).failures.forget(user.get_username(), origin_of(request))
        note(request, Deed.SIGNED_IN)
        UserSession.objects.purge_and_list(user)
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        methods = {each["method"] for each in get_authentication_records(request, user)}
        if BY_ISSUER in methods and not user.has_usable_password():
            confirmed(request)
        return redirect(redirect_url or "dashboard")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted with the installation's key (ASVS 11.3.2)."""

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return served(context.request).sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it is used."""
        return served(context.request).unsealed(encrypted_text)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the app of the person shows: for which user, and where."""
        return f"{user.get_username()}@{context.request.get_host()}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the host by which people reach the pages."""
        configured = urlsplit(served(context.request).pages_url).hostname
        return {"id": configured or context.request.get_host().partition(":")[0], "name": "Taskforce"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, str | bytes]:
        """What the browser shows, and a number that tells nobody anything."""
        name = user.get_username()
        return {"id": str(user.pk).encode(), "display_name": name, "name": name}
