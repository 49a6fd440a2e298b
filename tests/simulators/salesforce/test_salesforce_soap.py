"""The SOAP endpoint: login above all. Source: reference section 1."""

import pytest
from defusedxml import ElementTree

INVALID = "Invalid username, password, security token; or user locked out."
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:u="urn:partner.soap.sforce.com">'
)


def send(org, body, version="64.0", headers="", letter="u", tail=""):
    """Post an envelope."""
    text = f"{HEAD}<e:Header>{headers}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
    action = {"Content-Type": "text/xml", "SOAPAction": '""'}
    return org.http.post(f"/services/Soap/{letter}/{version}{tail}", content=text, headers=action)


def login_body(org, username=None, password=None):
    """A login() with the right credentials unless others are given."""
    known = org.simulator.credentials()
    username = known["username"] if username is None else username
    password = known["password"] + known["security_token"] if password is None else password
    return f"<u:login><u:username>{username}</u:username><u:password>{password}</u:password></u:login>"


def log_in(org, version="64.0", **options):
    """login()."""
    given = {name: options.pop(name) for name in ("username", "password") if name in options}
    return send(org, login_body(org, **given), version, **options)


def local(node):
    """A tag without its namespace."""
    return node.tag.rpartition("}")[2]


def result(answer):
    """The elements of a result, by name, in order."""
    assert answer.status_code == 200, answer.text
    node = next(node for node in ElementTree.fromstring(answer.content).iter() if local(node) == "result")
    return {local(child): child for child in node}


def fault(answer):
    """Status, fault code, message and the kind of the detail."""
    root = ElementTree.fromstring(answer.content)
    text = {local(node): node.text for node in root.iter()}
    detail = next(node for node in root.iter() if local(node) == "detail")
    assert text["faultstring"] == f"{text['exceptionCode']}: {text['exceptionMessage']}"
    return answer.status_code, text["faultcode"], text["exceptionMessage"], local(detail[0])


def session_header(answer):
    """The header that goes with every later request."""
    return f"<u:SessionHeader><u:sessionId>{result(answer)['sessionId'].text}</u:sessionId></u:SessionHeader>"


def test_login_answers_in_the_order_of_the_wsdl(org):
    """Clients read the result by position."""
    given = result(log_in(org))
    assert list(given) == [
        "metadataServerUrl",
        "passwordExpired",
        "sandbox",
        "serverUrl",
        "sessionId",
        "userId",
        "userInfo",
    ]
    assert given["serverUrl"].text == f"{org.url}/services/Soap/u/64.0/00DHn0000000001"
    names = [local(node) for node in given["userInfo"]]
    assert (len(names), names[0], names[8], names[-1]) == (24, "accessibilityMode", "organizationId", "userUiSkin")
    assert given["userInfo"][8].text == "00DHn0000000001MAA"


def test_the_session_of_a_login_is_good_for_rest(org):
    """It is the same kind of session."""
    org.headers = {"Authorization": f"Bearer {result(log_in(org))['sessionId'].text}"}
    assert org.get("/limits").status_code == 200


@pytest.mark.parametrize("tail", ["", "/", "/00DHn0000000001", "/00DHn0000000001MAA/"])
def test_the_address_may_end_with_the_orgs_id(org, tail):
    """And with a slash; SOAPAction may be anything."""
    assert log_in(org, tail=tail).status_code == 200


def test_other_prefixes_and_cdata_are_understood(org):
    """Clients write the same XML in many ways."""
    known = org.simulator.credentials()
    body = (
        '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        '<soapenv:Body><login xmlns="urn:partner.soap.sforce.com"><username><![CDATA['
        f"{known['username']}]]></username><password><![CDATA[{known['password']}{known['security_token']}]]></password>"
        "</login></soapenv:Body></soapenv:Envelope>"
    )
    assert org.http.post("/services/Soap/u/58.0", content=body).status_code == 200
    assert org.simulator.journal.entries()[-1].operation == "login"


def test_the_enterprise_address_knows_login_too(org):
    """Its namespace and server address are its own."""
    answer = log_in(org, letter="c")
    assert 'xmlns="urn:enterprise.soap.sforce.com"' in answer.text
    assert result(answer)["serverUrl"].text == f"{org.url}/services/Soap/c/64.0/00DHn0000000001"


@pytest.mark.parametrize("given", [{"username": "x"}, {"password": "x"}, {"password": "correct-horse-42wrong"}])
def test_wrong_credentials_are_invalid_login(org, given):
    """One text for all of them, with the prefix sf that clients look for."""
    answer = log_in(org, **given)
    assert fault(answer) == (500, "sf:INVALID_LOGIN", INVALID, "LoginFault")
    assert "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>" in answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"


def test_a_missing_security_token_has_its_own_fault(org):
    """Unless the org trusts the caller's address."""
    refused = fault(log_in(org, password="correct-horse-42"))
    assert refused[:2] == (500, "sf:LOGIN_MUST_USE_SECURITY_TOKEN")
    assert refused[2].startswith(f"{INVALID} Are you at a new location?")
    org.set(require_security_token=False)
    assert log_in(org, password="correct-horse-42").status_code == 200


def test_login_is_not_there_from_version_65_on(org):
    """The text is the one seen in the wild."""
    message = (
        "The SOAP Login operation is not available in the API version specified (65.0). "
        "Refer to the documentation for supported versions."
    )
    assert fault(log_in(org, "65.0")) == (500, "sf:INVALID_OPERATION", message, "UnexpectedErrorFault")


@pytest.mark.parametrize("version", ["12.0", "30.0", "69.0", "x"])
def test_versions_that_are_gone_or_unknown_are_refused(org, version):
    """The old extension's 12.0 among them."""
    expected = (500, "sf:UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL", "UnexpectedErrorFault")
    assert fault(log_in(org, version)) == expected


@pytest.mark.parametrize(
    ("settings", "code", "kind"),
    [
        ({"soap_login_enabled": False}, "INVALID_OPERATION", "UnexpectedErrorFault"),
        ({"account_locked": True}, "INVALID_LOGIN", "LoginFault"),
        ({"user_active": False}, "INVALID_LOGIN", "LoginFault"),
        ({"org_locked": True}, "ORG_LOCKED", "LoginFault"),
        ({"trial_expired": True}, "TRIAL_EXPIRED", "LoginFault"),
        ({"api_enabled": False}, "API_DISABLED_FOR_ORG", "LoginFault"),
        ({"edition": "Professional Edition"}, "API_DISABLED_FOR_ORG", "LoginFault"),
        ({"user_api_enabled": False}, "API_CURRENTLY_DISABLED", "LoginFault"),
        ({"ip_restricted": True}, "LOGIN_DURING_RESTRICTED_DOMAIN", "LoginFault"),
        ({"login_hours_restricted": True}, "LOGIN_DURING_RESTRICTED_TIME", "LoginFault"),
        ({"login_challenge": True}, "LOGIN_CHALLENGE_ISSUED", "LoginFault"),
        ({"use_any_api_auth": False}, "INSUFFICIENT_ACCESS", "LoginFault"),
    ],
)
def test_the_org_can_refuse_a_login(org, settings, code, kind):
    """Every switch has its code, all with status 500."""
    org.set(**settings)
    status, fault_code, _, detail = fault(log_in(org))
    assert (status, fault_code, detail) == (500, f"sf:{code}", kind)


def test_an_expired_password_gives_a_session_that_can_do_nothing(org):
    """login() succeeds and says so."""
    org.set(password_expired=True)
    answer = log_in(org)
    assert result(answer)["passwordExpired"].text == "true"
    refused = fault(send(org, "<u:getUserInfo/>", headers=session_header(answer)))
    assert refused[1] == "sf:INVALID_OPERATION_WITH_EXPIRED_PASSWORD"


def test_logout_ends_the_session(org):
    """After it the session is illegal."""
    headers = session_header(log_in(org))
    assert send(org, "<u:logout/>", headers=headers).status_code == 200
    for operation in ("logout", "getUserInfo"):
        refused = fault(send(org, f"<u:{operation}/>", headers=headers))
        assert refused[1::2] == ("sf:INVALID_SESSION_ID", "UnexpectedErrorFault")


def test_the_user_and_the_time_can_be_asked_for(org):
    """With what is used of the daily limit in the header."""
    headers = session_header(log_in(org))
    answer = send(org, "<u:getUserInfo/>", headers=headers)
    assert result(answer)["userName"].text == "integration@taskforce-demo.example"
    assert "<current>1</current><limit>100000</limit><type>API REQUESTS</type>" in answer.text
    time = result(send(org, "<u:getServerTimestamp/>", version="68.0", headers=headers))
    assert time["timestamp"].text == "2026-11-23T10:00:00.000Z"


def test_queries_go_page_by_page(org):
    """The size is that of the whole result, and the locator leads on."""
    org.set(page_size=2)
    for name in ("A", "B", "C"):
        org.create("Account", Name=name)
    headers = session_header(log_in(org))
    query = (
        "<u:query><u:queryString>SELECT Id, Name, CreatedDate, Owner.Name FROM Account ORDER BY Name</u:queryString>"
    )
    first = send(org, f"{query}</u:query>", headers=headers)
    given = result(first)
    assert (given["done"].text, given["size"].text) == ("false", "3")
    more = f"<u:queryMore><u:queryLocator>{given['queryLocator'].text}</u:queryLocator></u:queryMore>"
    second = send(org, more, headers=headers)
    assert list(result(second)) == ["done", "queryLocator", "records", "size"]
    record = result(second)["records"]
    assert [local(node) for node in record] == ["type", "Id", "Id", "Name", "CreatedDate", "Owner"]
    assert (record[3].text, record[4].text) == ("C", "2026-11-23T10:00:00.000Z")
    assert [node.text for node in record[5]] == ["User", None, "Integration User"]
    assert [entry.operation for entry in org.simulator.journal.entries()[-2:]] == ["query", "query_more"]


def test_an_address_has_its_coordinates_first(org):
    """As the WSDL's type extends that of a location."""
    org.create("Account", Name="A", BillingCity="Berlin")
    headers = session_header(log_in(org))
    soql = "SELECT BillingAddress, ShippingAddress, ParentId FROM Account"
    query = f"<u:query><u:queryString>{soql}</u:queryString></u:query>"
    record = result(send(org, query, headers=headers))["records"]
    assert [local(node) for node in record] == ["type", "Id", "BillingAddress", "ShippingAddress", "ParentId"]
    assert [local(node) for node in record[2]][:3] == ["latitude", "longitude", "city"]
    assert record[2][2].text == "Berlin"


@pytest.mark.parametrize(
    ("operation", "code", "kind"),
    [
        ("<u:query><u:queryString>SELECT</u:queryString></u:query>", "MALFORMED_QUERY", "MalformedQueryFault"),
        (
            "<u:query><u:queryString>SELECT X FROM Account</u:queryString></u:query>",
            "INVALID_FIELD",
            "InvalidFieldFault",
        ),
        ("<u:query><u:queryString>SELECT X FROM Y</u:queryString></u:query>", "INVALID_TYPE", "InvalidSObjectFault"),
        (
            "<u:queryMore><u:queryLocator>x-1</u:queryLocator></u:queryMore>",
            "INVALID_QUERY_LOCATOR",
            "InvalidQueryLocatorFault",
        ),
        ("<u:retrieve/>", "INVALID_OPERATION", "UnexpectedErrorFault"),
    ],
)
def test_what_a_query_refuses_comes_as_a_fault_of_its_kind(org, operation, code, kind):
    """The kinds are those of the WSDL."""
    headers = session_header(log_in(org))
    status, fault_code, _, detail = fault(send(org, operation, headers=headers))
    assert (status, fault_code, detail) == (500, f"sf:{code}", kind)


@pytest.mark.parametrize(
    "body",
    [
        "no xml",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
    ],
)
def test_what_is_no_envelope_is_refused(org, body):
    """Entities are not expanded."""
    answer = org.http.post("/services/Soap/u/64.0", content=body)
    assert fault(answer)[:2] == (500, "sf:INVALID_OPERATION")
