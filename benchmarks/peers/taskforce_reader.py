"""Taskforce's own source: by REST, or (second argument `bulk`) by a bulk job behind the first page."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.peers.figures import Stopwatch

from taskforce.adapters.clock import SystemClock
from taskforce.adapters.http.addresses import Addresses
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.domain.records import Entity
from taskforce.domain.standard_mapping import STANDARD
from taskforce.log import set_up_logging

WANTED = (*(each.source for each in STANDARD.of(Entity.CONTACT).fields), "AccountId")
NEVER = 1_000_000_000


class NoCache:
    """Sessions are not kept."""

    def load(self) -> str | None:
        """Nothing."""
        return None

    def save(self, text: str) -> None:
        """Nothing."""

    def clear(self) -> None:
        """Nothing."""


@contextmanager
def source(address: str, *, in_bulk: bool) -> Iterator[SalesforceSource]:
    """A source that is logged in, as an installation has it but for the log level."""
    set_up_logging("WARNING")
    given = SalesforceCredentials(url=address, method="client_credentials", client_id="c", client_secret="s")
    with HttpClient(system="Salesforce", addresses=Addresses(("127.0.0.1",))) as http:
        client = SalesforceClient(given, http, NoCache())
        client.session()
        yield SalesforceSource(client, SystemClock(), bulk_from=0 if in_bulk else NEVER)


def main() -> None:
    """Every page, counted and dropped."""
    with source(sys.argv[1], in_bulk=sys.argv[2:] == ["bulk"]) as reader:
        watch = Stopwatch()
        pages = reader.changes(Entity.CONTACT, tuple(dict.fromkeys(WANTED)), since=None, after=None)
        watch.report(sum(len(page.records) for page in pages))


if __name__ == "__main__":
    main()
