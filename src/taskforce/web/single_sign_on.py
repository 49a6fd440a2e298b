"""Signing in by an OpenID Connect issuer: allauth's flow, made strict (RFC 9700, OpenID Connect Core 3.1.3.7).

Beside allauth's state and PKCE there is a nonce, the token's signature is always checked, and no address but those of
the operator's issuer is called. Whoever comes from there must have been invited before: nobody is added.
"""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from taskforce.adapters.store.models import User
from taskforce.config import SingleSignOn, is_https_or_loopback
from taskforce.domain.audit import Deed
from taskforce.web.access import served
from taskforce.web.noting import note_of
from taskforce.web.signing_in import BY_ISSUER, entry_of

PROVIDER = "single-sign-on"
FAILED = (OAuth2Error, requests.RequestException)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_NONCE = "single_sign_on_nonce"
_REMEMBERED_FOR = 300  # seconds for which what the issuer says of itself is not asked for again


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """One issuer, that of the operator's configuration; people are found, never made."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """The issuer, if there is one."""
        issuer = served(request).single_sign_on
        if issuer is None or provider not in (None, PROVIDER, "openid_connect"):
            return []
        settings = {"server_url": issuer.issuer, "oauth_pkce_enabled": True}
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER,
                name=issuer.name,
                client_id=issuer.client_id,
                secret=issuer.client_secret,
                settings=settings,
            )
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """Allauth's, by the stricter adapter below."""
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = Issuer
        return found

    def get_requests_session(self) -> requests.Session:
        """Redirects are followed to nowhere (ASVS 15.3.2)."""
        session: requests.Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Here whoever comes is found and signed in, or sent away; allauth's own ways of finding are not used."""
        user = _invited(served(request).single_sign_on, sociallogin.account.extra_data)
        if user is None:
            raise ImmediateHttpResponse(refused(request, "Nobody was invited by that account: ask an administrator."))
        record_authentication(request, user, BY_ISSUER)
        entry = entry_of(user, sociallogin.get_redirect_url(request))
        raise ImmediateHttpResponse(perform_login(request, entry))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Back to the form, with a sentence."""
        raise ImmediateHttpResponse(refused(request, "That did not sign you in. Try again, or use your password."))


class Issuer(OpenIDConnectOAuth2Adapter):
    """What the issuer says of itself, and the token that it gives out, are checked before they are used."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The issuer's metadata. Raises OAuth2Error when they are another's, or lead to an unsafe address."""
        url = str(self.get_provider().app.settings["server_url"])
        key = f"single-sign-on:{url}"
        known: dict[str, Any] | None = cache.get(key)
        if known is None:
            known = dict(super().openid_config)
            if str(known.get("issuer", "")).rstrip("/") != url.rstrip("/"):
                raise OAuth2Error("the metadata are another issuer's")
            if not all(may_be_called(str(known.get(each, "")), issuer=url) for each in _ENDPOINTS):
                raise OAuth2Error("an endpoint is missing or is no https address")
            cache.set(key, known, _REMEMBERED_FOR)
        return known

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the issuer sends people back to."""
        path, base = reverse("single_sign_on_back"), served(request).pages_url
        return f"{base}{path}" if base else request.build_absolute_uri(path)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """A token is needed, and what is told beside it must be of the same person."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("there is no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        if not told["id_token"].get("sub") or told["userinfo"].get("sub") != told["id_token"]["sub"]:
            raise OAuth2Error("userinfo is of somebody else")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The claims: signature, issuer, audience and expiry by allauth, the nonce here."""
        self.did_fetch_access_token = False  # allauth would spare the signature of a token that it fetched itself
        expected = self.request.session.pop(_NONCE, None)
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in _ALGORITHMS:
                raise OAuth2Error("the token is not signed with a public key")
            claims: dict[str, Any] = super()._decode_id_token(app, id_token)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise OAuth2Error("the token cannot be read") from None
        if not expected or not secrets.compare_digest(str(claims.get("nonce", "")).encode(), expected.encode()):
            raise OAuth2Error("the token was not made for this browser")
        return claims


def begin(request: HttpRequest, issuer: Issuer, next_url: str | None) -> HttpResponse:
    """On to the issuer. Raises one of FAILED when it cannot be reached, or is not to be trusted."""
    request.session[_NONCE] = secrets.token_urlsafe()
    answer: HttpResponse = issuer.get_provider().redirect(
        request, process="login", next_url=next_url, auth_params={"nonce": request.session[_NONCE]}
    )
    return answer


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """Back to the form, and into the audit; who it was is not known for sure."""
    note_of(request, "", Deed.SIGN_IN_FAILED, details={"by": "single sign-on"})
    messages.error(request, sentence)
    return redirect("sign_in")


def may_be_called(endpoint: str, *, issuer: str) -> bool:
    """By https anywhere; on this machine only what an issuer on this machine names (ASVS 13.2.4)."""
    is_https = endpoint.startswith("https://")
    return is_https_or_loopback(endpoint) and (is_https or issuer.startswith("http://"))


def issuer_name(request: HttpRequest) -> str:
    """What the button says; empty if there is no issuer."""
    issuer = served(request).single_sign_on
    return (issuer.name or str(urlsplit(issuer.issuer).hostname)) if issuer else ""


def _invited(issuer: SingleSignOn | None, told: Mapping[str, Mapping[str, Any]]) -> User | None:
    """The one person whom the claims name: by an address that the issuer has verified, or by the user name."""
    assert issuer is not None  # noqa: S101 - nobody gets here without one  # nosec B101
    claims = {**told["userinfo"], **told["id_token"]}
    value = claims.get(issuer.username_claim)
    if not isinstance(value, str) or not value:
        return None
    if issuer.username_claim != "email":
        return User.objects.filter(username=value, is_active=True).first()
    if claims.get("email_verified") is not True:
        return None
    found = list(User.objects.filter(email__iexact=value, is_active=True)[:2])
    return found[0] if len(found) == 1 else None
