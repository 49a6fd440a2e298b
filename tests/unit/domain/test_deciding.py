"""The decision for one record, all facts given."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from taskforce.domain import changes
from taskforce.domain.deciding import decide_linked, decide_unlinked
from taskforce.domain.diffing import FieldChange, fingerprint, with_references
from taskforce.domain.drafts import Draft, hold, subject_of
from taskforce.domain.links import NO_TARGET, LinkState
from taskforce.domain.mapping import desired_state
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import keys_of
from taskforce.domain.matching import Match
from taskforce.domain.ownership import LastWritten
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import Entity, SourceRecord, TargetId, TargetRecord, Value
from taskforce.domain.scope import out_of_scope
from taskforce.domain.settings import Overflow, PersonAccounts
from taskforce.domain.standard_mapping import STANDARD
from tests.builders import (
    COMPANY_CONTACT_FIELDS,
    COMPANY_FIELDS,
    CUSTOMER,
    MAX,
    NOON,
    OLIVIA,
    PAST_COLLEAGUE,
    account,
    account_id,
    candidate,
    company,
    company_contact,
    contact,
    contact_id,
    context,
    link,
    settings,
)

COMPANY, OTHER_COMPANY, PARENT_COMPANY = TargetId(101), TargetId(102), TargetId(7)
PARENT = account_id(7)
NEW = Match(reason=Reason.NO_CANDIDATE)
NEAR = Note(reason=Reason.NEAR_MATCH, evidence={"candidate": 55})
KEPT = Note(reason=Reason.PARENT_NOT_LINKED, field="parentCompanyID")
REFUSE = context(overflow=Overflow.REFUSE)
TOO_LONG = {"original": "N" * 101, "limit": 100}


def drafted(record: SourceRecord, known: MappingContext | None = None) -> Draft:
    """A record mapped and keyed, as planning does it; a contact's account is linked to company 101."""
    desired = desired_state(record, STANDARD.of(record.entity), known or context())
    keys = keys_of(record.entity, desired.values, first_name_stand_in="-")
    company_id = COMPANY if record.entity is Entity.CONTACT else None
    return Draft(record=record, desired=desired, keys=keys, company_id=company_id)


def found(record: TargetRecord, reason: Reason = Reason.EXACT_MATCH) -> Match:
    """The verdict to link to this record."""
    return Match(reason=reason, candidate=candidate(record), evidence={"candidates": [record.id]})


def values_fingerprint(draft: Draft) -> str:
    """What a link will remember of the mapped values."""
    return fingerprint(draft.desired)


def basis(draft: Draft, written: Mapping[str, Value] | None = None, **more: Any) -> changes.Basis:
    """What is remembered once a draft was written: all that it wants, unless other values are named."""
    values = {**draft.desired.values, **draft.resolved} if written is None else written
    return changes.Basis(keys=draft.keys, fingerprint=values_fingerprint(draft), written=LastWritten.of(values), **more)


def without(fields: Mapping[str, Value], *names: str) -> dict[str, Value]:
    """The fields but for some."""
    return {name: value for name, value in fields.items() if name not in names}


# Names and scope


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (account(), "Birch Dental"),
        (account(hidden=["Name"]), ""),
        (contact(), "Rosa Lind"),
        (contact(FirstName=None), "Lind"),
        (contact(hidden=["FirstName"]), "Lind"),
    ],
)
def test_a_record_is_called_as_people_would(record: SourceRecord, name: str) -> None:
    """An account by its name, a contact by first and last name, as far as they are there."""
    assert record.name == name


def test_a_decision_names_its_record_and_version() -> None:
    """What every change says about whom it is."""
    assert subject_of(contact(3)) == changes.Subject(
        entity=Entity.CONTACT, source_id=contact_id(3), name="Rosa Lind", modified_at=NOON
    )


@pytest.mark.parametrize(
    ("record", "state", "reason"),
    [
        (account(), LinkState.UNMAPPED, Reason.UNMAPPED),
        (account(), LinkState.IGNORED, Reason.IGNORED),
        (account(is_deleted=True), LinkState.UNMAPPED, Reason.UNMAPPED),
        (account(IsPersonAccount=True), None, Reason.PERSON_ACCOUNT),
        (contact(IsPersonAccount=True), None, Reason.PERSON_ACCOUNT),
        (contact(account=None), None, Reason.NO_ACCOUNT),
        (contact(account=None), LinkState.LINKED, Reason.NO_ACCOUNT),
    ],
)
def test_records_that_no_import_touches_are_skipped(
    record: SourceRecord, state: LinkState | None, reason: Reason
) -> None:
    """Separated pairs (S23), ignored, person accounts, contacts without an account (S17)."""
    known = link(record, state=state) if state else None

    assert out_of_scope(record, known, settings()) == changes.Skip(subject=subject_of(record), reason=reason)


@pytest.mark.parametrize(
    ("target_id", "reason", "evidence"),
    [(TargetId(7), Reason.NAME_DIFFERS, {"target": 7}), (NO_TARGET, Reason.OWN_COMPANY, {})],
)
def test_doubtful_pairs_wait_for_a_person(target_id: TargetId, reason: Reason, evidence: dict[str, int]) -> None:
    """What an adoption doubted no import links, nor does it create another."""
    known = replace(link(account(), state=LinkState.DOUBTFUL), target_id=target_id)

    assert out_of_scope(account(), known, settings()) == changes.Hold(
        subject=subject_of(account()), reason=reason, evidence=evidence
    )


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (account(), None),
        (account(), LinkState.DELETED),
        (account(), LinkState.VANISHED),
        (account(), LinkState.LINKED),
        (account(), LinkState.ORPHANED),
        (account(IsPersonAccount=False), None),
        (contact(), None),
    ],
)
def test_all_other_records_are_looked_at(record: SourceRecord, state: LinkState | None) -> None:
    """A link whose company vanished is looked at as well: it resumes when that is active again."""
    assert out_of_scope(record, link(record, state=state) if state else None, settings()) is None


def test_person_accounts_are_looked_at_when_the_settings_say_so() -> None:
    """A setting imports them."""
    assert out_of_scope(account(IsPersonAccount=True), None, settings(person_accounts=PersonAccounts.IMPORT)) is None


# Settled or not


@pytest.mark.parametrize(
    ("state", "remembered", "settled"),
    [
        (LinkState.LINKED, True, True),
        (LinkState.LINKED, False, False),
        (LinkState.ORPHANED, True, False),
        (None, True, False),
    ],
)
def test_a_record_is_settled_when_its_values_are_those_last_seen(
    state: LinkState | None, remembered: bool, settled: bool
) -> None:
    """Linked, and with the fingerprint that the link remembers: no request is needed (protocol 4)."""
    draft = drafted(account())
    known = link(draft.record, state=state, fingerprint=draft.fingerprint if remembered else "") if state else None

    assert replace(draft, link=known).is_settled is settled


def test_a_parent_that_got_another_company_is_not_settled() -> None:
    """What references resolve to is part of what is remembered."""
    before = replace(drafted(account(ParentId=PARENT)), resolved={"parentCompanyID": PARENT_COMPANY})
    after = replace(before, resolved={"parentCompanyID": COMPANY})

    assert replace(before, link=link(before.record, fingerprint=before.fingerprint)).is_settled
    assert not replace(after, link=link(before.record, fingerprint=before.fingerprint)).is_settled


def test_a_record_whose_parent_is_yet_to_be_created_is_not_settled() -> None:
    """Its reference has no id yet, so that nothing can be equal to it."""
    draft = replace(drafted(account(ParentId=PARENT)), pending={"parentCompanyID": PARENT})

    assert draft.fingerprint == ""
    assert not replace(draft, link=link(draft.record, fingerprint="")).is_settled


def test_a_contact_that_moved_to_another_account_is_not_settled() -> None:
    """AccountId is a row of S26: a contact that changed nothing else is not unchanged."""
    before = drafted(contact(account=account_id(1)))
    after = replace(drafted(contact(account=account_id(2))), company_id=OTHER_COMPANY)

    assert not replace(after, link=link(after.record, 201, fingerprint=before.fingerprint)).is_settled


# Linked records


def test_a_linked_record_that_stands_as_wanted_is_unchanged() -> None:
    """No write; the fingerprint is remembered, so that the next look costs nothing."""
    draft = replace(drafted(account()), revisit_after=PARENT, notes=(KEPT,))

    decision = decide_linked(draft, COMPANY, company(source_id=account_id()), context())

    assert decision == changes.Unchanged(
        subject=subject_of(draft.record),
        reason=Reason.UNCHANGED,
        notes=(KEPT,),
        target_id=COMPANY,
        fingerprint=draft.fingerprint,
        written=LastWritten.of(draft.desired.values),
        revisit_after=PARENT,
    )


def test_a_linked_company_gets_the_fields_that_differ() -> None:
    """Only those, with what stood there before; the remarks of mapping and planning go with them."""
    draft = replace(drafted(account(BillingCity="C" * 31, Fax=None)), notes=(KEPT,), revisit_after=PARENT)

    decision = decide_linked(draft, COMPANY, company(source_id=account_id()), context())

    cut = Note(reason=Reason.VALUE_CUT, field="city", evidence={"original": "C" * 31, "limit": 30})
    assert decision == changes.Update(
        subject=subject_of(draft.record),
        reason=Reason.CHANGED,
        notes=(cut, KEPT),
        basis=basis(draft, revisit_after=PARENT),
        target_id=COMPANY,
        field_changes=(
            FieldChange(field="city", before="Chicago", after="C" * 30),
            FieldChange(field="fax", before="312-555-0198", after=None),
        ),
    )


def test_a_linked_contact_is_written_under_its_company() -> None:
    """Contacts are written by way of their company."""
    draft = drafted(contact(Title="Owner"))

    decision = decide_linked(draft, TargetId(201), company_contact(source_id=contact_id()), context())

    assert decision == changes.Update(
        subject=subject_of(draft.record),
        reason=Reason.CHANGED,
        basis=basis(draft),
        target_id=TargetId(201),
        company=account_id(),
        company_id=COMPANY,
        field_changes=(FieldChange(field="title", before="Office Manager", after="Owner"),),
    )


def test_a_parent_that_is_linked_is_written() -> None:
    """ParentId goes to Parent Company (S22): the linked company of the parent account."""
    draft = replace(drafted(account(ParentId=PARENT)), resolved={"parentCompanyID": PARENT_COMPANY})

    decision = decide_linked(draft, COMPANY, company(source_id=account_id()), context())

    assert isinstance(decision, changes.Update)
    assert decision.field_changes == (FieldChange(field="parentCompanyID", before=None, after=PARENT_COMPANY),)
    assert decision.basis == basis(draft, references={"parentCompanyID": PARENT})


def test_a_parent_that_the_same_plan_creates_makes_an_update_by_itself() -> None:
    """Nothing differs yet, but the parent's id will be there when the change is applied."""
    draft = replace(drafted(account(ParentId=PARENT)), pending={"parentCompanyID": PARENT})

    decision = decide_linked(draft, COMPANY, company(source_id=account_id()), context())

    assert isinstance(decision, changes.Update)
    assert decision.field_changes == ()
    assert decision.basis.references == {"parentCompanyID": PARENT}


def test_a_parent_that_is_not_linked_leaves_the_parent_company_alone() -> None:
    """What stands there is neither cleared nor overwritten until the parent has a company."""
    draft = replace(drafted(account(ParentId=PARENT)), revisit_after=PARENT, notes=(KEPT,))

    decision = decide_linked(draft, COMPANY, company(source_id=account_id(), parentCompanyID=55), context())

    assert isinstance(decision, changes.Unchanged)
    assert (decision.notes, decision.revisit_after) == ((KEPT,), PARENT)


def test_a_blank_parent_clears_the_parent_company() -> None:
    """An account without a parent is a company without one."""
    decision = decide_linked(
        drafted(account()), COMPANY, company(source_id=account_id(), parentCompanyID=55), context()
    )

    assert isinstance(decision, changes.Update)
    assert decision.field_changes == (FieldChange(field="parentCompanyID", before=55, after=None),)


@pytest.mark.parametrize(
    ("present", "is_gone"), [(None, True), (company(source_id=account_id(), is_active=False), False)]
)
def test_a_linked_company_that_is_gone_or_inactive_is_orphaned(present: TargetRecord | None, is_gone: bool) -> None:
    """Nothing is written to it, nothing is created in its place; it waits until it is active again (protocol 1)."""
    draft = drafted(account(Name="Oak"))

    assert decide_linked(draft, COMPANY, present, context()) == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.ORPHANED,
        evidence={"target": COMPANY, "is_gone": is_gone},
        link_state=LinkState.ORPHANED,
    )


def test_an_orphan_whose_id_moved_names_both_companies() -> None:
    """Somebody moved the id by hand: a person decides which of the two it is."""
    draft = drafted(account(Name="Oak"))
    other = candidate(company(205, source_id=account_id()))

    decision = decide_linked(draft, COMPANY, None, context(), [other])

    assert (decision.reason, decision.evidence) == (
        Reason.ORPHANED,
        {"target": COMPANY, "is_gone": True, "carried_by": 205},
    )


def test_an_id_that_stands_twice_stops_updates() -> None:
    """Also of a linked record: the link stays, and nothing is written until a person decides (protocol 2, step 6)."""
    draft = drafted(account(Name="Oak"))
    carriers = [candidate(company(number, source_id=account_id())) for number in (205, COMPANY)]

    assert decide_linked(draft, COMPANY, company(source_id=account_id()), context(), carriers) == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.DUPLICATE_ID,
        evidence={"candidates": [COMPANY, 205], "names": ["Birch Dental", "Birch Dental"], "linked_to": COMPANY},
    )


def test_what_was_edited_in_autotask_is_told_apart_from_what_changed_in_salesforce() -> None:
    """Wanted is what once stood there, so somebody changed it in Autotask; Salesforce wins."""
    draft = drafted(account())
    draft = replace(draft, link=link(draft.record, fingerprint=draft.fingerprint))

    decision = decide_linked(draft, COMPANY, company(source_id=account_id(), phone="1"), context())

    assert isinstance(decision, changes.Update)
    assert (decision.reason, decision.field_changes) == (
        Reason.EDITED_IN_AUTOTASK,
        (FieldChange(field="phone", before="1", after="312-555-0199"),),
    )


def test_a_fallback_that_steps_in_is_no_edit() -> None:
    """The account manager was deactivated: nobody edited the company."""
    known = context(default_account_manager="Max Weber")
    draft = drafted(account(owner=("No", "Body")), known)
    draft = replace(draft, link=link(draft.record, fingerprint=draft.fingerprint))
    present = company(source_id=account_id(), ownerResourceID=PAST_COLLEAGUE)

    decision = decide_linked(draft, COMPANY, present, known)

    assert isinstance(decision, changes.Update)
    assert (decision.reason, decision.field_changes) == (
        Reason.CHANGED,
        (FieldChange(field="ownerResourceID", before=PAST_COLLEAGUE, after=MAX),),
    )


@pytest.mark.parametrize("carries", [None, account_id(9)])
def test_a_pair_that_somebody_separated_stays_apart(carries: Value) -> None:
    """Clearing or overwriting the id in Autotask un-maps the pair, which is remembered (S23, B5)."""
    draft = drafted(account(Name="Oak"))
    present = company(source_id=account_id(9) if carries else None)

    assert decide_linked(draft, COMPANY, present, context()) == changes.Skip(
        subject=subject_of(draft.record),
        reason=Reason.UNMAPPED,
        evidence={"target": COMPANY, "carries": carries},
        link_state=LinkState.UNMAPPED,
    )


def test_a_contact_that_moved_to_another_account_is_held() -> None:
    """A contact cannot be moved to another company through the Autotask API."""
    draft = replace(drafted(contact()), company_id=OTHER_COMPANY)

    assert decide_linked(draft, TargetId(201), company_contact(source_id=contact_id()), context()) == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.MOVED,
        evidence={"from": COMPANY, "to": OTHER_COMPANY},
        match_key=draft.keys.match,
    )


def test_a_contact_that_moved_to_an_account_about_to_be_created_is_held() -> None:
    """Its new company has no id yet, but it is not the one under which the contact stands."""
    draft = replace(drafted(contact(account=account_id(2), Title="Owner")), company_id=None)

    decision = decide_linked(draft, TargetId(201), company_contact(source_id=contact_id()), context())

    assert decision == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.MOVED,
        evidence={"from": COMPANY, "to": None},
        match_key=draft.keys.match,
    )


def test_a_pair_whose_id_was_lost_with_its_field_gets_it_anew() -> None:
    """When the user-defined field was made anew nobody separated anything: the id is written again (S10, S23)."""
    draft = drafted(account())
    draft = replace(draft, link=replace(link(draft.record, fingerprint=draft.fingerprint), carries_id=False))

    decision = decide_linked(draft, COMPANY, company(source_id=None), context())

    assert not draft.is_settled
    assert decision == changes.Update(
        subject=subject_of(draft.record),
        reason=Reason.CHANGED,
        basis=basis(draft),
        target_id=COMPANY,
        field_changes=(),
        writes_id=True,
    )


def test_a_pair_whose_record_carries_the_id_again_needs_no_write() -> None:
    """Somebody, or an earlier run, has put it back already."""
    draft = drafted(account())
    draft = replace(draft, link=replace(link(draft.record), carries_id=False))

    decision = decide_linked(draft, COMPANY, company(source_id=account_id()), context())

    assert decision == changes.Unchanged(
        subject=subject_of(draft.record),
        reason=Reason.UNCHANGED,
        target_id=COMPANY,
        fingerprint=draft.fingerprint,
        written=LastWritten.of(draft.desired.values),
    )


def test_a_pair_whose_record_got_another_id_stays_apart_even_after_the_field_was_lost() -> None:
    """An id that somebody put there is a decision."""
    draft = drafted(account())
    draft = replace(draft, link=replace(link(draft.record), carries_id=False))

    decision = decide_linked(draft, COMPANY, company(source_id=account_id(9)), context())

    assert decision.reason is Reason.UNMAPPED


def test_a_linked_record_with_a_text_too_long_is_held() -> None:
    """When the settings say to refuse it; the link stays as it is."""
    draft = drafted(account(Name="N" * 101), REFUSE)

    assert decide_linked(draft, COMPANY, company(source_id=account_id()), REFUSE) == changes.Hold(
        subject=subject_of(draft.record), reason=Reason.TOO_LONG, evidence=TOO_LONG, match_key=draft.keys.match
    )


# Records without a link


def test_a_company_that_nothing_fits_is_created() -> None:
    """With all its values, its parent if that is linked, and the remarks of mapping, planning and near matches."""
    record = account(ParentId=PARENT, Type=None, Fax=None)
    draft = replace(drafted(record), resolved={"parentCompanyID": PARENT_COMPANY}, notes=(KEPT,))

    values = {**without(COMPANY_FIELDS, "fax"), "companyType": CUSTOMER, "parentCompanyID": PARENT_COMPANY}

    assert decide_unlinked(draft, NEW, None, NEAR, context()) == changes.Create(
        subject=subject_of(record),
        reason=Reason.NO_CANDIDATE,
        notes=(Note(reason=Reason.TYPE_DEFAULTED, field="companyType"), KEPT, NEAR),
        basis=basis(draft, values, references={"parentCompanyID": PARENT}),
        values=values,
    )


def test_a_company_is_created_without_a_parent_that_is_not_linked() -> None:
    """It comes back when the parent has a company."""
    draft = replace(drafted(account(ParentId=PARENT)), revisit_after=PARENT, notes=(KEPT,))

    values = without(COMPANY_FIELDS, "parentCompanyID")

    assert decide_unlinked(draft, NEW, None, None, context()) == changes.Create(
        subject=subject_of(draft.record),
        reason=Reason.NO_CANDIDATE,
        notes=(KEPT,),
        basis=basis(draft, values, revisit_after=PARENT),
        values=values,
    )


def test_a_contact_that_nothing_fits_is_created_under_its_account() -> None:
    """The company of its account may come from the same plan, so the account is named; contacts need no owner."""
    draft = drafted(contact(FirstName=None))

    values = {**COMPANY_CONTACT_FIELDS, "firstName": "-"}

    assert decide_unlinked(draft, NEW, None, None, context()) == changes.Create(
        subject=subject_of(draft.record),
        reason=Reason.NO_CANDIDATE,
        notes=(Note(reason=Reason.STAND_IN, field="firstName", evidence={"stand_in": "-"}),),
        basis=basis(draft, values),
        values=values,
        company=account_id(),
    )


def test_a_company_is_created_with_the_default_account_manager() -> None:
    """An owner who is not found is replaced on create, and both are told (S8)."""
    known = context(default_account_manager="Olivia Grant")

    decision = decide_unlinked(drafted(account(owner=("Nadia", "Petrova")), known), NEW, None, None, known)

    assert isinstance(decision, changes.Create)
    assert decision.values["ownerResourceID"] == OLIVIA
    assert [note.reason for note in decision.notes] == [Reason.OWNER_UNKNOWN, Reason.OWNER_DEFAULTED]


@pytest.mark.parametrize(
    ("owner", "because"), [(("Nadia", "Petrova"), "owner_unknown"), (("Paul", "Ast"), "owner_inactive")]
)
def test_a_company_without_owner_and_default_is_held(owner: tuple[str, str], because: str) -> None:
    """Autotask requires an account manager; why none was found is told."""
    draft = drafted(account(owner=owner))

    assert decide_unlinked(draft, NEW, None, None, context()) == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.OWNER_NOT_FOUND,
        evidence={"because": [because]},
        match_key=draft.keys.match,
    )


def test_a_company_that_fits_is_linked_with_its_differences() -> None:
    """The id and the fields that differ travel together (protocol 4)."""
    record = account(Phone="312-555-0100")
    draft = replace(drafted(record), notes=(KEPT,))
    verdict = found(company())

    assert decide_unlinked(draft, verdict, company(), None, context()) == changes.Link(
        subject=subject_of(record),
        reason=Reason.EXACT_MATCH,
        evidence={"candidates": [101]},
        notes=(KEPT,),
        basis=basis(draft),
        target_id=COMPANY,
        field_changes=(FieldChange(field="phone", before="312-555-0199", after="312-555-0100"),),
        writes_id=True,
    )


def test_a_contact_that_fits_is_linked_under_its_company() -> None:
    """Even without differences: the id is written."""
    draft = drafted(contact())

    assert decide_unlinked(draft, found(company_contact()), company_contact(), None, context()) == changes.Link(
        subject=subject_of(draft.record),
        reason=Reason.EXACT_MATCH,
        evidence={"candidates": [201]},
        basis=basis(draft),
        target_id=TargetId(201),
        company=account_id(),
        company_id=COMPANY,
        field_changes=(),
        writes_id=True,
    )


@pytest.mark.parametrize(
    ("written", "writes"), [(account_id(), False), (account_id()[:15], True), (f" {account_id()}", True)]
)
def test_an_id_of_the_old_extension_is_written_anew_where_it_is_short(written: str, writes: bool) -> None:
    """S10: ids of 15 or 18 characters are adopted; S25: what stands there has 18."""
    present = replace(company(source_id=account_id()), source_id_as_written=written)

    decision = decide_unlinked(drafted(account()), found(present, Reason.CARRIES_ID), present, None, context())

    assert isinstance(decision, changes.Link)
    assert (decision.reason, decision.writes_id) == (Reason.CARRIES_ID, writes)


@pytest.mark.parametrize("reason", [Reason.AMBIGUOUS, Reason.TAKEN, Reason.CANDIDATE_INACTIVE])
def test_a_record_that_needs_a_person_waits(reason: Reason) -> None:
    """With the evidence, and the key that brings it back when a candidate changes."""
    draft = drafted(account())

    decision = decide_unlinked(draft, Match(reason=reason, evidence={"candidates": [1, 2]}), None, None, context())

    assert decision == changes.Hold(
        subject=subject_of(draft.record),
        reason=reason,
        evidence={"candidates": [1, 2]},
        match_key=draft.keys.match,
    )


def test_a_record_whose_id_stands_twice_waits_for_those_that_carry_it() -> None:
    """Not its key but its id brings it back: clearing one of the two fields changes no name."""
    draft = drafted(account())

    decision = decide_unlinked(draft, Match(reason=Reason.DUPLICATE_ID), None, None, context())

    assert decision == changes.Hold(subject=subject_of(draft.record), reason=Reason.DUPLICATE_ID)


@pytest.mark.parametrize("present", [None, company(is_active=False)])
def test_a_candidate_that_was_deactivated_meanwhile_is_not_linked(present: TargetRecord | None) -> None:
    """Each candidate is looked at again before it is written to."""
    draft = drafted(account())

    assert decide_unlinked(draft, found(company()), present, None, context()) == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.CANDIDATE_INACTIVE,
        evidence={"candidates": [101]},
        match_key=draft.keys.match,
    )


def test_a_candidate_that_was_taken_meanwhile_is_not_overwritten() -> None:
    """Its present state carries another account's id, which the index did not know: nothing is overwritten."""
    draft = drafted(account())

    decision = decide_unlinked(draft, found(company()), company(source_id=account_id(9)), None, context())

    assert decision == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.TAKEN,
        evidence={"candidates": [101], "belongs_to": account_id(9)},
        match_key=draft.keys.match,
    )


@pytest.mark.parametrize("account_company", [OTHER_COMPANY, None])
def test_a_contact_that_carries_the_id_under_another_company_is_held(account_company: TargetId | None) -> None:
    """Contacts cannot be moved, and are not linked across companies, be theirs there or yet to be created."""
    draft = replace(drafted(contact()), company_id=account_company)
    present = company_contact(source_id=contact_id())

    assert decide_unlinked(draft, found(present, Reason.CARRIES_ID), present, None, context()) == changes.Hold(
        subject=subject_of(draft.record),
        reason=Reason.MOVED,
        evidence={"from": COMPANY, "to": account_company},
        match_key=draft.keys.match,
    )


@pytest.mark.parametrize(("verdict", "present"), [(NEW, None), (found(company()), company())])
def test_a_new_record_with_a_text_too_long_is_held(verdict: Match, present: TargetRecord | None) -> None:
    """When the settings say to refuse it, it is neither created nor linked."""
    draft = drafted(account(Name="N" * 101), REFUSE)

    assert decide_unlinked(draft, verdict, present, None, REFUSE) == changes.Hold(
        subject=subject_of(draft.record), reason=Reason.TOO_LONG, evidence=TOO_LONG, match_key=draft.keys.match
    )


# What a hold carries


def test_a_hold_without_evidence_says_only_why() -> None:
    """The key alone brings it back."""
    draft = drafted(account())

    assert hold(draft, Reason.COMPANY_NOT_LINKED) == changes.Hold(
        subject=subject_of(draft.record), reason=Reason.COMPANY_NOT_LINKED, match_key=draft.keys.match
    )


def test_a_draft_names_the_accounts_it_depends_on() -> None:
    """Its parent, or the account it belongs to."""
    assert drafted(account(ParentId=PARENT)).accounts == (PARENT,)
    assert drafted(contact()).accounts == (account_id(),)
    assert drafted(account()).accounts == ()


def test_a_draft_refers_only_to_companies_that_exist_or_will() -> None:
    """A parent left out is no reference, so that it is not taken for written."""
    left_out = drafted(account(ParentId=PARENT))
    resolved = replace(left_out, resolved={"parentCompanyID": PARENT_COMPANY})
    pending = replace(left_out, pending={"parentCompanyID": PARENT})

    assert left_out.references == {}
    assert resolved.references == pending.references == {"parentCompanyID": PARENT}
    assert resolved.fingerprint == with_references(fingerprint(resolved.desired), {"parentCompanyID": PARENT_COMPANY})


@pytest.mark.parametrize(
    "record",
    [
        account(hidden=["BillingStreet"]),
        account(hidden=["BillingCity"]),
        account(hidden=["BillingState"]),
        contact(hidden=["FirstName"]),
    ],
)
def test_a_record_whose_key_cannot_be_seen_is_not_created(record: SourceRecord) -> None:
    """A value that cannot be seen is not a blank: what fits by S15 or S16 cannot be told, so nothing may be created."""
    assert not isinstance(decide_unlinked(drafted(record), NEW, None, None, context()), changes.Create)


def test_a_text_too_long_is_told_before_what_a_key_without_it_fits() -> None:
    """The refused first name made the key that of people without one: their being several says nothing."""
    draft = drafted(contact(FirstName="R" * 51), REFUSE)

    decision = decide_unlinked(draft, Match(reason=Reason.AMBIGUOUS), None, None, REFUSE)

    assert decision.reason is Reason.TOO_LONG
