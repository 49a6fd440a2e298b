"""The token endpoint and its refusals. Source: reference section 2."""

import base64
import hashlib
import hmac

import jwt
import pytest

BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def refusal(answer):
    """Status, error and description."""
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


def assertion(org, **changes):
    """A signed assertion that is good but for the changes."""
    known = org.simulator.credentials()
    claims = {"iss": known["client_id"], "sub": known["username"], "aud": org.url, "exp": 1795514580} | changes
    return jwt.encode(claims, known["private_key"], algorithm="RS256")


def test_client_credentials_give_a_token_without_an_end(org):
    """The answer holds what Salesforce sends, and no expires_in."""
    answer = org.token(grant_type="client_credentials")
    body = answer.json()
    identity = f"{org.url}/id/00DHn0000000001MAA/005Hn0000000001IAA"
    secret = org.simulator.credentials()["client_secret"].encode()
    digest = hmac.new(secret, f"{identity}1795428000700".encode(), hashlib.sha256).digest()
    token = body.pop("access_token")
    assert token.startswith("00DHn0000000001!")
    assert answer.status_code == 200
    assert body == {
        "signature": base64.b64encode(digest).decode(),
        "scope": "api",
        "instance_url": org.url,
        "api_instance_url": org.url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": "1795428000700",
    }


def test_the_client_may_identify_itself_by_http_basic(org):
    """Simple-salesforce does so."""
    known = org.simulator.credentials()
    answer = org.http.post(
        "/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(known["client_id"], known["client_secret"]),
    )
    assert answer.status_code == 200
    bad = {"Authorization": "Basic %%%"}
    answer = org.http.post("/services/oauth2/token", data={"grant_type": "client_credentials"}, headers=bad)
    assert refusal(answer) == (400, "invalid_client", "invalid client credentials")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"client_id": "x"}, ("invalid_client_id", "client identifier invalid")),
        ({"client_secret": "x"}, ("invalid_client", "invalid client credentials")),
        ({"grant_type": "device"}, ("unsupported_grant_type", "grant type not supported")),
    ],
)
def test_a_wrong_client_or_grant_is_refused(org, form, expected):
    """Each with the error Salesforce has for it."""
    assert refusal(org.token(**{"grant_type": "client_credentials", **form})) == (400, *expected)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("my_domain", ("invalid_grant", "request not supported on this domain")),
        ("client_credentials_enabled", ("invalid_grant", "no client credentials user enabled")),
        ("user_active", ("inactive_user", "user is inactive")),
    ],
)
def test_client_credentials_can_be_refused_by_the_org(org, setting, expected):
    """Each switch has its own error."""
    org.set(**{setting: False})
    assert refusal(org.token(grant_type="client_credentials")) == (400, *expected)


def test_a_locked_org_gives_no_token(org):
    """It says inactive_org."""
    org.set(org_locked=True)
    answer = org.token(grant_type="client_credentials")
    assert refusal(answer) == (400, "inactive_org", "organization is inactive")


@pytest.mark.parametrize("audience", [None, "https://login.salesforce.com", "https://test.salesforce.com"])
def test_a_signed_assertion_gives_a_token(org, audience):
    """The audience may be the site itself or one of the login hosts."""
    given = assertion(org, **({"aud": audience} if audience else {}))
    answer = org.http.post("/services/oauth2/token", data={"grant_type": BEARER, "assertion": given})
    assert (answer.status_code, answer.json()["instance_url"]) == (200, org.url)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iss": "x"}, ("invalid_client_id", "client identifier invalid")),
        ({"aud": "https://example.org"}, ("invalid_grant", "audience is invalid")),
        ({"exp": 1795427999}, ("invalid_grant", "invalid assertion")),
        ({"exp": "soon"}, ("invalid_grant", "invalid assertion")),
        ({"sub": "nobody@example.org"}, ("invalid_grant", "user hasn't approved this consumer")),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(org, changes, expected):
    """The end is judged by the simulated clock."""
    answer = org.token(grant_type=BEARER, assertion=assertion(org, **changes))
    assert refusal(answer) == (400, *expected)


def test_an_assertion_signed_by_another_key_is_refused(org):
    """So is one that is no assertion at all."""
    head, claims, signature = assertion(org).split(".")
    forged = f"{head}.{claims}.{signature[:-8]}AAAAAAAA"
    assert refusal(org.token(grant_type=BEARER, assertion=forged)) == (400, "invalid_grant", "invalid assertion")
    assert refusal(org.token(grant_type=BEARER, assertion="x")) == (400, "invalid_grant", "invalid assertion")


def test_an_app_that_is_not_approved_is_refused(org):
    """The user has to approve it first."""
    org.set(app_approved=False)
    answer = org.token(grant_type=BEARER, assertion=assertion(org))
    assert refusal(answer) == (400, "invalid_grant", "user hasn't approved this consumer")


def test_a_password_with_the_token_behind_it_gives_a_token(org):
    """Without the security token it does not, unless the org trusts the address."""
    known = org.simulator.credentials()
    form = {"grant_type": "password", "username": known["username"]}
    whole = known["password"] + known["security_token"]
    assert org.token(**form, password=whole).status_code == 200
    refused = (400, "invalid_grant", "authentication failure")
    assert refusal(org.token(**form, password=known["password"])) == refused
    org.set(require_security_token=False)
    assert org.token(**form, password=known["password"]).status_code == 200
    org.set(username_password_flow=False)
    assert refusal(org.token(**form, password=whole)) == refused


def test_a_refresh_token_is_good_again_and_again(org):
    """Without rotation the answer brings no new one."""
    given = org.control("refresh_token").json()["refresh_token"]
    answers = [org.token(grant_type="refresh_token", refresh_token=given) for _ in range(2)]
    assert [(answer.status_code, "refresh_token" in answer.json()) for answer in answers] == [(200, False)] * 2


def test_a_rotated_refresh_token_is_good_once(org):
    """Each answer brings the next one, and the old one is gone."""
    org.set(refresh_token_rotation=True)
    first = org.control("refresh_token").json()["refresh_token"]
    second = org.token(grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    again = org.token(grant_type="refresh_token", refresh_token=first)
    assert refusal(again) == (400, "invalid_grant", "expired access/refresh token")
    assert org.token(grant_type="refresh_token", refresh_token=second).status_code == 200


def test_a_revoked_token_is_of_no_use(org):
    """Revoking it twice is an error."""
    assert org.http.post("/services/oauth2/revoke", data={"token": org.session}).status_code == 200
    assert org.error(org.get("/limits")) == (401, "INVALID_SESSION_ID")
    again = org.http.post("/services/oauth2/revoke", data={"token": org.session})
    assert refusal(again) == (400, "unsupported_token_type", "this token type is not supported")


def test_the_identity_tells_who_is_logged_in(org):
    """Both at userinfo and at the identity's own address."""
    answer = org.http.get("/services/oauth2/userinfo", headers=org.headers)
    body = answer.json()
    assert (body["user_id"], body["organization_id"], body["preferred_username"]) == (
        "005Hn0000000001IAA",
        "00DHn0000000001MAA",
        "integration@taskforce-demo.example",
    )
    assert org.http.get(body["sub"], headers=org.headers).json() == body
    bad = org.http.get("/services/oauth2/userinfo", headers={"Authorization": "Bearer x"})
    assert (bad.status_code, bad.text) == (403, "Bad_OAuth_Token")


def test_the_web_server_flow_sends_the_caller_back(org):
    """It is not simulated: as if the user had said no."""
    answer = org.http.get("/services/oauth2/authorize", params={"redirect_uri": "https://app.example/back"})
    target = "https://app.example/back?error=access_denied&error_description=end-user+denied+authorization"
    assert (answer.status_code, answer.headers["location"]) == (307, target)
    assert org.http.get("/services/oauth2/authorize").status_code == 400


def test_token_requests_are_neither_counted_nor_written_down(org):
    """The journal has them without their bodies."""
    entry = org.simulator.journal.entries()[0]
    assert (entry.operation, entry.counted, entry.body, entry.status) == ("token", False, "", 200)
