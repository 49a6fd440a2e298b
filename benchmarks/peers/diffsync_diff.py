"""diffsync: the difference of as many records as the argument says, 12 fields each, every hundredth of them changed."""

import sys

from benchmarks.peers.figures import Stopwatch
from benchmarks.twelve_fields import FIELDS, records
from diffsync import Adapter, DiffSyncModel


class Contact(DiffSyncModel):
    """A record whose values are compared one by one."""

    _modelname = "contact"
    _identifiers = ("id",)
    _attributes = FIELDS
    id: str
    __annotations__.update(dict.fromkeys(FIELDS, str | None))


class Side(Adapter):
    """Salesforce, or Autotask."""

    contact = Contact
    top_level = ("contact",)


def side(count: int, *, is_changed: bool) -> Side:
    """So many records."""
    filled = Side()
    for key, values in records(count, is_changed=is_changed):
        filled.add(Contact(id=key, **values))
    return filled


def main() -> None:
    """Both sides are there before the watch runs."""
    count = int(sys.argv[1])
    ours, theirs = side(count, is_changed=True), side(count, is_changed=False)
    watch = Stopwatch()
    found = theirs.diff_from(ours).summary()["update"]
    if found != count // 100:
        raise SystemExit(f"diffsync found {found} changes")
    watch.report(count)


if __name__ == "__main__":
    main()
