"""The OAuth 2.0 endpoints: tokens, revocation, identity. Source: reference section 2."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from taskforce_simulators.core.connection import plain
from taskforce_simulators.core.messages import received_body
from taskforce_simulators.salesforce import organization, timestamps
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.store import Row

_AUDIENCES: Final = ("https://login.salesforce.com", "https://test.salesforce.com")
_JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"

Form = Mapping[str, str]


class TokenRefusedError(Exception):
    """The token endpoint says no: status 400, with ``error`` and ``error_description``."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class OAuth:
    """The endpoints under ``/services/oauth2``."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._grants: dict[str, Callable[[Form], Response]] = {
            "client_credentials": self._client_credentials,
            _JWT_BEARER: self._jwt_bearer,
            "refresh_token": self._refresh,
            "password": self._password,
        }

    def routes(self) -> list[Route]:
        """Starlette routes."""
        return [
            Route("/services/oauth2/token", plain(self.token), methods=["POST"]),
            Route("/services/oauth2/revoke", plain(self.revoke), methods=["GET", "POST"]),
            Route("/services/oauth2/userinfo", plain(self.userinfo), methods=["GET", "POST"]),
            Route("/id/{organization}/{user}", plain(self.userinfo), methods=["GET", "POST"]),
            Route("/services/oauth2/authorize", plain(self.authorize), methods=["GET"]),
        ]

    def token(self, request: Request) -> Response:
        """Give out an access token by one of the grants."""
        try:
            form = _form(request)
            grant = self._grants.get(form.get("grant_type", ""))
            if grant is None:
                raise TokenRefusedError("unsupported_grant_type", "grant type not supported")
            return grant(form)
        except TokenRefusedError as refused:
            return JSONResponse({"error": refused.error, "error_description": refused.description}, 400)

    def revoke(self, request: Request) -> Response:
        """End a session, or take back a refresh token."""
        form = _form(request) | dict(request.query_params)
        if self._org.sessions.end(form.get("token", "")):
            return Response(status_code=200)
        return JSONResponse(
            {"error": "unsupported_token_type", "error_description": "this token type is not supported"}, 400
        )

    def userinfo(self, request: Request) -> Response:
        """Who is logged in."""
        token = request.headers.get("authorization", "").partition(" ")[2]
        try:
            user = self._org.user(self._org.session(token))
        except ApiError as error:
            status = 403 if error.status == 401 else error.status
            return Response(
                "Bad_OAuth_Token" if error.status == 401 else error.message, status, media_type="text/plain"
            )
        return JSONResponse(self._identity(user))

    def authorize(self, request: Request) -> Response:
        """The web server flow is not simulated: the caller is sent back with an error, as after a refusal."""
        target = request.query_params.get("redirect_uri")
        if target is None:
            return JSONResponse({"error": "invalid_request", "error_description": "redirect_uri missing"}, 400)
        return RedirectResponse(f"{target}?error=access_denied&error_description=end-user+denied+authorization")

    def _client_credentials(self, form: Form) -> Response:
        if not self._org.settings.my_domain:
            raise TokenRefusedError("invalid_grant", "request not supported on this domain")
        self._check_client(form)
        if not self._org.settings.client_credentials_enabled:
            raise TokenRefusedError("invalid_grant", "no client credentials user enabled")
        return self._granted(self._active_user(organization.USER_ID))

    def _jwt_bearer(self, form: Form) -> Response:
        claims = _claims(form.get("assertion", ""))
        if claims.get("iss") != organization.CLIENT_ID:
            raise TokenRefusedError("invalid_client_id", "client identifier invalid")
        audience = str(claims.get("aud")).rstrip("/")
        if audience not in (*_AUDIENCES, self._org.public_url):
            raise TokenRefusedError("invalid_grant", "audience is invalid")
        if not _is_later(claims.get("exp"), self._org.clock.now().timestamp()):
            raise TokenRefusedError("invalid_grant", "invalid assertion")
        user = self._user_named(str(claims.get("sub")))
        if user is None or not self._org.settings.app_approved:
            raise TokenRefusedError("invalid_grant", "user hasn't approved this consumer")
        return self._granted(self._active_user(str(user["Id"])))

    def _refresh(self, form: Form) -> Response:
        self._check_client(form, secret_optional=True)
        rotate = self._org.settings.refresh_token_rotation
        user_id = self._org.sessions.refreshed(form.get("refresh_token", ""), rotate=rotate)
        if user_id is None:
            raise TokenRefusedError("invalid_grant", "expired access/refresh token")
        following = self._org.sessions.new_refresh_token(user_id) if rotate else None
        return self._granted(self._active_user(user_id), refresh_token=following)

    def _password(self, form: Form) -> Response:
        self._check_client(form)
        given = form.get("password", "")
        needed = organization.PASSWORD + organization.SECURITY_TOKEN
        fits = given == needed or (given == organization.PASSWORD and not self._org.settings.require_security_token)
        allowed = self._org.settings.username_password_flow and not self._org.settings.account_locked
        if form.get("username") != organization.USERNAME or not fits or not allowed:
            raise TokenRefusedError("invalid_grant", "authentication failure")
        return self._granted(self._active_user(organization.USER_ID))

    def _check_client(self, form: Form, *, secret_optional: bool = False) -> None:
        if form.get("client_id") != organization.CLIENT_ID:
            raise TokenRefusedError("invalid_client_id", "client identifier invalid")
        secret = form.get("client_secret")
        if secret != organization.CLIENT_SECRET and not (secret is None and secret_optional):
            raise TokenRefusedError("invalid_client", "invalid client credentials")

    def _active_user(self, user_id: str) -> Row:
        user = self._org.store.row("User", user_id)
        if user is None or not self._org.is_active(user_id):
            raise TokenRefusedError("inactive_user", "user is inactive")
        if self._org.settings.org_locked:
            raise TokenRefusedError("inactive_org", "organization is inactive")
        return user

    def _user_named(self, username: str) -> Row | None:
        rows = self._org.store.rows("User", "folded(Username) = ?", (username.casefold(),))
        return rows[0] if rows else None

    def _granted(self, user: Row, *, refresh_token: str | None = None) -> Response:
        """The answer with a token; there is no ``expires_in``, how long it lives is the org's policy."""
        session = self._org.sessions.begin(organization.ORGANIZATION_ID, str(user["Id"]))
        identity = f"{self._org.public_url}/id/{organization.ORGANIZATION_ID}/{user['Id']}"
        issued_at = str(int(self._org.clock.now().timestamp() * 1000))
        digest = hmac.new(
            organization.CLIENT_SECRET.encode(), f"{identity}{issued_at}".encode(), hashlib.sha256
        ).digest()
        answer = {
            "access_token": session.token,
            "signature": base64.b64encode(digest).decode(),
            "scope": "api" if refresh_token is None else "refresh_token api",
            "instance_url": self._org.public_url,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
            "api_instance_url": self._org.public_url,
        }
        return JSONResponse(answer | ({} if refresh_token is None else {"refresh_token": refresh_token}))

    def _identity(self, user: Row) -> dict[str, object]:
        url = self._org.public_url
        return {
            "sub": f"{url}/id/{organization.ORGANIZATION_ID}/{user['Id']}",
            "user_id": user["Id"],
            "organization_id": organization.ORGANIZATION_ID,
            "preferred_username": user["Username"],
            "name": user["Name"],
            "email": user["Email"],
            "zoneinfo": user["TimeZoneSidKey"],
            "urls": {
                "partner": f"{url}/services/Soap/u/{{version}}/{organization.ORGANIZATION_ID[:15]}",
                "rest": f"{url}/services/data/v{{version}}/",
                "query": f"{url}/services/data/v{{version}}/query/",
            },
            "active": bool(user["IsActive"]),
            "user_type": "STANDARD",
            "language": user["LanguageLocaleKey"],
            "locale": user["LocaleSidKey"],
            "updated_at": timestamps.parsed(str(user["LastModifiedDate"])).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def _form(request: Request) -> dict[str, str]:
    """The form's fields; a client that identifies itself by HTTP Basic is put among them."""
    form = dict(parse_qsl(received_body(request).decode("utf-8", "replace"), keep_blank_values=True))
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise TokenRefusedError("invalid_client", "invalid client credentials") from None
        form |= {"client_id": client_id, "client_secret": secret}
    return form


def _claims(assertion: str) -> dict[str, object]:
    """The claims of an assertion whose signature is good; its times are checked by the simulated clock, not here."""
    try:
        claims: dict[str, object] = jwt.decode(
            assertion,
            organization.public_key(),
            algorithms=["RS256"],
            options={
                "verify_exp": False,
                "verify_aud": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_sub": False,
            },
        )
    except jwt.InvalidTokenError:
        raise TokenRefusedError("invalid_grant", "invalid assertion") from None
    return claims


def _is_later(expires: object, now: float) -> bool:
    """Whether a time in seconds, which some clients send as text, is still to come."""
    try:
        return float(str(expires)) > now
    except ValueError:
        return False
