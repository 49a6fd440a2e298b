"""The decision for one id that stands in Autotask, all facts given (B14): each as a whole."""

from dataclasses import replace
from typing import Any

import pytest

from taskforce.domain import changes
from taskforce.domain.adopting import LONGEST_TEXT, Carried, decide_adoption, unreadable
from taskforce.domain.drafts import Draft, subject_of
from taskforce.domain.filtering import RecordFilter, conditions_of
from taskforce.domain.links import NO_TARGET, LinkState
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Evidence, Reason
from taskforce.domain.records import OWN_COMPANY_ID, SourceRecord, TargetId, TargetRecord, Value
from taskforce.domain.settings import Overflow
from tests.builders import (
    COMPANY_FIELDS,
    account,
    account_id,
    candidate,
    company,
    company_contact,
    contact,
    context,
    link,
    target_schema,
)
from tests.unit.domain.test_deciding import drafted

HERE = TargetId(101)
PARENT, OTHER = account_id(7), account_id(8)


def carried(draft: Draft, present: TargetRecord, *others: TargetRecord, **known: Any) -> Carried:
    """The id stands on `present`, and on others."""
    carriers = [candidate(each) for each in (present, *others)]
    return Carried(draft=draft, present=present, carriers=carriers, **known)


def adopted(draft: Draft, reason: Reason = Reason.ADOPTED_TO_COMPARE, **values: Any) -> changes.Adopt:
    """A pair with company 101 that the next import compares, all of whose values agree, but for what is named."""
    usual: dict[str, Any] = {"evidence": {"target": HERE}, "fingerprint": "", "written": LastWritten.of(COMPANY_FIELDS)}
    return changes.Adopt(subject=subject_of(draft.record), reason=reason, target_id=HERE, **{**usual, **values})


def held(draft: Draft, reason: Reason, **evidence: Any) -> changes.Hold:
    """It waits for a person, who sees this."""
    return changes.Hold(subject=subject_of(draft.record), reason=reason, evidence=evidence, match_key=draft.keys.match)


def test_what_is_the_same_on_both_sides_is_settled() -> None:
    """Nothing is left to be compared."""
    draft = drafted(account())

    decision = decide_adoption(carried(draft, company()), context())

    assert decision == adopted(draft, Reason.ADOPTED, fingerprint=draft.fingerprint)


def test_only_what_agrees_counts_as_written() -> None:
    """What differs was somebody's, as far as anybody knows."""
    draft = drafted(account(Phone="312-555-0100"))
    agreeing = {name: value for name, value in COMPANY_FIELDS.items() if name != "phone"}

    decision = decide_adoption(carried(draft, company()), context())

    assert decision == adopted(draft, evidence={"target": HERE, "fields": ["phone"]}, written=LastWritten.of(agreeing))


@pytest.mark.parametrize(
    "unsure",
    [{"pending": {"parentCompanyID": PARENT}}, {"revisit_after": PARENT}],
    ids=["a parent to come", "a parent left out"],
)
def test_a_parent_that_is_not_known_is_to_be_compared(unsure: dict[str, Any]) -> None:
    """Though all else agrees."""
    draft = replace(drafted(account(ParentId=PARENT)), **unsure)
    without_parent = {name: value for name, value in COMPANY_FIELDS.items() if name != "parentCompanyID"}

    decision = decide_adoption(carried(draft, company()), context())

    assert decision == adopted(draft, written=LastWritten.of(without_parent))


def test_a_parent_that_stands_there_counts_as_written() -> None:
    """Its company is known, and is the one in Autotask."""
    draft = replace(drafted(account(ParentId=PARENT)), resolved={"parentCompanyID": TargetId(7)})
    values: dict[str, Value] = {**COMPANY_FIELDS, "parentCompanyID": TargetId(7)}

    decision = decide_adoption(carried(draft, company(parentCompanyID=TargetId(7))), context())

    assert decision == adopted(draft, Reason.ADOPTED, fingerprint=draft.fingerprint, written=LastWritten.of(values))


def test_what_an_import_would_hold_is_linked_and_left_to_it() -> None:
    """A name that is too long is no reason against the pair, and none to call it settled."""
    short = context(target_schema(lengths={"companyName": 11}), overflow=Overflow.REFUSE)
    draft = drafted(account(Phone="312-555-0100"), short)
    agreeing = {name: value for name, value in COMPANY_FIELDS.items() if name not in ("phone", "companyName")}

    decision = decide_adoption(carried(draft, company()), short)

    assert draft.desired.hold is not None
    assert decision == adopted(draft, written=LastWritten.of(agreeing))


OBSTACLES: list[tuple[SourceRecord, TargetRecord, Reason, Evidence]] = [
    (account(), company(OWN_COMPANY_ID), Reason.OWN_COMPANY, {"candidates": [0], "names": ["Birch Dental"]}),
    (
        contact(),
        company_contact(company=OWN_COMPANY_ID),
        Reason.OWN_COMPANY,
        {"candidates": [201], "names": ["Rosa Lind"]},
    ),
    (
        account(),
        company(source_id=OTHER),
        Reason.TAKEN,
        {"candidates": [101], "names": ["Birch Dental"], "belongs_to": OTHER},
    ),
    (
        account(Name="Ash"),
        company(is_active=False),
        Reason.CANDIDATE_INACTIVE,
        {"candidates": [101], "names": ["Birch Dental"]},
    ),
    (
        contact(FirstName="Anna"),
        company_contact(company=102),
        Reason.NAME_DIFFERS,
        {"candidates": [201], "names": ["Rosa Lind"], "name_in_salesforce": "Anna Lind"},
    ),
    (contact(), company_contact(company=102), Reason.MOVED, {"from": 102, "to": 101}),
]


@pytest.mark.parametrize(("record", "present", "reason", "evidence"), OBSTACLES)
def test_what_cannot_be_linked_as_it_stands(
    record: SourceRecord, present: TargetRecord, reason: Reason, evidence: Evidence
) -> None:
    """A person sees the gravest of what speaks against it."""
    draft = drafted(record)

    assert decide_adoption(carried(draft, present), context()) == held(draft, reason, **evidence)


def test_a_contact_whose_account_has_no_company_waits_for_it() -> None:
    """An import links it then."""
    draft = drafted(contact())

    decision = decide_adoption(carried(draft, company_contact(), has_place=False), context())

    evidence: Evidence = {"account": account_id(), "target": 201}
    assert decision == replace(held(draft, Reason.COMPANY_NOT_LINKED, **evidence), waits_for=account_id())


def test_a_write_in_doubt_comes_first() -> None:
    """Whatever else there is to say."""
    draft = drafted(account())
    known = carried(draft, company(), company(102), link=link(draft.record), is_in_doubt=True)

    assert decide_adoption(known, context()) == changes.Hold(
        subject=subject_of(draft.record), reason=Reason.WRITE_IN_DOUBT
    )


@pytest.mark.parametrize(
    ("state", "linked_to"), [(None, {}), (LinkState.DOUBTFUL, {}), (LinkState.LINKED, {"linked_to": 102})]
)
def test_an_id_on_several_records_is_held(state: LinkState | None, linked_to: dict[str, Any]) -> None:
    """With the one that the pair is known to be, if it is known; it is not waited for by its key."""
    draft = drafted(account())
    known = link(draft.record, 102, state=state) if state else None

    decision = decide_adoption(carried(draft, company(), company(102), link=known), context())

    evidence: Evidence = {"candidates": [101, 102], "names": ["Birch Dental"] * 2, **linked_to}
    assert decision == replace(held(draft, Reason.DUPLICATE_ID, **evidence), match_key="")


def test_a_pair_that_stands_is_not_touched() -> None:
    """What is known of it stays."""
    draft, written = drafted(account(Name="Ash")), LastWritten.of({"phone": "1"})
    known = replace(link(draft.record, fingerprint="f"), written=written)

    assert decide_adoption(carried(draft, company(), link=known), context()) == changes.Unchanged(
        subject=subject_of(draft.record),
        reason=Reason.PAIR_STANDS,
        target_id=HERE,
        fingerprint="f",
        written=written,
    )


@pytest.mark.parametrize(
    ("state", "target_id", "linked_to"),
    [
        (LinkState.LINKED, TargetId(102), 102),
        (LinkState.DEACTIVATED, HERE, 101),
        (LinkState.HELD, NO_TARGET, None),
    ],
)
def test_a_pair_that_is_known_otherwise_is_left(state: LinkState, target_id: TargetId, linked_to: int | None) -> None:
    """Imports look after it."""
    draft = drafted(account())

    decision = decide_adoption(carried(draft, company(), link=link(draft.record, target_id, state=state)), context())

    assert decision == changes.Skip(
        subject=subject_of(draft.record),
        reason=Reason.PAIR_STANDS,
        evidence={"target": HERE, "linked_to": linked_to},
    )


@pytest.mark.parametrize("is_brought", [True, False])
def test_a_parent_that_is_brought_along_is_linked_whether_it_fits_or_not(is_brought: bool) -> None:
    """Others that do not fit the filter are left out."""
    draft = drafted(account())
    leads = context(record_filter=RecordFilter(accounts=(conditions_of("Type = Lead"),)))

    decision = decide_adoption(carried(draft, company(), is_brought=is_brought), leads)

    left_out = changes.Skip(subject=subject_of(draft.record), reason=Reason.UNFIT)
    assert decision == (adopted(draft, Reason.ADOPTED, fingerprint=draft.fingerprint) if is_brought else left_out)


def test_of_a_long_text_that_is_no_id_the_beginning_is_shown() -> None:
    """People type whole sentences there."""
    subject = subject_of(account())

    skipped = unreadable(subject, HERE, "x" * (LONGEST_TEXT + 1))

    assert skipped == changes.Skip(
        subject=subject, reason=Reason.NOT_AN_ID, evidence={"target": HERE, "text": "x" * LONGEST_TEXT}
    )
