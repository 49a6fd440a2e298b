"""The brake: which plans change so much that a person is asked before anything is written (B7, protocol 6)."""

from collections.abc import Iterator
from dataclasses import dataclass

from taskforce.domain.settings import BrakeLimits

VANISHED_SHARE = 0.1
"""Salesforce may stop showing this share of the linked records from one reconciliation to the next, and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """What the pending changes of a plan amount to.

    `updates` are links as well, `cleared` values set to nothing; `vanished` are linked records that a reconciliation
    did not find in Salesforce any more.
    """

    creates: int = 0
    updates: int = 0
    deactivations: int = 0
    cleared: int = 0
    vanished: int = 0

    @property
    def in_words(self) -> str:
        """All of it, for a person: "612 created, 3 changed, 0 set inactive, 0 values cleared"."""
        return (
            f"{self.creates} created, {self.updates} changed, {self.deactivations} set inactive, "
            f"{_counted(self.cleared, 'value', 'values')} cleared"
        )


def excesses(figures: PlanFigures, limits: BrakeLimits, *, linked: int, is_first: bool) -> tuple[str, ...]:
    """The limits that a plan is over, each as a clause with its figures; none if it may be carried out.

    `linked` records are what shares are taken of: of nothing there is no share. The very first import of a connection
    (`is_first`) creates as much as it likes, and is no share of anything either: what it links are the first pairs.
    """
    found = list(_missing(figures, limits, linked))
    kinds = (
        (figures.creates, limits.creates, "record", "records", "would be created"),
        (figures.updates, limits.updates, "record", "records", "would be changed"),
        (figures.deactivations, limits.deactivations, "record", "records", "would be set inactive"),
        (figures.cleared, limits.cleared, "value", "values", "would be cleared"),
    )
    for count, limit, one, many, fate in kinds[1:] if is_first else kinds:
        what = f"{_counted(count, one, many)} {fate}"
        if limit is not None and count > limit:
            found.append(f"{what} (the limit is {limit})")
        elif not is_first and linked and count >= limits.floor and count > limits.share * linked:
            found.append(f"{what}, {_share(count, linked)} as many as are linked (the limit is {limits.share:.0%})")
    return tuple(found)


def _missing(figures: PlanFigures, limits: BrakeLimits, linked: int) -> Iterator[str]:
    """A source that answers with nothing, or with far less than before."""
    gone = figures.vanished
    if gone and gone >= linked:
        yield f"Salesforce shows none of the linked records any more ({linked} are linked)"
    elif gone >= limits.floor and gone > VANISHED_SHARE * linked:
        share = f"{_share(gone, linked)} (the limit is {VANISHED_SHARE:.0%})"
        yield f"Salesforce does not show {gone} of the {linked} linked records any more, {share}"


def _share(count: int, linked: int) -> str:
    return f"{count / linked:.0%}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
