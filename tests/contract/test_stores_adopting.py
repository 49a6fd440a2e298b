"""What an adoption needs of any Stores."""

from dataclasses import replace

import pytest

from taskforce.domain.changes import Adopt, Subject
from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import Outcome, OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Counts, Entity, TargetId
from taskforce.domain.run import RunKind, RunStatus
from taskforce.engine.indexing import target_keys
from taskforce.engine.stores import Stores
from tests.builders import NOON, account_id, company, company_contact, settings

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT


def fill(stores: Stores) -> None:
    """Five companies and a contact; two companies have something where an id should be."""
    texts = {3: "see CRM", 5: "?"}
    records = [replace(company(n), unreadable_id=texts.get(n)) for n in (5, 3, 1, 4, 2)]
    with stores.transaction():
        stores.index.put(COMPANY, {each.id: (each, target_keys(each, settings())) for each in records})
        person = company_contact(9)
        stores.index.put(CONTACT, {person.id: (person, target_keys(person, settings()))})


def test_the_index_is_walked_in_pages(stores: Stores) -> None:
    """In the order of the ids, each kind for itself, every record as it was stored."""
    fill(stores)

    first = stores.index.page(COMPANY, after=None, limit=3)
    second = stores.index.page(COMPANY, after=first[-1].id, limit=3)

    assert [(each.id, each.unreadable_id) for each in (*first, *second)] == [
        (1, None),
        (2, None),
        (3, "see CRM"),
        (4, None),
        (5, "?"),
    ]
    assert list(first) == [stores.index.records(COMPANY, [each.id])[each.id] for each in first]
    assert list(stores.index.page(COMPANY, after=TargetId(5), limit=3)) == []
    assert [each.id for each in stores.index.page(CONTACT, after=None, limit=3)] == [9]


def test_an_adopted_pair_counts_as_linked_and_is_no_write(stores: Stores) -> None:
    """Nothing of it waits to be applied, and nothing of it can be taken back."""
    run = stores.runs.start(RunKind.ADOPTION, is_dry_run=False, now=NOON)
    subject = Subject(entity=COMPANY, source_id=account_id(1), name="Acme", modified_at=NOON)
    adopted = Adopt(subject=subject, reason=Reason.ADOPTED, target_id=TargetId(7), fingerprint="f")
    outcome = Outcome(kind=OutcomeKind.LINKED, reason=Reason.ADOPTED, target_id=TargetId(7))
    plan = stores.plan(run.id)

    with stores.transaction():
        plan.add([(adopted, outcome)])
    finished = stores.runs.finish(replace(run, status=RunStatus.DONE, finished_at=NOON))

    assert finished.counts == {COMPANY: Counts(linked=1), CONTACT: Counts()}
    assert (plan.pending(COMPANY), list(plan.carried_out(COMPANY, before=None, limit=9))) == (0, [])


@pytest.mark.parametrize(("kind", "is_one"), [(RunKind.IMPORT, True), (RunKind.ADOPTION, False)])
def test_an_adoption_is_no_import(stores: Stores, kind: RunKind, is_one: bool) -> None:
    """The first import after it is the first, and no alarm is over by it."""
    run = stores.runs.start(kind, is_dry_run=False, now=NOON)
    stores.runs.finish(replace(run, status=RunStatus.DONE, finished_at=NOON))

    assert (stores.runs.has_finished(), stores.runs.succeeded_at(NOON) is not None) == (is_one, is_one)


def test_an_adoption_that_died_says_how_to_go_on(stores: Stores) -> None:
    """It is buried by the next run."""
    died = stores.runs.start(RunKind.ADOPTION, is_dry_run=False, now=NOON)

    stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON)

    found = stores.runs.find(died.id)
    assert found is not None
    assert (found.kind, found.status) == (RunKind.ADOPTION, RunStatus.TO_BE_CONTINUED)


def test_a_doubtful_pair_takes_nothing(stores: Stores) -> None:
    """It belongs to nobody: another record may be linked to the same company."""
    doubtful = Link(entity=COMPANY, source_id=account_id(1), target_id=TargetId(7), state=LinkState.DOUBTFUL)
    linked = Link(entity=COMPANY, source_id=account_id(2), target_id=TargetId(7))

    with stores.transaction():
        stores.links.put([doubtful, linked])

    assert list(stores.links.in_states([LinkState.DOUBTFUL])) == [doubtful]
    assert (stores.links.count(COMPANY, LinkState.LINKED), stores.links.count(COMPANY, LinkState.DOUBTFUL)) == (1, 1)
