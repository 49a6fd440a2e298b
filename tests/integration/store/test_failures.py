"""Failed attempts to sign in: who waits, and who does not (ASVS 6.1.1, 6.3.1)."""

from datetime import timedelta

import pytest

from taskforce.domain.audit import Deed
from taskforce.domain.throttling import FREE_OF_NAME
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock

NOW = FrozenClock().now()
NOTHING = timedelta(0)


@pytest.fixture
def attacked(installation: Installation) -> Installation:
    """As many addresses as are free have each guessed once at helen's password; she has signed in at one before."""
    installation.audit.add(Deed.SIGNED_IN, who="helen", origin="10.0.0.1", now=NOW)
    for number in range(FREE_OF_NAME):
        installation.failures.add("helen", f"192.0.2.{number}", NOW)
    return installation


def test_many_addresses_that_guess_at_one_name_are_slowed_down(attacked: Installation) -> None:
    """Each of them, and whichever comes next; by a minute at most, however many guesses there were."""
    first = attacked.failures.wait("helen", "198.51.100.7", NOW)
    for _ in range(FREE_OF_NAME):
        attacked.failures.add("helen", "198.51.100.8", NOW)

    assert first == timedelta(seconds=30)
    assert attacked.failures.wait(" helen ", "198.51.100.9", NOW) == timedelta(minutes=1)


def test_whoever_signed_in_there_before_is_not_locked_out(attacked: Installation) -> None:
    """Nor is anybody else at an address that is attacked from."""
    waits = [
        attacked.failures.wait("helen", "10.0.0.1", NOW),
        attacked.failures.wait("marcus", "192.0.2.1", NOW),
        attacked.failures.wait("helen", "198.51.100.7", NOW + timedelta(seconds=30)),
    ]

    assert waits == [NOTHING, NOTHING, NOTHING]
