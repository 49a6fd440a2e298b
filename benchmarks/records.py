"""How quick the pages of records are with 100,000 of them stored; on a database of its own, which is gone afterwards.

python -m benchmarks.records [NUMBER]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

NUMBER = 100_000
REPEATED = 5


def main(number: int) -> None:
    """Fill a database, and print the time of each page."""
    with tempfile.TemporaryDirectory(prefix="taskforce-benchmark-") as home:
        os.environ.update(TASKFORCE_HOME=home, DJANGO_SETTINGS_MODULE="taskforce.django_settings")
        from taskforce.adapters.store.setup import open_database

        open_database(Path(home))
        from tests.builders import NOON

        from taskforce.adapters.store.models import Connection

        Connection.objects.create(
            name="benchmark", configuration={}, secrets=b"", active_since=NOON, created_at=NOON, updated_at=NOON
        )
        fill(number)
        _measure("benchmark")


def fill(number: int) -> None:
    """The records of the only connection: half of them companies, half contacts, all linked.

    One in a thousand more is held, with several alike.
    """
    from tests.builders import NOON, account, account_id, company, company_contact, contact_id, target_schema

    from taskforce.adapters.store.models import Connection
    from taskforce.adapters.store.stores import DjangoStores
    from taskforce.domain.links import Link
    from taskforce.domain.match_rules import keys_of
    from taskforce.domain.reasons import Reason
    from taskforce.domain.records import Entity, TargetId

    stores = DjangoStores(Connection.objects.get(), lambda: NOON)
    stores.schemas.put_target(target_schema())
    for start in range(1, number // 2 + 1, 1000):
        numbers = range(start, start + 1000)
        companies = [
            company(
                each, companyName=f"{_word(each)} Works {each}", webAddress=f"w{each}.example", phone=f"312-{each:07d}"
            )
            for each in numbers
        ]
        contacts = [
            company_contact(each, company=each, lastName=_word(each), emailAddress=f"p{each}@w.example")
            for each in numbers
        ]
        with stores.transaction():
            for records in (companies, contacts):
                entity = records[0].entity
                stores.index.put(entity, {each.id: (each, keys_of(entity, each.fields)) for each in records})
            for entity, of in ((Entity.COMPANY, account_id), (Entity.CONTACT, contact_id)):
                links = [Link(entity=entity, source_id=of(each), target_id=TargetId(each)) for each in numbers]
                stores.links.put(links)
            held = [
                account(
                    number + each,
                    Name=f"{_word(each)} Wroks {each}",
                    Website=f"w{each}.example",
                    Phone=f"312-{each:07d}",
                )
                for each in numbers
                if each % 1000 == 7
            ]
            stores.inbox.put(Entity.COMPANY, held)
            for each in held:
                stores.inbox.hold(Entity.COMPANY, each.id, Reason.NEAR_MATCH_HELD, waits_for=None, match_key="")


def _word(number: int) -> str:
    syllables = ("ka", "lo", "mi", "ru", "se", "ta", "vo", "zi", "be", "du")
    return "".join(syllables[int(digit)] for digit in f"{number:06d}"[-4:]).title()


def _measure(name: str) -> None:
    from tests.builders import NOON, account_id

    from taskforce.adapters.store.directory import Directory, Wanted
    from taskforce.adapters.store.models import Connection
    from taskforce.adapters.store.stores import DjangoStores
    from taskforce.domain.directory import Standing
    from taskforce.domain.reasons import Reason
    from taskforce.domain.records import Entity
    from taskforce.domain.settings import ConnectionSettings
    from taskforce.engine.suggesting import suggest

    directory, stores = Directory(), DjangoStores(Connection.objects.get(), lambda: NOON)

    def page(standing: Standing | None = None, words: str = "", number: str = "1") -> object:
        wanted = Wanted(connections=[name], standing=standing, words=words)
        return directory.counts([name]), directory.page(wanted, number=number, size=50)

    def queue() -> object:
        held = directory.held_page(name, Reason.NEAR_MATCH_HELD, number="1", size=20)
        ids = [each.source_id for each in held.records]
        return directory.held([name]), suggest(stores, ConnectionSettings(), Entity.COMPANY, ids)

    told: dict[str, Callable[[], object]] = {
        "records, everything": page,
        "records, linked": lambda: page(Standing.LINKED),
        "records, the last page": lambda: page(Standing.LINKED, number="999999"),
        "search, part of a name": lambda: page(words="works 4999"),
        "search, a word of all": lambda: page(words="works"),
        "search, nothing found": lambda: page(words="nobody at all"),
        "search, an e-mail": lambda: page(words="p777@w.example"),
        "search, a Salesforce id": lambda: page(words=account_id(777)),
        "search, an Autotask id": lambda: page(words="777"),
        "one record with its story": lambda: (
            directory.find(name, account_id(7)),
            directory.story(name, account_id(7), limit=20),
        ),
        "review queue, 20 with candidates": queue,
    }
    for what, look in told.items():
        times = []
        for _ in range(REPEATED):
            began = time.perf_counter()
            look()
            times.append(time.perf_counter() - began)
        print(f"{what:34s} {1000 * sorted(times)[REPEATED // 2]:7.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
