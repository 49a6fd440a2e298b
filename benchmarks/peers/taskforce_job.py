"""The whole reading job of Taskforce's parts: source, mapping, fingerprint, compared with what SQLite holds.

The inbox and the plan, which the product puts between, are not part of it; `first_load.py` measures them.
"""

import sqlite3
import sys

from benchmarks.peers.figures import Stopwatch
from benchmarks.peers.taskforce_reader import WANTED, source

from taskforce.adapters.clock import SystemClock
from taskforce.adapters.salesforce.source import SalesforceSource
from taskforce.domain.diffing import fingerprint
from taskforce.domain.mapping import Mapper
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.records import Entity
from taskforce.domain.settings import ConnectionSettings
from taskforce.domain.standard_mapping import STANDARD
from taskforce.testing.target import MemoryTarget

DIGESTS = "CREATE TABLE digests (id TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID"


def run(reader: SalesforceSource, database: sqlite3.Connection, mapper: Mapper, *, fill: bool) -> int:
    """Count the records whose fingerprint is the stored one; with `fill` store it first."""
    same = 0
    for page in reader.changes(Entity.CONTACT, tuple(dict.fromkeys(WANTED)), since=None, after=None):
        digests = {each.id: fingerprint(mapper.desired(each)) for each in page.records}
        if fill:
            database.executemany("INSERT INTO digests VALUES (?, ?)", digests.items())
        places = ",".join("?" * len(digests))
        found = database.execute(f"SELECT id, digest FROM digests WHERE id IN ({places})", list(digests))  # noqa: S608
        same += sum(digests[known] == digest for known, digest in found)
    return same


def main() -> None:
    """Once to fill the table, once to be measured."""
    database = sqlite3.connect("")
    database.execute(DIGESTS)
    context = MappingContext.of(MemoryTarget(clock=SystemClock()).describe(), ConnectionSettings())
    mapper = Mapper.of(STANDARD.of(Entity.CONTACT), context)
    with source(sys.argv[1], in_bulk=False) as reader:
        run(reader, database, mapper, fill=True)
        watch = Stopwatch()
        watch.report(run(reader, database, mapper, fill=False))


if __name__ == "__main__":
    main()
