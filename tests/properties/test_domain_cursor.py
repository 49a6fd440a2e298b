"""Nothing lost while reading, however often it is interrupted."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from taskforce.domain.cursor import Cursor, Position
from tests.builders import NOON, account_id

Pages = list[tuple[Position | None, datetime]]
OVERLAP = timedelta(minutes=10)
MINUTES = st.integers(0, 10_000).map(lambda minutes: NOON + timedelta(minutes=minutes))
POSITIONS = st.builds(Position, modified_at=MINUTES, id=st.integers(1, 99).map(account_id))
PAGES = st.lists(st.tuples(st.none() | POSITIONS, MINUTES), max_size=8)


@given(st.none() | MINUTES, PAGES)
def test_a_reading_ends_where_it_began_and_never_goes_back(read_through: datetime | None, pages: Pages) -> None:
    """However many pages and interruptions: read through to the first page's clock, or what was read before."""
    cursor = Cursor(read_through=read_through)
    for position, asked_at in pages:
        cursor = cursor.after_page(position=position, asked_at=asked_at)
        assert cursor.since(OVERLAP) == Cursor(read_through=read_through).since(OVERLAP)

    began = [asked_at for _, asked_at in pages[:1]]
    moments = [moment for moment in (read_through, *began) if moment is not None]
    assert cursor.completed() == Cursor(read_through=max(moments, default=None))


@given(PAGES)
def test_an_interrupted_reading_goes_on_behind_the_last_record_it_stored(pages: Pages) -> None:
    """An empty page moves nothing."""
    cursor = Cursor()
    for position, asked_at in pages:
        cursor = cursor.after_page(position=position, asked_at=asked_at)

    stored = [position for position, _ in pages if position is not None]
    assert cursor.position == (stored[-1] if stored else None)
