"""What a reconciliation found, in a few figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Counts, Entity

PUT_RIGHT = (OutcomeKind.CREATED, OutcomeKind.LINKED, OutcomeKind.UPDATED, OutcomeKind.DEACTIVATED)
NOT_YET = (OutcomeKind.FAILED, OutcomeKind.POSTPONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How many records were compared, and with what result; companies and contacts together.

    `put_right` tells those that differed by what was done, `not_yet` those that still do; `waiting` wait for a person
    or another record, `left_alone` are none of an import's business.
    """

    compared: int
    agreed: int
    put_right: Mapping[OutcomeKind, int]
    not_yet: Mapping[OutcomeKind, int]
    waiting: int
    left_alone: int

    @property
    def differed(self) -> int:
        """All that did not agree, and could be put right."""
        return sum(self.put_right.values()) + sum(self.not_yet.values())


def comparison(counts: Mapping[Entity, Counts]) -> Comparison:
    """The figures of a run."""
    total = {kind: sum(getattr(each, kind.value) for each in counts.values()) for kind in OutcomeKind}
    return Comparison(
        compared=sum(total.values()),
        agreed=total[OutcomeKind.UNCHANGED],
        put_right={kind: total[kind] for kind in PUT_RIGHT if total[kind]},
        not_yet={kind: total[kind] for kind in NOT_YET if total[kind]},
        waiting=total[OutcomeKind.HELD],
        left_alone=total[OutcomeKind.SKIPPED],
    )
