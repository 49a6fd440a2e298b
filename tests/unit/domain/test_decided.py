"""What people are told about their decisions."""

from dataclasses import replace

import pytest

from taskforce.domain.links import NO_TARGET, Link, LinkState
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.review import Decided, Resolution, command
from tests.builders import account_id, contact_id

ACCOUNT, OTHER, PERSON = account_id(1), account_id(2), contact_id(1)
PAIR = Link(entity=Entity.COMPANY, source_id=ACCOUNT, target_id=TargetId(7))
CONTACTS = Link(entity=Entity.CONTACT, source_id=PERSON, target_id=TargetId(9))
ALONE = replace(PAIR, target_id=NO_TARGET, state=LinkState.IGNORED)


def decided(resolution: Resolution, link: Link | None = PAIR, **details: object) -> Decided:
    """A decision about the first account, or about whom the link is."""
    entity, source_id = (link.entity, link.source_id) if link is not None else (Entity.COMPANY, ACCOUNT)
    plain = Decided(resolution=resolution, entity=entity, source_id=source_id, link=link)
    return replace(plain, **details)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (
            decided(Resolution.SEPARATED),
            (
                f"Account {ACCOUNT} is separated from Autotask company 7: nothing is written or matched again "
                "until a person "
                "says so, and the Salesforce id in Autotask is left as it is. Its contacts are left alone as well."
            ),
        ),
        (
            decided(Resolution.SEPARATED, CONTACTS),
            (
                f"Contact {PERSON} is separated from Autotask contact 9: nothing is written or matched again "
                "until a person "
                "says so, and the Salesforce id in Autotask is left as it is."
            ),
        ),
        (
            decided(Resolution.JOINED),
            (
                f"Account {ACCOUNT} is joined with Autotask company 7: the next import writes its id there, "
                "and every value "
                "that differs."
            ),
        ),
        (
            decided(Resolution.JOINED, replace(PAIR, former_id=OTHER), separated=(OTHER,), is_active=False),
            (
                f"Account {ACCOUNT} is joined with Autotask company 7: the next import writes its id there "
                "over that of "
                f"account {OTHER}, and every value that differs. Account {OTHER} will not come back to it. It "
                "is inactive "
                "there: until somebody activates it, the next import writes nothing."
            ),
        ),
        (
            decided(Resolution.LEFT_OUT, ALONE),
            f"Account {ACCOUNT} is left out, with its contacts, of every import until a person says otherwise.",
        ),
        (
            decided(Resolution.LEFT_OUT, CONTACTS),
            (
                f"Contact {PERSON} is left out of every import until a person says otherwise. Autotask "
                "contact 9 stays as it "
                "is."
            ),
        ),
        (
            decided(Resolution.FORGOTTEN, None),
            f"Nothing was remembered of account {ACCOUNT}: the next import decides by the rules.",
        ),
        (
            decided(Resolution.FORGOTTEN, ALONE),
            f"What was remembered of account {ACCOUNT} is forgotten: the next import decides by the rules.",
        ),
        (
            decided(Resolution.FORGOTTEN, carries_id=True),
            (
                f"What was remembered of account {ACCOUNT} is forgotten: the next import decides by the "
                "rules, and joins it "
                "with Autotask company 7 again, which carries its id."
            ),
        ),
        (
            decided(Resolution.FORGOTTEN),
            (
                f"What was remembered of account {ACCOUNT} is forgotten: the next import decides by the "
                "rules, and joins it "
                "with Autotask company 7 again if that is the only one with the same key."
            ),
        ),
        (
            decided(Resolution.FORGOTTEN, replace(PAIR, state=LinkState.HELD), carries_id=True),
            (
                f"What was remembered of account {ACCOUNT} is forgotten: the next import decides by the rules. As long "
                "as Salesforce does not have it, Autotask company 7 stays as it is."
            ),
        ),
        (
            decided(Resolution.FORGOTTEN, replace(PAIR, state=LinkState.ORPHANED), carries_id=True),
            (
                f"What was remembered of account {ACCOUNT} is forgotten: the next import decides by the rules, and "
                "creates it anew, unless an Autotask company carries its id or has the same key."
            ),
        ),
        (
            decided(Resolution.LOOKED_AT_ANEW, None),
            f"Account {ACCOUNT} has no pair: the next import looks at it anew and decides by the rules.",
        ),
        (
            decided(Resolution.REPLACED, replace(CONTACTS, state=LinkState.LEAVING)),
            (
                f"Contact {PERSON} is to leave Autotask contact 9: the next import deactivates that, clears "
                "the Salesforce "
                "id on it, and creates the contact under its new company. If its account is still that company's, the "
                "pair stays."
            ),
        ),
        (
            decided(Resolution.REPLACED, replace(CONTACTS, state=LinkState.REPLACED)),
            f"Contact {PERSON} has left Autotask contact 9: the next import creates it under its new company.",
        ),
    ],
)
def test_a_decision_says_what_was_done_and_what_comes_next(what: Decided, sentence: str) -> None:
    """In plain words, with the ids of both sides."""
    assert what.sentence == sentence


@pytest.mark.parametrize(
    ("resolution", "link", "state"),
    [
        (Resolution.SEPARATED, replace(PAIR, state=LinkState.UNMAPPED), LinkState.UNMAPPED),
        (Resolution.FORGOTTEN, PAIR, None),
        (Resolution.FORGOTTEN, None, None),
        (Resolution.LOOKED_AT_ANEW, None, None),
    ],
)
def test_what_is_forgotten_has_no_state(resolution: Resolution, link: Link | None, state: LinkState | None) -> None:
    """A pair that is remembered tells its own."""
    assert decided(resolution, link).state is state


def test_a_decision_without_an_autotask_record_has_no_pair() -> None:
    """Company 0 stands for nothing in a link that only remembers."""
    assert [decided(Resolution.LEFT_OUT, link).paired for link in (PAIR, ALONE, None)] == [PAIR, None, None]


def test_a_command_is_proposed_as_it_is_typed() -> None:
    """All words in order."""
    assert command("relink", "acme", ACCOUNT, 7) == f"taskforce relink acme {ACCOUNT} 7"
