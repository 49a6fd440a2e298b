"""simple-salesforce, unmodified, against the simulator over TLS: it builds https addresses, logs in at Salesforce's."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceOperationError,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from taskforce_simulators.core.certificates import make_certificates
from taskforce_simulators.core.server import start
from taskforce_simulators.salesforce import SalesforceSimulator


class _ToSimulator(HTTPAdapter):
    """Sends what is meant for a host of Salesforce to the simulator."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request, *arguments, **options):
        """Change the host, nothing else."""
        request.url = self._url + request.path_url
        return super().send(request, *arguments, **options)


class Site:
    """A simulator over TLS and a session that reaches it."""

    def __init__(self, simulator: SalesforceSimulator, url: str, ca_file: str) -> None:
        self.simulator = simulator
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = ca_file
        self.session.mount("https://login.salesforce.com", _ToSimulator(url))
        self.session.mount("https://mydomain.my.salesforce.com", _ToSimulator(url))

    def client(self, **changes: str) -> Salesforce:
        """A client that logs in by SOAP."""
        known = self.simulator.credentials()
        given = {name: known[name] for name in ("username", "password", "security_token")}
        return Salesforce(session=self.session, **(given | changes))


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    """An org with 25 accounts of which ten go on a page."""
    simulator = SalesforceSimulator()
    simulator.clock.set(datetime(2026, 11, 23, 10, tzinfo=UTC))
    simulator.load({"Account": [{"Name": f"Account {number:02d}", "Phone": str(number)} for number in range(25)]})
    simulator.change_settings({"page_size": 10})
    files = make_certificates(tmp_path)
    with start(simulator, tls=files) as server:
        given = Site(simulator, server.url, str(files.ca_file))
        yield given
        given.session.close()
    simulator.database.close()


def test_it_logs_in_by_soap(site):
    """And takes the host of the REST calls from serverUrl."""
    client = site.client()
    assert f"https://{client.sf_instance}" == site.url
    assert client.auth_type == "password"
    assert client.is_sandbox() is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"password": "wrong"}, "INVALID_LOGIN"), ({"security_token": ""}, "LOGIN_MUST_USE_SECURITY_TOKEN")],
)
def test_it_understands_a_refused_login(site, changes, code):
    """By the tag with the prefix sf."""
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        site.client(**changes)
    assert caught.value.code == code


def test_it_understands_that_login_is_gone(site):
    """From version 65 on."""
    with pytest.raises(SalesforceAuthenticationFailed, match="SOAP Login operation is not available") as caught:
        site.client(version="65.0")
    assert caught.value.code == "INVALID_OPERATION"


def test_it_logs_in_by_client_credentials_and_by_assertion(site):
    """On the org's own domain."""
    known = site.simulator.credentials()
    client = Salesforce(
        session=site.session,
        domain="mydomain.my",
        consumer_key=known["client_id"],
        consumer_secret=known["client_secret"],
    )
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 25
    site.simulator.clock.reset()  # the assertion's end comes from the real clock
    client = Salesforce(
        session=site.session,
        username=known["username"],
        consumer_key=known["client_id"],
        privatekey=known["private_key"],
    )
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 25


def test_it_reads_every_page(site):
    """query_all follows the addresses; include_deleted asks queryAll."""
    client = site.client()
    records = client.query_all("SELECT Name, Owner.Name FROM Account ORDER BY Name DESC")["records"]
    assert [record["Name"] for record in records] == [f"Account {number:02d}" for number in reversed(range(25))]
    assert {record["Owner"]["Name"] for record in records} == {"Integration User"}
    client.Account.delete(client.query("SELECT Id FROM Account LIMIT 1")["records"][0]["Id"])
    assert len(client.query_all("SELECT Id FROM Account")["records"]) == 24
    assert len(client.query_all("SELECT Id FROM Account", include_deleted=True)["records"]) == 25
    assert client.api_usage["api-usage"].total == 100_000


def test_it_goes_on_by_locator_alone(site):
    """query_more without the whole address."""
    client = site.client()
    first = client.query("SELECT Name FROM Account ORDER BY Name")
    locator = first["nextRecordsUrl"].rpartition("/")[2]
    assert client.query_more(locator)["records"][0]["Name"] == "Account 10"


def test_it_describes(site):
    """Globally, and one object."""
    client = site.client()
    assert [entry["name"] for entry in client.describe()["sobjects"]] == ["Account", "Contact", "Organization", "User"]
    described = client.Contact.describe()
    assert (described["keyPrefix"], len(described["fields"])) == ("003", 59)
    assert client.Account.metadata()["objectDescribe"]["name"] == "Account"


def test_it_creates_changes_and_deletes(site):
    """Records by their type."""
    client = site.client()
    made = client.Contact.create({"LastName": "Reed", "Email": "reed@example.org"})
    assert made == {"id": made["id"], "success": True, "errors": []}
    assert client.Contact.update(made["id"], {"FirstName": "Ann"}) == 204
    assert client.Contact.get(made["id"])["Name"] == "Ann Reed"
    assert client.Contact.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Contact.get(made["id"])
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.Contact.create({"FirstName": "Ann"})
    assert caught.value.content[0]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_it_asks_for_what_was_updated_and_deleted(site):
    """With its own way to write the times."""
    client = site.client()
    first = client.query("SELECT Id FROM Account ORDER BY Name")["records"][0]["Id"]
    start_time, end_time = datetime(2026, 11, 23, 9, 50, tzinfo=UTC), datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert len(client.Account.updated(start_time, end_time)["ids"]) == 25
    client.Account.delete(first)
    assert len(client.Account.updated(start_time, end_time)["ids"]) == 24
    deleted = client.Account.deleted(start_time, end_time)["deletedRecords"]
    assert [entry["id"] for entry in deleted] == [first]


def test_it_asks_for_the_limits(site):
    """They are there."""
    assert site.client().limits()["DailyApiRequests"]["Max"] == 100_000


def test_it_logs_in_again_when_the_session_has_expired(site):
    """And repeats the call; without credentials it gives up."""
    client = site.client()
    site.simulator.expire_sessions()
    assert client.query("SELECT COUNT() FROM Account")["totalSize"] == 25
    known = [entry.operation for entry in site.simulator.journal.entries()]
    assert known == ["login", "query", "login", "query"]
    direct = Salesforce(session=site.session, session_id="gone", instance_url=site.url)
    with pytest.raises(SalesforceExpiredSession):
        direct.query("SELECT COUNT() FROM Account")


def test_it_understands_that_the_limit_is_reached(site):
    """As a refused request."""
    client = site.client()
    site.simulator.change_settings({"daily_request_limit": 0})
    with pytest.raises(SalesforceRefusedRequest) as caught:
        client.limits()
    assert caught.value.content[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_it_reads_by_bulk_jobs(site, tmp_path):
    """Sets of results one after the other, as text and as files, deleted records too."""
    client = site.client()
    soql = "SELECT Name, Owner.Name FROM Account ORDER BY Name"
    sets = list(client.bulk2.Account.query(soql, max_records=10))
    assert [text.splitlines()[0] for text in sets] == ['"Name","Owner.Name"'] * 3
    names = [line for text in sets for line in text.splitlines()[1:]]
    assert names == [f'"Account {number:02d}","Integration User"' for number in range(25)]
    client.Account.delete(client.query("SELECT Id FROM Account LIMIT 1")["records"][0]["Id"])
    assert sum(len(text.splitlines()) - 1 for text in client.bulk2.Account.query("SELECT Id FROM Account")) == 24
    assert sum(len(text.splitlines()) - 1 for text in client.bulk2.Account.query_all("SELECT Id FROM Account")) == 25
    files = client.bulk2.Account.download(soql, path=str(tmp_path), max_records=10)
    assert [each["number_of_records"] for each in files] == [10, 10, 4]


def test_it_understands_refused_and_failed_jobs(site):
    """By the status, and by the state."""
    client = site.client()
    with pytest.raises(SalesforceMalformedRequest, match="compound data"):
        list(client.bulk2.Account.query("SELECT BillingAddress FROM Account"))
    site.simulator.change_settings({"bulk_failure": "too many retries"})
    with pytest.raises(SalesforceOperationError, match="too many retries"):
        list(client.bulk2.Account.query("SELECT Id FROM Account"))
