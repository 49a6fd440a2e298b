"""How far Salesforce has been read (protocol 3)."""

from datetime import timedelta

from taskforce.domain.cursor import Cursor, Position
from tests.builders import NOON, account_id

TEN_MINUTES = timedelta(minutes=10)
HERE = Position(modified_at=NOON, id=account_id(1))
FURTHER = Position(modified_at=NOON, id=account_id(2))


def test_the_first_reading_asks_for_everything() -> None:
    """Nothing has been read yet."""
    assert Cursor().since(TEN_MINUTES) is None


def test_a_reading_begins_before_the_end_of_the_last_one() -> None:
    """Rows become visible late: the overlap finds them."""
    assert Cursor(read_through=NOON).since(TEN_MINUTES) == NOON - TEN_MINUTES


def test_a_stored_page_moves_the_position_only() -> None:
    """A crash goes on behind the last stored record; what has been read through is known at the end alone."""
    cursor = Cursor(read_through=NOON).after_page(position=HERE, asked_at=NOON + TEN_MINUTES)

    assert cursor == Cursor(read_through=NOON, asked_at=NOON + TEN_MINUTES, position=HERE)


def test_a_resumed_reading_counts_from_when_it_began_first() -> None:
    """What changed behind the position while it was interrupted belongs to the next reading."""
    interrupted = Cursor().after_page(position=HERE, asked_at=NOON)

    resumed = interrupted.after_page(position=FURTHER, asked_at=NOON + timedelta(hours=9))

    assert resumed == Cursor(asked_at=NOON, position=FURTHER)


def test_an_empty_page_keeps_the_position() -> None:
    """Nothing was read, so nothing moves."""
    cursor = Cursor(asked_at=NOON, position=HERE).after_page(position=None, asked_at=NOON + TEN_MINUTES)

    assert cursor == Cursor(asked_at=NOON, position=HERE)


def test_the_last_page_ends_the_reading_at_the_moment_it_began() -> None:
    """Not at its end: what changed meanwhile is asked for next time (object-sync #137)."""
    cursor = Cursor(read_through=NOON, asked_at=NOON + TEN_MINUTES, position=HERE)

    assert cursor.completed() == Cursor(read_through=NOON + TEN_MINUTES)


def test_a_cursor_never_goes_back() -> None:
    """Even when Salesforce's clock does."""
    assert Cursor(read_through=NOON, asked_at=NOON - TEN_MINUTES).completed() == Cursor(read_through=NOON)


def test_a_reading_that_saw_no_page_has_read_nothing_through() -> None:
    """Nothing is taken for read that was not."""
    assert Cursor().completed() == Cursor()


def test_equal_stamps_are_told_apart_by_the_id() -> None:
    """Positions are in the order (SystemModstamp, Id), so no record between two pages is lost (airbyte #42537)."""
    earlier = Position(modified_at=NOON - TEN_MINUTES, id=account_id(9))

    assert sorted([FURTHER, HERE, earlier]) == [earlier, HERE, FURTHER]
