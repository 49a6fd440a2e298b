"""What people decide about records, for whoever asks them: on the pages and on the command line (B4, B5)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskforce.domain.choices import Choice
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.review import Decided, source_words
from taskforce.engine.job import Progress, Unwatched
from taskforce.engine.review import Review
from taskforce.errors import DecisionRefused

if TYPE_CHECKING:
    from taskforce.installation import Installation

LONGEST_WAIT = 3.0
"""Seconds that a page or program waits for an import under way before it is told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants for a record; `seen` is the mark of the record as it was shown to them.

    `fields` are the Autotask fields that are to be locked or unlocked.
    """

    entity: Entity
    source_id: SourceId
    choice: Choice
    target_id: TargetId | None = None
    seen: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a wish; `refusal` is empty when it stands."""

    wish: Wish
    decided: Decided | None = None
    refusal: str = ""


@contextmanager
def deciding(
    installation: "Installation", name: str, *, progress: Progress, should_stop: Callable[[], bool]
) -> Iterator[Review]:
    """The records of a connection, while nobody else works on it. Raises LeaseHeld after a wait."""
    with installation.world(name, progress=progress, should_stop=should_stop) as world:
        yield Review(connection=name, stores=world.stores, target=world.target, settings=world.settings)


@contextmanager
def deciding_soon(installation: "Installation", name: str) -> Iterator[Review]:
    """The same for whoever waits for an answer. Raises LeaseHeld when an import does not end in a few seconds."""
    give_up_at = installation.clock.monotonic() + LONGEST_WAIT

    def is_too_long() -> bool:
        return installation.clock.monotonic() >= give_up_at

    with deciding(installation, name, progress=Unwatched(), should_stop=is_too_long) as review:
        yield review


def decide(installation: "Installation", name: str, wishes: Sequence[Wish]) -> list[Answer]:
    """Decide about each record as wished, unless it is not any more as the person saw it.

    Raises LeaseHeld when an import is under way that does not end in time.
    """
    with deciding_soon(installation, name) as review:
        return [_decide(installation, review, wish) for wish in wishes]


def _decide(installation: "Installation", review: Review, wish: Wish) -> Answer:
    known = installation.directory.find(review.connection, wish.source_id)
    if wish.seen and (known is None or known.mark != wish.seen):
        words = source_words(wish.entity, wish.source_id)
        refusal = f"The {words} is not as it was shown to you: somebody decided about it, or an import did. Look again."
        return Answer(wish=wish, refusal=refusal)
    try:
        return Answer(wish=wish, decided=_DECISIONS[wish.choice](review, wish))
    except DecisionRefused as refused:
        return Answer(wish=wish, refusal=str(refused))


def _join(review: Review, wish: Wish) -> Decided:
    if wish.target_id is None:
        raise DecisionRefused("No Autotask record was named.", mend="Choose one, or type its number.")
    return review.relink(wish.entity, wish.source_id, wish.target_id)


_DECISIONS: Mapping[Choice, Callable[[Review, Wish], Decided]] = {
    Choice.LINK: _join,
    Choice.CREATE: lambda review, wish: review.create(wish.entity, wish.source_id),
    Choice.REPLACE: lambda review, wish: review.replace(wish.source_id),
    Choice.REJOIN: lambda review, wish: review.relink(wish.entity, wish.source_id),
    Choice.RETRY: lambda review, wish: review.retry(wish.entity, wish.source_id),
    Choice.LOCK: lambda review, wish: review.lock(wish.entity, wish.source_id, wish.fields),
    Choice.UNLOCK: lambda review, wish: review.unlock(wish.entity, wish.source_id, wish.fields),
    Choice.UNMAP: lambda review, wish: review.unmap(wish.entity, wish.source_id),
    Choice.IGNORE: lambda review, wish: review.ignore(wish.entity, wish.source_id),
    Choice.FORGET: lambda review, wish: review.forget(wish.entity, wish.source_id),
}
