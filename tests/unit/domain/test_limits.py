"""The brake: which plans a person is asked about."""

import pytest

from taskforce.domain.limits import PlanFigures, excesses
from taskforce.domain.settings import BrakeLimits

LIMITS = BrakeLimits(creates=10, updates=20, deactivations=5, cleared=30, share=0.5, floor=8)
UNLIMITED = BrakeLimits(creates=None, updates=None, deactivations=None, cleared=None, share=0.5, floor=8)


@pytest.mark.parametrize(
    ("figures", "unusual"),
    [
        (PlanFigures(creates=10, updates=20, deactivations=5, cleared=30), ()),
        (PlanFigures(creates=11), ("11 records would be created (the limit is 10)",)),
        (PlanFigures(updates=21), ("21 records would be changed (the limit is 20)",)),
        (PlanFigures(deactivations=6), ("6 records would be set inactive (the limit is 5)",)),
        (PlanFigures(cleared=31), ("31 values would be cleared (the limit is 30)",)),
        (
            PlanFigures(creates=11, updates=21),
            ("11 records would be created (the limit is 10)", "21 records would be changed (the limit is 20)"),
        ),
    ],
)
def test_numbers_count_alone(figures: PlanFigures, unusual: tuple[str, ...]) -> None:
    """As many as the limit are still usual, one more is not; each kind for itself, however much is linked."""
    assert excesses(figures, LIMITS, linked=1_000_000, is_first=False) == unusual


@pytest.mark.parametrize("kind", ["creates", "updates", "deactivations", "cleared"])
def test_no_limit_is_no_limit(kind: str) -> None:
    """A kind without a number is asked about for its share alone."""
    assert excesses(PlanFigures(**{kind: 1_000_000}), UNLIMITED, linked=10_000_000, is_first=False) == ()


@pytest.mark.parametrize("kind", ["creates", "updates", "deactivations", "cleared"])
def test_a_limit_of_nothing_asks_about_the_first(kind: str) -> None:
    """With zero every change of that kind needs a person."""
    limits = BrakeLimits(**{kind: 0})  # type: ignore[arg-type]

    assert len(excesses(PlanFigures(**{kind: 1}), limits, linked=1000, is_first=False)) == 1


@pytest.mark.parametrize(
    ("updates", "linked", "unusual"),
    [
        (8, 16, ()),
        (9, 16, ("9 records would be changed, 56% as many as are linked (the limit is 50%)",)),
        (8, 15, ("8 records would be changed, 53% as many as are linked (the limit is 50%)",)),
        (7, 1, ()),
        (8, 0, ()),
    ],
)
def test_shares_count_from_the_floor_on(updates: int, linked: int, unusual: tuple[str, ...]) -> None:
    """A few changes are every day's work however few records there are; of nothing linked there is no share."""
    assert excesses(PlanFigures(updates=updates), UNLIMITED, linked=linked, is_first=False) == unusual


def test_a_number_is_told_once() -> None:
    """What is over its number is not told as a share besides."""
    figures = PlanFigures(creates=11)

    assert excesses(figures, LIMITS, linked=1, is_first=False) == ("11 records would be created (the limit is 10)",)


def test_first_import_creates_as_much_as_it_likes() -> None:
    """Everything is new to it; what it would overwrite is asked about all the same."""
    figures = PlanFigures(creates=100_000, updates=21)

    assert excesses(figures, LIMITS, linked=0, is_first=True) == ("21 records would be changed (the limit is 20)",)


def test_first_import_is_no_share_of_anything() -> None:
    """One that was interrupted has linked a part, which is nothing to compare with."""
    assert excesses(PlanFigures(creates=99, updates=20), LIMITS, linked=9, is_first=True) == ()


@pytest.mark.parametrize(
    ("vanished", "linked", "unusual"),
    [
        (0, 0, ()),
        (8, 80, ()),
        (9, 80, ("Salesforce does not show 9 of the 80 linked records any more, 11% (the limit is 10%)",)),
        (7, 8, ()),
        (8, 8, ("Salesforce shows none of the linked records any more (8 are linked)",)),
        (1, 1, ("Salesforce shows none of the linked records any more (1 are linked)",)),
    ],
)
def test_far_less_than_before_is_unusual(vanished: int, linked: int, unusual: tuple[str, ...]) -> None:
    """A tenth may vanish, from the floor on; nothing at all is never usual."""
    assert excesses(PlanFigures(vanished=vanished), LIMITS, linked=linked, is_first=False) == unusual


@pytest.mark.parametrize("linked", [0, 1, 1000])
@pytest.mark.parametrize("is_first", [True, False])
def test_empty_plan_is_never_asked_about(linked: int, *, is_first: bool) -> None:
    """Nothing to decide about, even where no change at all is allowed."""
    limits = BrakeLimits(creates=0, updates=0, deactivations=0, cleared=0, share=0.0, floor=0)

    assert excesses(PlanFigures(), limits, linked=linked, is_first=is_first) == ()


def test_figures_in_words() -> None:
    """All kinds, one value in the singular."""
    figures = PlanFigures(creates=612, updates=3, deactivations=0, cleared=1)

    assert figures.in_words == "612 created, 3 changed, 0 set inactive, 1 value cleared"
