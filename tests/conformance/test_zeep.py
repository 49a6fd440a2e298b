"""zeep with Salesforce's Partner WSDL against the simulator. The WSDL is not ours to carry: its path is given."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import zeep
from zeep.transports import Transport

from taskforce_simulators.core.server import start
from taskforce_simulators.salesforce import SalesforceSimulator

VARIABLE = "TASKFORCE_PARTNER_WSDL"
WSDL = os.environ.get(VARIABLE, "")
BINDING = "{urn:partner.soap.sforce.com}SoapBinding"

if not WSDL:
    pytest.skip(f"skipped: {VARIABLE} does not name a copy of the Partner WSDL", allow_module_level=True)


class Site:
    """A simulator and a client that has read the WSDL."""

    def __init__(self, simulator: SalesforceSimulator, url: str, client: zeep.Client) -> None:
        self.simulator = simulator
        self.client = client
        self.entrance = client.create_service(BINDING, f"{url}/services/Soap/u/58.0")

    def log_in(self):
        """The result of login(), with the service and the header for what follows."""
        known = self.simulator.credentials()
        result = self.entrance.login(known["username"], known["password"] + known["security_token"])
        service = self.client.create_service(BINDING, result.serverUrl)
        return result, service, {"SessionHeader": {"sessionId": result.sessionId}}


@pytest.fixture(scope="module")
def loaded() -> Iterator[zeep.Client]:
    """A client; reading the WSDL takes a while."""
    session = requests.Session()
    session.trust_env = False
    yield zeep.Client(str(Path(WSDL)), transport=Transport(session=session))
    session.close()


@pytest.fixture
def site(loaded) -> Iterator[Site]:
    """An org with three accounts, two of them on a page."""
    simulator = SalesforceSimulator()
    accounts = [{"Name": name, "BillingCity": "Oslo", "AnnualRevenue": 5} for name in "ABC"]
    simulator.load({"Account": accounts})
    simulator.change_settings({"page_size": 2})
    with start(simulator) as server:
        yield Site(simulator, server.url, loaded)
    simulator.database.close()


def test_it_logs_in(site):
    """Every element of the result is where the WSDL has it."""
    result, _, _ = site.log_in()
    assert (result.passwordExpired, result.sandbox, result.userId) == (False, False, "005Hn0000000001IAA")
    info = result.userInfo
    assert (info.organizationId, info.sessionSecondsValid, info.userUiSkin) == ("00DHn0000000001MAA", 7200, "Theme3")
    assert (info.roleId, info.orgHasPersonAccounts) == (None, False)


def test_it_understands_a_refused_login(site):
    """As a fault with its detail."""
    with pytest.raises(zeep.exceptions.Fault) as caught:
        site.entrance.login("nobody", "x")
    assert caught.value.code == "sf:INVALID_LOGIN"
    assert caught.value.message.startswith("INVALID_LOGIN: Invalid username, password, security token")
    assert caught.value.detail[0].tag == "{urn:fault.partner.soap.sforce.com}LoginFault"


def test_it_reads_page_by_page(site):
    """Records, relationships, addresses and nothing at all."""
    _, service, header = site.log_in()
    soql = "SELECT Name, AnnualRevenue, Owner.Name, BillingAddress, ParentId, Id FROM Account ORDER BY Name"
    first = service.query(soql, _soapheaders=header)
    result = first.body.result
    assert (result.done, result.size, len(result.records)) == (False, 3, 2)
    record = result.records[0]
    name, revenue, owner, address, parent, identifier = record._value_1
    assert (record.type, record.Id, identifier.text) == ("Account", identifier.text, record.Id)
    assert (name.text, revenue.text, parent.text) == ("A", "5.0", None)
    assert (owner.type, owner._value_1[0].text) == ("User", "Integration User")
    assert (address.city, address.country, address.latitude) == ("Oslo", None, None)
    info = first.header.LimitInfoHeader.limitInfo[0]
    assert (info.current, info.limit, info.type) == (1, 100_000, "API REQUESTS")
    second = service.queryMore(result.queryLocator, _soapheaders=header).body.result
    assert (second.done, second.size, second.queryLocator) == (True, 3, None)
    assert [record._value_1[0].text for record in second.records] == ["C"]


def test_an_empty_result_has_no_records(site):
    """And is done."""
    _, service, header = site.log_in()
    result = service.queryAll("SELECT Id FROM Contact", _soapheaders=header).body.result
    assert (result.done, result.size, result.records) == (True, 0, [])


def test_it_asks_who_and_when(site):
    """getUserInfo and getServerTimestamp."""
    _, service, header = site.log_in()
    assert service.getUserInfo(_soapheaders=header).body.result.userName == "integration@taskforce-demo.example"
    site.simulator.clock.freeze(datetime(2026, 11, 23, 10, tzinfo=UTC))
    timestamp = service.getServerTimestamp(_soapheaders=header).body.result.timestamp
    assert timestamp == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("soql", "code", "kind"),
    [
        ("SELECT Foo FROM Account", "INVALID_FIELD", "InvalidFieldFault"),
        ("SELECT Id FROM Foo", "INVALID_TYPE", "InvalidSObjectFault"),
        ("SELECT", "MALFORMED_QUERY", "MalformedQueryFault"),
    ],
)
def test_it_understands_a_refused_query(site, soql, code, kind):
    """With the row and column of the WSDL's type."""
    _, service, header = site.log_in()
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service.query(soql, _soapheaders=header)
    fault = caught.value
    namespace = "{urn:fault.partner.soap.sforce.com}"
    parsed = site.client.get_element(f"{namespace}{kind}").parse(fault.detail[0], site.client.wsdl.types)
    assert (fault.code, parsed.exceptionCode, parsed.row) == (f"sf:{code}", code, 1)


def test_it_logs_out(site):
    """After which the session is illegal."""
    _, service, header = site.log_in()
    service.logout(_soapheaders=header)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service.getUserInfo(_soapheaders=header)
    assert caught.value.code == "sf:INVALID_SESSION_ID"
