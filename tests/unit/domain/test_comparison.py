"""What a reconciliation found, in a few figures."""

from taskforce.domain.comparison import Comparison, comparison
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Counts, Entity


def test_figures_are_those_of_companies_and_contacts_together() -> None:
    """Every outcome is counted once: agreed, put right, not yet, waiting, or left alone."""
    companies = Counts(created=1, updated=2, linked=3, unchanged=40, skipped=5, held=6, failed=7)
    contacts = Counts(updated=10, unchanged=60, deactivated=8, postponed=9)

    figures = comparison({Entity.COMPANY: companies, Entity.CONTACT: contacts})

    assert figures == Comparison(
        compared=151,
        agreed=100,
        put_right={
            OutcomeKind.CREATED: 1,
            OutcomeKind.LINKED: 3,
            OutcomeKind.UPDATED: 12,
            OutcomeKind.DEACTIVATED: 8,
        },
        not_yet={OutcomeKind.FAILED: 7, OutcomeKind.POSTPONED: 9},
        waiting=6,
        left_alone=5,
    )
    assert figures.differed == 40


def test_nothing_that_differs() -> None:
    """What did not happen is not told."""
    figures = comparison({Entity.COMPANY: Counts(unchanged=2), Entity.CONTACT: Counts()})

    assert (figures.differed, figures.put_right, figures.not_yet) == (0, {}, {})
