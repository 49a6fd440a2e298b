"""The extension page and addresses that are neither Salesforce's nor Autotask's."""

import pytest

from taskforce.domain.roles import Role
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.test_pages_extension import PAGE, ROOT, save, shown, typed
from tests.end_to_end.pages.visitor import PASSWORD, words

REFUSED = (
    "This must be an address of Salesforce or Autotask. Whoever runs Taskforce can allow others with "
    "TASKFORCE_ALLOWED_HOSTS, or give this one on the command line."
)


@pytest.fixture
def nothing_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who has set nothing."""
    monkeypatch.delenv("TASKFORCE_ALLOWED_HOSTS")


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.5",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]:8443",
        "https://2130706433",
        "https://evil-salesforce.com",
        "https://login.salesforce.com.evil.example",
        "https://login.ѕalesforce.com",
    ],
)
def test_another_address_is_refused(url: str, office: Office, enter: Enter) -> None:
    """Neither saved nor tried, with a sentence beside the field."""
    before, visitor = office.installation.connection(NAME), enter(Role.ADMINISTRATOR)
    fields = {**typed(office), "url": url, "autotask_url": url, "own_hosts": "10.0.0.5", "own_password": PASSWORD}

    said = save(visitor, **fields)
    tried = words(visitor.send(f"{PAGE}test/", **{**shown(visitor.get(PAGE).text), **fields}))

    assert (said.count(REFUSED), tried.count(REFUSED)) == (2, 4)
    assert office.installation.connection(NAME) == before
    assert office.pair.salesforce.journal.entries() == []


@pytest.mark.usefixtures("nothing_is_allowed")
def test_a_new_connection_to_this_machine_is_refused(office: Office, enter: Enter) -> None:
    """The simulators are no vendor's hosts, unless somebody allows them."""
    office.installation.book.remove(NAME)

    said = save(enter(Role.ADMINISTRATOR), f"{ROOT}add/", **typed(office), name="acme", own_password=PASSWORD)

    assert REFUSED in said
    assert office.installation.names() == []


@pytest.mark.usefixtures("nothing_is_allowed")
def test_what_the_command_line_allowed_stays(office: Office, enter: Enter) -> None:
    """A page saves other settings of such a connection, and cannot lead it to another private host."""
    office.installation.book.edit(NAME, {}, by_operator=True)
    visitor = enter(Role.ADMINISTRATOR)

    assert REFUSED not in save(visitor, interval_minutes="7")
    after = office.installation.connection(NAME)
    assert (after.settings.interval_minutes, after.own_hosts) == (7, ("127.0.0.1",))

    assert REFUSED in save(visitor, **{**typed(office), "autotask_url": "https://10.0.0.5", "own_password": PASSWORD})
    assert office.installation.connection(NAME) == after
