"""The limit of the whole job, by hand: read, decode, map, digest as Taskforce does, compare with what SQLite holds."""

import hashlib
import sqlite3
import sys

import httpx2
from benchmarks.encoded_org import SOQL, VERSION
from benchmarks.peers.figures import Stopwatch
from benchmarks.peers.limit import PAGE_DECODER

DIGESTS = "CREATE TABLE digests (id TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID"


def run(address: str, database: sqlite3.Connection, *, fill: bool) -> int:
    """Count the records whose digest is the stored one; with `fill` store it first."""
    same = 0
    with httpx2.Client(base_url=address, headers={"Accept-Encoding": "gzip"}) as client:
        following = f"/services/data/{VERSION}/query?q={SOQL}"
        while following is not None:
            page = PAGE_DECODER.decode(client.get(following).content)
            digests = {each.Id: _digest(each) for each in page.records}
            if fill:
                database.executemany("INSERT INTO digests VALUES (?, ?)", digests.items())
            places = ",".join("?" * len(digests))
            found = database.execute(f"SELECT id, digest FROM digests WHERE id IN ({places})", list(digests))  # noqa: S608
            same += sum(digests[known] == digest for known, digest in found)
            following = page.nextRecordsUrl
    return same


def _digest(contact: object) -> bytes:
    street, _, rest = (contact.MailingStreet or "").partition("\n")  # type: ignore[attr-defined]
    c = contact
    values = (c.FirstName or "-", c.LastName, c.Title, c.Email, c.Phone, c.MobilePhone, c.OtherPhone, c.Fax)  # type: ignore[attr-defined]
    values += (street, rest, c.MailingCity, c.MailingState, c.MailingPostalCode, c.MailingCountry)  # type: ignore[attr-defined]
    return hashlib.blake2b("\0".join([value or "" for value in values]).encode(), digest_size=16).digest()


def main() -> None:
    """Once to fill the table, once to be measured."""
    database = sqlite3.connect("")
    database.execute(DIGESTS)
    run(sys.argv[1], database, fill=True)
    watch = Stopwatch()
    watch.report(run(sys.argv[1], database, fill=False))


if __name__ == "__main__":
    main()
