"""Taskforce: the difference of as many records as the argument says, field by field, or by digests already kept."""

import sys

from benchmarks.peers.figures import Stopwatch
from benchmarks.twelve_fields import records

from taskforce.domain.diffing import differences, fingerprint
from taskforce.domain.mapping import Desired


def main() -> None:
    """With `digests` as the second argument ours are fingerprinted and compared with those of the last time."""
    count = int(sys.argv[1])
    ours, theirs = dict(records(count, is_changed=True)), dict(records(count, is_changed=False))
    kept = {key: fingerprint(Desired(values=values)) for key, values in theirs.items()} if sys.argv[2:] else {}
    watch = Stopwatch()
    if kept:
        found = sum(fingerprint(Desired(values=values)) != kept[key] for key, values in ours.items())
    else:
        found = sum(bool(differences(values, theirs[key])) for key, values in ours.items())
    if found != count // 100:
        raise SystemExit(f"Taskforce found {found} changes")
    watch.report(count)


if __name__ == "__main__":
    main()
