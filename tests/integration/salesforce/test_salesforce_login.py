"""Signing in by each method, and every way in which it is refused."""

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from taskforce.adapters.salesforce.auth import audience
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.salesforce.login_errors import EDITIONS
from taskforce.errors import AccessError, ApiError, ConfigurationError, ProtocolError, TransientError
from tests.integration.http.scripted_server import ScriptedServer, answer
from tests.integration.salesforce.simulated_org import NOON, SimulatedOrg

METHODS = ["client_credentials", "jwt_bearer", "password"]
SOAP, TOKEN = "/services/Soap", "/services/oauth2/token"


def refusal(org: SimulatedOrg, **changes: str) -> ApiError:
    """The error of a login; it holds no secret, neither those of the org nor those that were tried."""
    client = org.client(**changes)
    with pytest.raises(ApiError) as refused:
        client.session()
    error = refused.value
    tried = [value for name, value in changes.items() if name not in ("url", "method") and value]
    for text in (str(error), repr(error), error.message, error.mend, repr(client)):
        assert not [secret for secret in [*org.secrets, *tried] if secret in text]
    assert (error.system, error.operation) == ("Salesforce", "login")
    assert error.mend
    return error


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """A private key as text."""
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def fault(code: str, text: str = "In words that are nobody's business") -> str:
    """A SOAP fault as Salesforce writes it."""
    return (
        '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring>"
        f'<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{code}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{text}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
        "</soapenv:Body></soapenv:Envelope>"
    )


@pytest.mark.parametrize("method", METHODS)
def test_login(org: SimulatedOrg, method: str) -> None:
    """Each method gives a session that the API accepts, and tells whose org it is."""
    client = org.client(method=method)

    session = client.session()

    assert (session.instance_url, session.api_version) == (org.simulator.public_url, "66.0")
    assert (session.organization_id, session.issued_at) == ("00DHn0000000001MAA", NOON)
    assert org.source(client).describe().organization_id == "00DHn0000000001MAA"
    assert client.calls == 2


@pytest.mark.parametrize("method", METHODS)
def test_session_shows_no_token(org: SimulatedOrg, method: str) -> None:
    """A session and the credentials may stand in a traceback."""
    client = org.client(method=method)
    session = client.session()
    credentials = SalesforceCredentials(url="https://x.my.salesforce.com", method=method, **org.simulator.credentials())

    assert session.access_token
    for text in (repr(session), repr(credentials), repr(client), str(session)):
        assert not [secret for secret in [*org.secrets, session.access_token] if secret in text]


@pytest.mark.parametrize(
    ("settings", "code", "message", "mend"),
    [
        ({"account_locked": True}, "INVALID_LOGIN", "or the user is locked out", "Unlock the user"),
        ({"user_active": False}, "INVALID_LOGIN", "refused the user name", "Check all three"),
        ({"soap_login_enabled": False}, "INVALID_OPERATION", "switched off in this org", "enable SOAP API login()"),
        ({"use_any_api_auth": False}, "INSUFFICIENT_ACCESS", "lacks a permission", "Use Any API Auth"),
        ({"api_enabled": False}, "API_DISABLED_FOR_ORG", "no access to the API", EDITIONS),
        ({"edition": "Professional Edition"}, "API_DISABLED_FOR_ORG", "no access to the API", EDITIONS),
        ({"user_api_enabled": False}, "API_CURRENTLY_DISABLED", "no access to the API", "permission API Enabled"),
        ({"password_expired": True}, "password_expired", "password has expired", "with the new security token"),
        ({"login_challenge": True}, "LOGIN_CHALLENGE_ISSUED", "verification code", "trusted IP ranges"),
        ({"ip_restricted": True}, "LOGIN_DURING_RESTRICTED_DOMAIN", "from the address", "login IP ranges"),
        ({"login_hours_restricted": True}, "LOGIN_DURING_RESTRICTED_TIME", "at this hour", "login hours"),
        ({"org_locked": True}, "ORG_LOCKED", "org is locked", "Salesforce support"),
        ({"trial_expired": True}, "TRIAL_EXPIRED", "trial has ended", "Developer edition"),
    ],
)
def test_password_login_refused_by_the_org(
    org: SimulatedOrg, settings: dict[str, Any], code: str, message: str, mend: str
) -> None:
    """Each refusal says what happened and what to do."""
    org.set(**settings)

    error = refusal(org, method="password")

    assert (type(error), error.code) == (AccessError, code)
    assert message in error.message
    assert mend in error.mend


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "wrong-<&>-horse"}, "INVALID_LOGIN"),
        ({"security_token": "WrongToken"}, "INVALID_LOGIN"),
        ({"username": "nobody@nowhere.example"}, "INVALID_LOGIN"),
        ({"security_token": ""}, "LOGIN_MUST_USE_SECURITY_TOKEN"),
    ],
)
def test_password_login_with_wrong_credentials(org: SimulatedOrg, changes: dict[str, str], code: str) -> None:
    """A wrong name, password or token cannot be told apart; a missing token can."""
    error = refusal(org, method="password", **changes)

    assert (type(error), error.code, error.status) == (AccessError, code, 500)
    assert "Settings > Reset My Security Token" in error.mend


@pytest.mark.parametrize(
    ("code", "text", "kind", "message"),
    [
        ("PASSWORD_LOCKOUT", "", AccessError, "The user is locked out after too many attempts."),
        ("LOGIN_CHALLENGE_PENDING", "", AccessError, "asks for a verification code"),
        ("SSO_SERVICE_DOWN", "", AccessError, "single sign-on service does not answer"),
        ("UNSUPPORTED_CLIENT", "", AccessError, "does not accept this kind of client"),
        ("ORG_NOT_OWNED_BY_INSTANCE", "", AccessError, "does not live at this address"),
        ("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "", AccessError, "password has expired"),
        ("UNSUPPORTED_API_VERSION", "", AccessError, "does not exist in this version"),
        (
            "INVALID_OPERATION",
            "The SOAP Login operation is not available in the API version specified (65.0). Refer to …",
            AccessError,
            "does not exist in this version",
        ),
        ("SERVER_UNAVAILABLE", "", TransientError, "not available at present"),
        ("UNKNOWN_EXCEPTION", "Login Rate Exceeded", TransientError, "too many logins of this user"),
        ("EXCEEDED_QUOTA", "", AccessError, "Salesforce refused the login (EXCEEDED_QUOTA)."),
        ("A secret & odd code", "", AccessError, "Salesforce refused the login (unknown)."),
    ],
)
def test_password_login_refused_by_fault(
    org: SimulatedOrg, code: str, text: str, kind: type[ApiError], message: str
) -> None:
    """Faults are told apart by code, and by their text where the code says too little; the text is not shown."""
    org.goes_wrong("status", SOAP, status=500, body=fault(code.replace("&", "&amp;"), text))

    error = refusal(org, method="password")

    assert type(error) is kind
    assert message in error.message
    assert not text or text not in str(error)


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("/services/Soap/u/12.0", "/services/Soap/u/64.0 as the address."),
        ("/services/Soap/u/30.0", "/services/Soap/u/64.0 as the address."),
        ("/services/Soap/u/65.0", "/services/Soap/u/64.0 as the address."),
        ("/services/Soap/u/8.0/0DF123", "/services/Soap/u/64.0 as the address."),
    ],
)
def test_old_soap_address_is_recognised(org: SimulatedOrg, path: str, mend: str) -> None:
    """The message says what to put instead, and nothing is sent (S5)."""
    error = refusal(org, method="password", url=org.simulator.public_url + path)

    assert (type(error), error.code) == (AccessError, "UNSUPPORTED_API_VERSION")
    assert error.mend == f"Put {org.simulator.public_url}{mend}"
    assert org.asked() == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", "64.0"),
        ("/", "64.0"),
        ("/services/Soap/u/64.0", "64.0"),
        ("/services/Soap/u/58.0/", "58.0"),
        ("/services/soap/U/40.0/00D000000000001", "40.0"),
        ("/services/Soap/c/64.0", "64.0"),
    ],
)
def test_soap_addresses_that_work(org: SimulatedOrg, path: str, asked: str) -> None:
    """The login host alone, or a whole endpoint of a version that still has login()."""
    org.client(method="password", url=org.simulator.public_url + path).session()

    assert org.asked("login") == [f"/services/Soap/u/{asked}?"]


def test_password_login_sends_any_character(org: SimulatedOrg) -> None:
    """What XML has a meaning for arrives as it was typed; what XML cannot hold is left out."""
    client = org.client(method="password", username="<a&b>\x00\"'@x.example", password="]]>&amp;", security_token="ü")

    with pytest.raises(AccessError, match="refused the user name"):
        client.session()


@pytest.mark.parametrize(
    ("settings", "changes", "code", "message", "mend"),
    [
        ({}, {"client_id": "unknown-id"}, "invalid_client_id", "does not know this client id", "consumer key"),
        ({}, {"client_secret": "wrong-secret"}, "invalid_client", "refused the client secret", "consumer secret"),
        ({"my_domain": False}, {}, "invalid_grant", "at the org's My Domain address only", "Setup > My Domain"),
        ({"client_credentials_enabled": False}, {}, "invalid_grant", "no user to run as", "Run As user"),
        ({"user_active": False}, {}, "inactive_user", "The user is inactive", "Activate the user"),
        ({"org_locked": True}, {}, "inactive_org", "The org is inactive", "Salesforce support"),
    ],
)
def test_client_credentials_refused(
    org: SimulatedOrg, settings: dict[str, Any], changes: dict[str, str], code: str, message: str, mend: str
) -> None:
    """Each refusal of the token endpoint has its own words."""
    org.set(**settings)

    error = refusal(org, method="client_credentials", **changes)

    assert (type(error), error.code, error.status) == (AccessError, code, 400)
    assert message in error.message
    assert mend in error.mend


@pytest.mark.parametrize(
    ("settings", "changes", "code", "message"),
    [
        ({}, {"client_id": "unknown-id"}, "invalid_client_id", "does not know this client id"),
        ({"app_approved": False}, {}, "invalid_grant", "has not approved the client app"),
        ({}, {"username": "nobody@nowhere.example"}, "invalid_grant", "The user is not known"),
        ({}, {"private_key": pem(rsa.generate_private_key(65537, 2048))}, "invalid_grant", "the signed assertion"),
        ({"user_active": False}, {}, "inactive_user", "The user is inactive"),
    ],
)
def test_jwt_refused(
    org: SimulatedOrg, settings: dict[str, Any], changes: dict[str, str], code: str, message: str
) -> None:
    """Each refusal of an assertion has its own words."""
    org.set(**settings)

    error = refusal(org, method="jwt_bearer", **changes)

    assert (type(error), error.code) == (AccessError, code)
    assert message in error.message


@pytest.mark.parametrize(
    ("error", "description", "kind", "message"),
    [
        ("invalid_grant", "audience is invalid", AccessError, "refused the assertion's audience"),
        ("invalid_grant", "ip restricted", AccessError, "from the address that Taskforce calls from"),
        ("invalid_grant", "authentication failure", AccessError, "Salesforce refused the login."),
        ("unsupported_grant_type", "grant type not supported", AccessError, "does not allow this way of signing in"),
        ("invalid_request", "", AccessError, "did not accept the login request"),
        ("something_new", "", AccessError, "Salesforce refused the login (something_new)."),
        ("unknown_error", "retry your request", TransientError, "does not work at present"),
    ],
)
def test_oauth_errors(org: SimulatedOrg, error: str, description: str, kind: type[ApiError], message: str) -> None:
    """What the simulator does not say by itself."""
    body = {"error": error, "error_description": description}
    org.goes_wrong("status", TOKEN, status=400, body=body, times=3)

    refused = refusal(org, method="jwt_bearer")

    assert type(refused) is kind
    assert message in refused.message


def test_token_request_that_is_to_be_repeated(org: SimulatedOrg) -> None:
    """Salesforce asks for another try at times."""
    body = {"error": "unknown_error", "error_description": "retry your request"}
    org.goes_wrong("status", TOKEN, status=400, body=body)

    assert org.client().session().organization_id == "00DHn0000000001MAA"


@pytest.mark.parametrize("key", ["", "no key", pem(ec.generate_private_key(ec.SECP256R1()))])
def test_private_key_that_cannot_be_read(org: SimulatedOrg, key: str) -> None:
    """Nothing is sent; the message does not show the key."""
    with pytest.raises(ConfigurationError) as refused:
        org.client(method="jwt_bearer", private_key=key).session()

    assert refused.value.problems == (
        "salesforce.private_key cannot be read: it must be an RSA private key in PEM form, without a passphrase.",
    )
    assert org.asked() == []


def test_unknown_method(org: SimulatedOrg) -> None:
    """The methods that exist are named."""
    with pytest.raises(ConfigurationError, match="client_credentials, jwt_bearer, password"):
        org.client(method="magic").session()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://login.salesforce.com", "https://login.salesforce.com"),
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://acme-dev-ed.develop.my.salesforce.com", "https://login.salesforce.com"),
        ("https://test.salesforce.com", "https://test.salesforce.com"),
        ("https://Acme--Full.sandbox.my.salesforce.com/", "https://test.salesforce.com"),
        ("https://crm.acme.example/x", "https://crm.acme.example"),
    ],
)
def test_audience(url: str, expected: str) -> None:
    """An assertion is for the login host of production or of sandboxes, else for the address itself."""
    assert audience(SalesforceCredentials(url=url, method="jwt_bearer")) == expected


@pytest.mark.parametrize(
    ("url", "instead"),
    [
        ("https://acme.lightning.force.com/lightning/page/home", "https://acme.my.salesforce.com"),
        ("https://acme--uat.sandbox.lightning.force.com", "https://acme--uat.sandbox.my.salesforce.com"),
        ("https://acme.my.salesforce-setup.com/x", "https://acme.my.salesforce.com"),
    ],
)
def test_address_copied_from_the_browser(org: SimulatedOrg, url: str, instead: str) -> None:
    """The pages' host is not the API's; the mend names the right one."""
    error = refusal(org, url=url)

    assert (error.code, error.mend) == ("page_address", f"Put {instead}.")


def test_name_and_password_in_the_address_are_not_shown(org: SimulatedOrg) -> None:
    """People paste addresses with everything in them."""
    url = org.simulator.public_url.replace("//", "//me:hunter2@") + "/services/Soap/u/12.0"

    assert "hunter2" not in str(refusal(org, method="password", url=url))


@pytest.mark.parametrize("method", METHODS)
def test_plain_http_elsewhere_is_refused(org: SimulatedOrg, method: str) -> None:
    """Credentials are sent by https only, but to this machine."""
    with pytest.raises(ConfigurationError, match="The address of Salesforce must begin with https://"):
        org.client(method=method, url="http://acme.my.salesforce.com").session()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("fault_of_server", "kind", "code"),
    [
        ({"action": "garbage"}, ProtocolError, "not_understood"),
        ({"action": "empty"}, ProtocolError, "not_understood"),
        ({"action": "html", "status": 200}, ProtocolError, "not_understood"),
        ({"action": "html", "status": 401}, AccessError, "not_understood"),
        ({"action": "html", "status": 403}, AccessError, "not_understood"),
        ({"action": "html", "status": 404}, ProtocolError, "not_understood"),
        ({"action": "html", "status": 429, "times": 3}, TransientError, "unavailable"),
        ({"action": "html", "status": 500}, TransientError, "unavailable"),
        ({"action": "html", "status": 503, "times": 3}, TransientError, "unavailable"),
        ({"action": "status", "status": 200, "body": "[]"}, ProtocolError, "not_understood"),
        ({"action": "cut_before", "times": 3}, TransientError, "no_answer"),
        ({"action": "cut_midway", "times": 3}, TransientError, "no_answer"),
        ({"action": "status", "status": 302, "headers": {"Location": "https://acme.example/x?t=1"}}, AccessError, ""),
    ],
)
def test_login_answered_by_something_else(
    org: SimulatedOrg, method: str, fault_of_server: dict[str, Any], kind: type[ApiError], code: str
) -> None:
    """An answer that is no answer of Salesforce is told as such; outages may pass."""
    org.goes_wrong(path=f"{SOAP}|{TOKEN}", **fault_of_server)

    error = refusal(org, method=method)

    assert (type(error), error.code) == (kind, code)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("status", "times"), [(401, 1), (403, 1), (429, 3)])
def test_login_refused_by_something_else_names_the_status(
    org: SimulatedOrg, method: str, status: int, times: int
) -> None:
    """A firewall or a gateway has answered: its status is all there is to look for."""
    org.goes_wrong("html", path=f"{SOAP}|{TOKEN}", status=status, times=times)

    error = refusal(org, method=method)

    assert (error.status, f"status {status}" in error.message) == (status, True)


def test_login_that_leads_elsewhere_names_the_host(org: SimulatedOrg) -> None:
    """A renamed My Domain redirects; where to is told, without what else stands in the address."""
    org.goes_wrong("status", TOKEN, status=301, headers={"Location": "https://new.my.salesforce.com/services?t=1"})

    assert refusal(org).message == "The address of Salesforce leads elsewhere to new.my.salesforce.com (login)."


@pytest.mark.parametrize("bomb", ["<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/>", "<Envelope/>"])
def test_xml_that_is_no_answer(org: SimulatedOrg, bomb: str) -> None:
    """Entities are not expanded; any other document is not understood."""
    org.goes_wrong("status", SOAP, status=200, body=bomb)

    assert refusal(org, method="password").code == "not_understood"


@pytest.mark.parametrize(
    "instance",
    [
        "https://evil.example",
        "http://acme.my.salesforce.com",
        "http://localhost.evil.example",
        "https://127.0.0.1@evil.example",
        "ftp://127.0.0.1",
        "",
        "https://[",
    ],
)
def test_instance_that_is_not_trusted(org: SimulatedOrg, instance: str) -> None:
    """The token is sent to no host that a login must not lead to."""
    token = {"access_token": "00D!secret", "instance_url": instance, "id": "", "token_type": "Bearer"}
    org.goes_wrong("status", TOKEN, status=200, body=token)

    assert refusal(org).code == "untrusted_instance"
    assert org.asked("token") == ["/services/oauth2/token?"]


def test_password_login_is_kept_from_untrusted_instances(server: ScriptedServer, org: SimulatedOrg) -> None:
    """The serverUrl of a SOAP login is checked in the same way."""
    body = (
        b"<Envelope><loginResponse><result><passwordExpired>false</passwordExpired>"
        b"<serverUrl>https://evil.example/services/Soap/u/64.0/00D</serverUrl><sessionId>00D!secret</sessionId>"
        b"</result></loginResponse></Envelope>"
    )
    server.script = [answer(200, body)]

    assert refusal(org, method="password", url=server.url).code == "untrusted_instance"
    assert len(server.requests) == 1
