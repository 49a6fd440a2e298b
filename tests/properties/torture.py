"""`make torture`: the state machine for as long as wanted, then real kills; says what was survived.

    python -m tests.properties.torture --seeds 2000 --minutes 30

On failure hypothesis prints the shortest story it found, rule by rule, and the seed to see it again.
"""

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

import tests.conftest  # noqa: F401 - opens the home folder and the database of the tests
from tests.properties.sync_machine.machine import SyncMachine
from tests.properties.sync_machine.tally import TALLY

TOLD_EVERY = 30
"""Seconds between two lines of progress."""

AT_ONCE = 50
"""Stories per seed."""


def main() -> int:
    """Seed after seed until all are survived or the time is over; 1 if a promise was broken."""
    wanted = _arguments()
    begun = time.monotonic()
    with _telling_progress(begun):
        for number in range(wanted.first, wanted.first + wanted.seeds):
            if time.monotonic() - begun > wanted.minutes * 60:
                break
            if not _survives(number):
                print(f"\nA promise was broken with seed {number}: make torture FIRST={number} SEEDS=1", flush=True)
                return 1
    print(f"\nSurvived in {time.monotonic() - begun:.0f} s: {TALLY.line}\n{TALLY.table}", flush=True)
    return 0


def _survives(number: int) -> bool:
    """Fifty stories by one seed."""
    told = settings(
        max_examples=AT_ONCE,
        stateful_step_count=30,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    machine = seed(number)(type(f"Machine{number}", (SyncMachine,), {}))
    try:
        run_state_machine_as_test(machine, settings=told)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told with its story
        print(f"\n{type(error).__name__}: {error}", flush=True)
        print("\n".join(getattr(error, "__notes__", ())), flush=True)
        return False
    return True


@contextmanager
def _telling_progress(begun: float) -> Iterator[None]:
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(TOLD_EVERY):
            print(f"{time.monotonic() - begun:6.0f} s: {TALLY.line}", flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1000, help="so many times fifty stories")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--minutes", type=float, default=30, help="begin no further seed after so long")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
