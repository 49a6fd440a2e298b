"""What a person decides about one Salesforce record and its pair, in words (B4, B5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.records import Entity, SourceId


class Resolution(StrEnum):
    """What was done."""

    SEPARATED = "separated"
    """The pair stays apart until a person says otherwise."""
    JOINED = "joined"
    """The pair is kept current from the next import on."""
    LEFT_OUT = "left_out"
    """The Salesforce record is not imported."""
    FORGOTTEN = "forgotten"
    """Nothing is remembered of the Salesforce record: the rules decide."""
    LOOKED_AT_ANEW = "looked_at_anew"
    """The Salesforce record has no pair: the rules decide."""
    TO_BE_CREATED = "to_be_created"
    """The Salesforce record is created, whatever stands in Autotask that is like it."""
    TRIED_AGAIN = "tried_again"
    """The next import looks at the Salesforce record."""
    LOCKED = "locked"
    """Fields of the pair's Autotask record are left as they are."""
    UNLOCKED = "unlocked"
    """Fields of the pair's Autotask record are written again."""
    REPLACED = "replaced"
    """The contact gets another Autotask contact, under its new company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that stands.

    `link` is the pair that it was about, as it stands now or, forgotten, as it stood; `before` is its state until then
    (None: there was none). `name` is the Autotask record's; `carries_id` and `is_active` tell that record as last seen;
    `separated` are the Salesforce records whose pair with it could have come back, and does not; `fields` the Autotask
    fields that were to be locked or unlocked, `locked` all that are locked from now on.
    """

    resolution: Resolution
    entity: Entity
    source_id: SourceId
    link: Link | None = None
    before: LinkState | None = None
    name: str = ""
    carries_id: bool = False
    is_active: bool = True
    separated: tuple[SourceId, ...] = ()
    fields: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()

    @property
    def paired(self) -> Link | None:
        """The pair, if there is an Autotask record in it."""
        return self.link if self.link is not None and self.link.target_id != NO_TARGET else None

    @property
    def state(self) -> LinkState | None:
        """What is remembered from now on; None when that is nothing."""
        is_remembered = self.resolution not in (
            Resolution.FORGOTTEN,
            Resolution.LOOKED_AT_ANEW,
            Resolution.TO_BE_CREATED,
        )
        return self.link.state if self.link is not None and is_remembered else None

    @property
    def sentence(self) -> str:
        """What was done, and what the next import does."""
        return _SENTENCES[self.resolution](self)


def source_words(entity: Entity, source_id: SourceId) -> str:
    """How a Salesforce record is called in a sentence."""
    return f"{entity.source_object.lower()} {source_id}"


def command(verb: str, connection: str, *words: object) -> str:
    """A command as a person types it."""
    return " ".join(["taskforce", verb, connection, *map(str, words)])


def _there(decided: Decided) -> str:
    return f"Autotask {decided.entity} {decided.link.target_id}" if decided.link is not None else ""


def _separated(decided: Decided) -> str:
    also = " Its contacts are left alone as well." if decided.entity is Entity.COMPANY else ""
    return (
        f"{_who(decided)} is separated from {_there(decided)}: nothing is written or matched again until a person says "
        f"so, and the Salesforce id in Autotask is left as it is.{also}"
    )


def _joined(decided: Decided) -> str:
    former = decided.link.former_id if decided.link is not None else None
    over = f" over that of {source_words(decided.entity, former)}" if former is not None else ""
    sentence = (
        f"{_who(decided)} is joined with {_there(decided)}: the next import writes its id there{over}, and every value "
        "that differs."
    )
    if decided.separated:
        sentence += f" {_listed(decided)} will not come back to it."
    if not decided.is_active:
        sentence += " It is inactive there: until somebody activates it, the next import writes nothing."
    return sentence


def _left_out(decided: Decided) -> str:
    kept = f" {_there(decided)} stays as it is." if decided.paired is not None else ""
    also = ", with its contacts," if decided.entity is Entity.COMPANY else ""
    return f"{_who(decided)} is left out{also} of every import until a person says otherwise.{kept}"


_DEPARTED = frozenset({LinkState.HELD, LinkState.DEACTIVATED, LinkState.DELETED, LinkState.VANISHED})
"""Merged, deleted or not shown any more in Salesforce, when last read."""


def _forgotten(decided: Decided) -> str:
    if decided.link is None:
        return f"Nothing was remembered of {_whom(decided)}: the next import decides by the rules."
    sentence = f"What was remembered of {_whom(decided)} is forgotten: the next import decides by the rules"
    if decided.paired is None:
        return f"{sentence}."
    if decided.link.state in _DEPARTED:
        return f"{sentence}. As long as Salesforce does not have it, {_there(decided)} stays as it is."
    if decided.link.state is LinkState.ORPHANED:
        return (
            f"{sentence}, and creates it anew, unless an Autotask {decided.entity} carries its id or has the same key."
        )
    if decided.carries_id:
        return f"{sentence}, and joins it with {_there(decided)} again, which carries its id."
    return f"{sentence}, and joins it with {_there(decided)} again if that is the only one with the same key."


def _looked_at_anew(decided: Decided) -> str:
    return f"{_who(decided)} has no pair: the next import looks at it anew and decides by the rules."


def _to_be_created(decided: Decided) -> str:
    return f"{_who(decided)} is created by the next import, whatever stands in Autotask that is like it."


def _tried_again(decided: Decided) -> str:
    return f"{_who(decided)} is looked at again by the next import."


def _locked(decided: Decided) -> str:
    return (
        f"No import writes {_and(decided.fields)} of {_there(decided)}, the pair of {_whom(decided)}, until a person "
        "unlocks that."
    )


def _unlocked(decided: Decided) -> str:
    if not decided.fields:
        return f"No field of {_there(decided)}, the pair of {_whom(decided)}, was locked."
    return (
        f"{_and(decided.fields)} of {_there(decided)}, the pair of {_whom(decided)}: not locked any more. The next "
        "import writes there what the mapping says."
    )


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _replaced(decided: Decided) -> str:
    if decided.link is not None and decided.link.state is LinkState.REPLACED:
        return f"{_who(decided)} has left {_there(decided)}: the next import creates it under its new company."
    return (
        f"{_who(decided)} is to leave {_there(decided)}: the next import deactivates that, clears the Salesforce id on "
        "it, and creates the contact under its new company. If its account is still that company's, the pair stays."
    )


def _who(decided: Decided) -> str:
    words = _whom(decided)
    return words[0].upper() + words[1:]


def _whom(decided: Decided) -> str:
    return source_words(decided.entity, decided.source_id)


def _listed(decided: Decided) -> str:
    words = " and ".join(source_words(decided.entity, each) for each in decided.separated)
    return words[0].upper() + words[1:]


_SENTENCES = {
    Resolution.SEPARATED: _separated,
    Resolution.JOINED: _joined,
    Resolution.LEFT_OUT: _left_out,
    Resolution.FORGOTTEN: _forgotten,
    Resolution.LOOKED_AT_ANEW: _looked_at_anew,
    Resolution.TO_BE_CREATED: _to_be_created,
    Resolution.TRIED_AGAIN: _tried_again,
    Resolution.LOCKED: _locked,
    Resolution.UNLOCKED: _unlocked,
    Resolution.REPLACED: _replaced,
}
