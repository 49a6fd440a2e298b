"""Whether a change of an approved plan may still be made: one row per thing that may have happened meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from taskforce.domain import changes
from taskforce.domain.approval import Facts, still_stands
from taskforce.domain.deciding import decide_linked, decide_unlinked
from taskforce.domain.diffing import FieldChange
from taskforce.domain.drafts import Draft, subject_of
from taskforce.domain.filtering import RecordFilter, Unfit, conditions_of
from taskforce.domain.links import Link, LinkState
from taskforce.domain.mapping import desired_state
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.match_rules import Keys, keys_of
from taskforce.domain.matching import Match
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, SourceId, SourceRecord, TargetId, TargetRecord
from taskforce.domain.settings import Deletion
from taskforce.domain.standard_mapping import STANDARD
from tests.builders import account, account_id, candidate, company, company_contact, contact, contact_id, context, link

HERE, ELSEWHERE, PARENT = TargetId(101), TargetId(102), TargetId(103)
OTHER, FORMER, PARENT_ACCOUNT = account_id(7), account_id(8), account_id(9)
NOTHING_FITS = Match(reason=Reason.NO_CANDIDATE)
NEWER = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A change with the facts it was planned on; what happened meanwhile is done to a copy."""

    change: changes.Applicable
    facts: Facts
    context: MappingContext = field(default_factory=context)

    def but(self, **facts: object) -> "Case":
        """The same, some facts otherwise."""
        return replace(self, facts=replace(self.facts, **facts))  # type: ignore[arg-type]

    def seen(self, **present: object) -> "Case":
        """The same, the Autotask record otherwise; fields by name."""
        record = self.facts.present
        assert record is not None
        own = {name: value for name, value in present.items() if name in TargetRecord.__dataclass_fields__}
        fields = {**record.fields, **{name: value for name, value in present.items() if name not in own}}
        return self.but(present=replace(record, fields=fields, **own))  # type: ignore[arg-type]

    def linked(self, **link: object) -> "Case":
        """The same, the link otherwise."""
        assert self.facts.link is not None
        return self.but(link=replace(self.facts.link, **link))  # type: ignore[arg-type]

    @property
    def stands(self) -> bool:
        """The answer."""
        return still_stands(self.change, self.facts, self.context)


def draft(record: SourceRecord, link: Link | None = None, **places: object) -> Draft:
    """A record as planning prepares it."""
    desired = desired_state(record, STANDARD.of(record.entity), context())
    keys = keys_of(record.entity, desired.values, first_name_stand_in="-")
    return Draft(record=record, desired=desired, keys=keys, link=link, **places)  # type: ignore[arg-type]


def facts(
    record: SourceRecord,
    *,
    link: Link | None = None,
    present: TargetRecord | None = None,
    match: Match | None = None,
    companies: dict[SourceId, TargetId | None] | None = None,
    planned: frozenset[SourceId] = frozenset(),
) -> Facts:
    """What is known when nothing happened."""
    return Facts(
        record=record,
        link=link,
        is_in_doubt=False,
        present=present,
        is_taken=False,
        match=match,
        companies=companies or {},
        planned=planned,
    )


def a_create() -> Case:
    """A new company below a parent that is linked."""
    record = account(ParentId=PARENT_ACCOUNT)
    planned = decide_unlinked(draft(record, resolved={"parentCompanyID": PARENT}), NOTHING_FITS, None, None, context())
    assert isinstance(planned, changes.Create)
    return Case(change=planned, facts=facts(record, match=NOTHING_FITS, companies={PARENT_ACCOUNT: PARENT}))


def a_contact_create() -> Case:
    """A new contact of an account that this plan creates."""
    record = contact()
    planned = decide_unlinked(draft(record), NOTHING_FITS, None, None, context())
    assert isinstance(planned, changes.Create)
    known = facts(record, match=NOTHING_FITS, companies={account_id(): None}, planned=frozenset({account_id()}))
    return Case(change=planned, facts=known)


def an_update() -> Case:
    """A company whose phone differs, below a parent that stays."""
    record = account(ParentId=PARENT_ACCOUNT)
    pair = link(record, HERE)
    present = company(HERE, source_id=record.id, phone="312-555-0000", parentCompanyID=PARENT)
    planned = decide_linked(draft(record, pair, resolved={"parentCompanyID": PARENT}), HERE, present, context())
    assert isinstance(planned, changes.Update)
    assert [each.field for each in planned.field_changes] == ["phone"]
    return Case(change=planned, facts=facts(record, link=pair, present=present, companies={PARENT_ACCOUNT: PARENT}))


def a_contact_update() -> Case:
    """A contact whose title differs."""
    record = contact()
    pair = link(record, 201)
    present = company_contact(201, company=HERE, source_id=record.id, title="Dentist")
    planned = decide_linked(draft(record, pair, company_id=HERE), TargetId(201), present, context())
    assert isinstance(planned, changes.Update)
    return Case(change=planned, facts=facts(record, link=pair, present=present, companies={account_id(): HERE}))


def a_merged_update() -> Case:
    """A company whose link came from a merged account, whose id stands there still."""
    record = account()
    pair = replace(link(record, HERE), carries_id=False, former_id=FORMER)
    present = company(HERE, source_id=FORMER)
    planned = decide_linked(draft(record, pair), HERE, present, context())
    assert isinstance(planned, changes.Update)
    assert planned.writes_id
    return Case(change=planned, facts=facts(record, link=pair, present=present))


def a_reactivation() -> Case:
    """A company that was set inactive for a deletion that was taken back."""
    record = account()
    pair = link(record, HERE, state=LinkState.DEACTIVATED)
    present = company(HERE, source_id=record.id, is_active=False)
    planned = decide_linked(draft(record, pair), HERE, present, context())
    assert isinstance(planned, changes.Update)
    return Case(change=planned, facts=facts(record, link=pair, present=present))


def a_link() -> Case:
    """A company that fits, with another phone."""
    record = account()
    present = company(HERE, phone="312-555-0000")
    verdict = Match(reason=Reason.EXACT_MATCH, candidate=candidate(present))
    planned = decide_unlinked(draft(record), verdict, present, None, context())
    assert isinstance(planned, changes.Link)
    return Case(change=planned, facts=facts(record, present=present, match=verdict))


def an_adoption() -> Case:
    """A company that carries the id already."""
    record = account()
    present = company(HERE, source_id=record.id, phone="312-555-0000")
    verdict = Match(reason=Reason.CARRIES_ID, candidate=candidate(present))
    planned = decide_unlinked(draft(record), verdict, present, None, context())
    assert isinstance(planned, changes.Link)
    assert not planned.writes_id
    return Case(change=planned, facts=facts(record, present=present, match=verdict))


def a_deactivation() -> Case:
    """A contact whose Salesforce record was deleted."""
    record = replace(contact(), is_deleted=True)
    planned = changes.Deactivate(
        subject=changes.Subject(
            entity=Entity.CONTACT, source_id=record.id, name="Rosa Lind", modified_at=record.modified_at
        ),
        reason=Reason.SOURCE_DELETED,
        basis=changes.Basis(keys=Keys(match="", name=""), fingerprint=""),
        target_id=TargetId(201),
        company_id=HERE,
        field_changes=(FieldChange(field="isActive", before=True, after=False),),
    )
    present = company_contact(201, company=HERE, source_id=contact_id())
    wished = context(deletion=Deletion.DEACTIVATE)
    return Case(change=planned, facts=facts(record, link=link(record, 201), present=present), context=wished)


def a_farewell() -> Case:
    """A contact that a person wants created anew elsewhere gives up its id."""
    record = contact()
    planned = changes.Deactivate(
        subject=subject_of(record),
        reason=Reason.REPLACED,
        basis=changes.Basis(keys=Keys(match="", name=""), fingerprint="whatever"),
        target_id=TargetId(201),
        company_id=ELSEWHERE,
        field_changes=(FieldChange(field="isActive", before=True, after=False),),
        clears_id=True,
    )
    present = company_contact(201, company=ELSEWHERE, source_id=contact_id())
    return Case(change=planned, facts=facts(record, link=link(record, 201, state=LinkState.LEAVING), present=present))


def a_successor() -> Case:
    """The contact that takes its place."""
    plain, record = a_contact_create(), contact()
    planned = replace(plain.change, follows=TargetId(201))
    return replace(plain, change=planned).but(link=link(record, 201, state=LinkState.LEAVING))


EVERY_CASE = (
    a_create,
    a_contact_create,
    an_update,
    a_contact_update,
    a_merged_update,
    a_reactivation,
    a_link,
    an_adoption,
    a_deactivation,
    a_farewell,
    a_successor,
)
PATCHES = (an_update, a_contact_update, a_merged_update, a_reactivation, a_link, an_adoption, a_deactivation)
UPDATES = (an_update, a_contact_update, a_merged_update, a_reactivation, a_deactivation)
MAPPED = tuple(case for case in EVERY_CASE if case not in (a_deactivation, a_farewell))


@pytest.mark.parametrize("case", EVERY_CASE)
def test_what_stands_as_it_was_is_made(case: Callable[[], Case]) -> None:
    """Nothing happened."""
    assert case().stands


@pytest.mark.parametrize(("deletion", "stands"), [(Deletion.KEEP, False), (Deletion.DEACTIVATE, True)])
def test_what_was_deleted_is_set_inactive_only_if_that_is_still_wished(deletion: Deletion, stands: bool) -> None:
    """The setting as it is now decides, not the one by which it was planned."""
    assert replace(a_deactivation(), context=context(deletion=deletion)).stands is stands


@pytest.mark.parametrize(("unfit", "stands"), [(Unfit.KEEP, False), (Unfit.DEACTIVATE, True)])
def test_what_does_not_fit_is_set_inactive_only_if_that_is_still_wished(unfit: Unfit, stands: bool) -> None:
    """So does the filter's."""
    wanted = RecordFilter(contacts=(conditions_of("FirstName = Nobody"),), unfit=unfit)
    case = a_deactivation()
    here = replace(case.but(record=contact()), change=replace(case.change, reason=Reason.UNFIT))

    assert replace(here, context=context(record_filter=wanted)).stands is stands


@pytest.mark.parametrize("case", EVERY_CASE)
def test_newer_version_is_planned_anew(case: Callable[[], Case]) -> None:
    """The Salesforce record was saved again; also one that is not waiting any more is left alone."""
    record = case().facts.record
    assert record is not None

    assert not case().but(record=replace(record, modified_at=record.modified_at + NEWER)).stands
    assert not case().but(record=None).stands


@pytest.mark.parametrize("case", MAPPED)
def test_other_values_are_planned_anew(case: Callable[[], Case]) -> None:
    """The same version makes other values: a field became visible, or a setting was changed."""
    record = case().facts.record
    assert record is not None

    assert not case().but(record=replace(record, fields={**record.fields, "Fax": "312-555-7777"})).stands


@pytest.mark.parametrize("case", EVERY_CASE)
def test_open_doubt_is_waited_for(case: Callable[[], Case]) -> None:
    """A write of the record may still be on its way."""
    assert not case().but(is_in_doubt=True).stands


@pytest.mark.parametrize("case", PATCHES)
def test_record_that_is_taken_is_left_alone(case: Callable[[], Case]) -> None:
    """The Autotask record belongs to another Salesforce record by now."""
    assert not case().but(is_taken=True).stands


@pytest.mark.parametrize("case", [a_create, a_contact_create, a_link, an_adoption])
@pytest.mark.parametrize("state", LinkState)
def test_pair_made_meanwhile_stays(case: Callable[[], Case], state: LinkState) -> None:
    """Whoever paired the record in the meantime, or decided about it, is not overruled; a pair whose Autotask record is
    to be replaced leaves room."""
    record = case().facts.record
    assert record is not None

    is_replaced = state in (LinkState.LEAVING, LinkState.REPLACED)
    assert case().but(link=link(record, ELSEWHERE, state=state)).stands is is_replaced


@pytest.mark.parametrize("case", UPDATES)
@pytest.mark.parametrize(
    "state",
    [
        LinkState.UNMAPPED,
        LinkState.IGNORED,
        LinkState.HELD,
        LinkState.ORPHANED,
        LinkState.LEAVING,
        LinkState.REPLACED,
    ],
)
def test_pair_set_apart_meanwhile_is_left_alone(case: Callable[[], Case], state: LinkState) -> None:
    """A person had a say, or has to have one."""
    assert not case().linked(state=state).stands


@pytest.mark.parametrize("case", UPDATES)
def test_pair_changed_meanwhile_is_left_alone(case: Callable[[], Case]) -> None:
    """The record is paired with another one by now, or with none."""
    assert not case().linked(target_id=ELSEWHERE).stands
    assert not case().but(link=None).stands


@pytest.mark.parametrize("case", PATCHES)
def test_record_that_is_gone_is_not_written(case: Callable[[], Case]) -> None:
    """Somebody deleted it in Autotask."""
    assert not case().but(present=None).stands


@pytest.mark.parametrize("case", PATCHES)
def test_activity_stands_as_planned(case: Callable[[], Case]) -> None:
    """Whoever set the record inactive, or active again, had a reason."""
    present = case().facts.present
    assert present is not None

    assert not case().seen(is_active=not present.is_active).stands


@pytest.mark.parametrize("case", PATCHES)
def test_id_of_another_is_never_written_over(case: Callable[[], Case]) -> None:
    """The record belongs to another Salesforce record by now."""
    assert not case().seen(source_id=OTHER, source_id_as_written=OTHER).stands


@pytest.mark.parametrize("case", [an_update, a_contact_update, a_reactivation, an_adoption, a_deactivation])
def test_cleared_id_is_not_overlooked(case: Callable[[], Case]) -> None:
    """Somebody separated the pair (S23)."""
    assert not case().seen(source_id=None, source_id_as_written=None).stands


@pytest.mark.parametrize("case", [a_merged_update, a_link])
def test_id_that_is_to_be_written_may_stand_there_already(case: Callable[[], Case]) -> None:
    """Somebody typed it in by hand, or cleared that of the merged record: the pair is the same."""
    assert case().seen(source_id=account_id(), source_id_as_written=account_id()).stands
    assert case().seen(source_id=None, source_id_as_written=None).stands


@pytest.mark.parametrize("case", [an_update, a_link, an_adoption])
def test_value_edited_meanwhile_is_kept(case: Callable[[], Case]) -> None:
    """A field that the plan changes no longer holds what the approval showed as before."""
    assert not case().seen(phone="312-555-1111").stands
    assert not case().seen(phone=None).stands


@pytest.mark.parametrize("case", [an_update, a_link, an_adoption])
def test_spelling_is_no_edit(case: Callable[[], Case]) -> None:
    """A value that compares equal counts as the same."""
    assert case().seen(phone="312-555-0000 ").stands


@pytest.mark.parametrize("case", [an_update, a_link, an_adoption])
def test_other_fields_are_none_of_its_business(case: Callable[[], Case]) -> None:
    """What the plan does not change may have changed."""
    assert case().seen(city="Evanston", aFieldOfTheirOwn="x").stands


@pytest.mark.parametrize("case", [a_contact_update, a_deactivation])
def test_contact_under_another_company_is_left_alone(case: Callable[[], Case]) -> None:
    """Somebody moved it in Autotask."""
    assert not case().seen(company_id=ELSEWHERE).stands


def test_account_of_a_contact_has_its_company_still() -> None:
    """A company that was separated, or paired anew, takes its contacts along."""
    assert not a_contact_create().but(companies={}).stands
    assert not a_contact_update().but(companies={}).stands
    assert not a_contact_update().but(companies={account_id(): ELSEWHERE}).stands


def test_company_of_a_new_contact_may_have_been_created_by_now() -> None:
    """By this very plan, a moment ago."""
    assert a_contact_create().but(companies={account_id(): HERE}).stands


@pytest.mark.parametrize("case", [a_create, an_update])
def test_parent_is_the_company_that_was_planned(case: Callable[[], Case]) -> None:
    """The parent account was paired with another company, or separated from its own."""
    assert not case().but(companies={PARENT_ACCOUNT: ELSEWHERE}).stands
    assert not case().but(companies={}).stands


@pytest.mark.parametrize("case", [a_create, an_update])
def test_parent_of_the_same_plan_is_resolved_when_it_is_written(case: Callable[[], Case]) -> None:
    """It had no id yet when the plan was made."""
    assert case().but(companies={PARENT_ACCOUNT: ELSEWHERE}, planned=frozenset({PARENT_ACCOUNT})).stands


@pytest.mark.parametrize("case", [a_create, an_update])
def test_parent_that_is_linked_by_now_is_planned_anew(case: Callable[[], Case]) -> None:
    """It was left out, and nothing would bring it back if the record were written without it."""
    whole = case()
    later = replace(whole.change, basis=replace(whole.change.basis, revisit_after=OTHER))

    assert replace(whole, change=later).stands
    assert not replace(whole, change=later).but(companies={PARENT_ACCOUNT: PARENT, OTHER: ELSEWHERE}).stands


@pytest.mark.parametrize("case", [a_create, a_contact_create])
@pytest.mark.parametrize("reason", [Reason.EXACT_MATCH, Reason.CARRIES_ID])
def test_nothing_is_created_that_was_typed_in_meanwhile(case: Callable[[], Case], reason: Reason) -> None:
    """A record that fits, or carries the id, stands in Autotask by now."""
    assert not case().but(match=Match(reason=reason, candidate=candidate(company(ELSEWHERE)))).stands


@pytest.mark.parametrize("case", [a_create, a_contact_create, a_link, an_adoption])
@pytest.mark.parametrize("reason", [Reason.AMBIGUOUS, Reason.TAKEN, Reason.DUPLICATE_ID, Reason.CANDIDATE_INACTIVE])
def test_what_a_person_must_decide_is_not_written(case: Callable[[], Case], reason: Reason) -> None:
    """A second record that fits turned up, or the one there was is taken."""
    assert not case().but(match=Match(reason=reason)).stands
    assert not case().but(match=None).stands


@pytest.mark.parametrize("case", [a_link, an_adoption])
def test_only_the_candidate_that_was_approved_is_linked(case: Callable[[], Case]) -> None:
    """Another one is the right one by now."""
    other = Match(reason=Reason.CARRIES_ID, candidate=candidate(company(ELSEWHERE)))

    assert not case().but(match=other).stands


@pytest.mark.parametrize("state", [state for state in LinkState if state is not LinkState.LEAVING])
def test_id_is_given_up_only_while_a_person_wants_that(state: LinkState) -> None:
    """The decision was taken back, or another one made."""
    assert not a_farewell().linked(state=state).stands


def test_id_may_have_been_cleared_and_the_record_set_inactive_by_hand() -> None:
    """The rest is still to be done; another's id, or another company, is another matter."""
    assert a_farewell().seen(source_id=None, source_id_as_written=None).stands
    assert not a_farewell().seen(source_id=OTHER, source_id_as_written=OTHER).stands
    assert not a_farewell().seen(company_id=HERE).stands
    assert not a_farewell().seen(is_active=False).stands


def test_inactive_record_gives_up_its_id_alone() -> None:
    """As it was planned when it was inactive already."""
    whole = a_farewell()
    assert isinstance(whole.change, changes.Deactivate)
    alone = replace(whole, change=replace(whole.change, field_changes=()))

    assert alone.seen(is_active=False).stands


def test_successor_takes_the_place_of_the_record_that_it_was_planned_for() -> None:
    """Once that has given up its id, or is about to; not of another one."""
    assert a_successor().linked(state=LinkState.REPLACED).stands
    assert not a_successor().linked(target_id=ELSEWHERE).stands
    assert not a_successor().linked(state=LinkState.LINKED).stands
    assert a_successor().but(link=None).stands
