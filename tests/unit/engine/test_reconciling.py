"""Reconciliations: what moved without a trace is found and put right, and nothing is concluded from too little."""

from dataclasses import replace
from datetime import timedelta

import pytest

from taskforce.domain.changes import Patch
from taskforce.domain.cursor import Cursor
from taskforce.domain.diffing import FieldChange
from taskforce.domain.links import LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Counts, Entity, SourceId, TargetId
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.domain.schema import PicklistValue
from taskforce.testing.source import visible_fields
from taskforce.testing.trouble import Fault
from tests.builders import account_id, contact_id
from tests.unit.engine.office import COMPANY, CONTACT, Office, company, contact, without_times

UPDATED, EDITED = (OutcomeKind.UPDATED, Reason.CHANGED), (OutcomeKind.UPDATED, Reason.EDITED_IN_AUTOTASK)
UNCHANGED = (OutcomeKind.UNCHANGED, Reason.UNCHANGED)
VANISHED = (OutcomeKind.SKIPPED, Reason.VANISHED)
DELETED = (OutcomeKind.SKIPPED, Reason.DELETED)
ORPHANED = (OutcomeKind.HELD, Reason.ORPHANED)
TAKEN = (OutcomeKind.HELD, Reason.TAKEN)
LINKED = (OutcomeKind.LINKED, Reason.EXACT_MATCH)
CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)


def imported(*numbers: int, people: int = 0) -> Office:
    """Accounts that are imported already, the first of them with so many people."""
    office = Office()
    for number in numbers:
        office.account(number, Name=f"Company {number}")
    for number in range(1, people + 1):
        office.person(number, LastName=f"Doe {number}")
    office.run()
    return office


def state_of(office: Office, source_id: SourceId, entity: Entity = COMPANY) -> LinkState:
    """How a link stands."""
    return office.stores.links.by_source(entity, [source_id])[source_id].state


def differences(office: Office, run: Run) -> dict[SourceId, tuple[FieldChange, ...]]:
    """What a run changed, before and after."""
    decisions = [entry.decision for entry in office.stores.plan(run.id).entries()]
    return {each.subject.source_id: each.field_changes for each in decisions if isinstance(each, Patch)}


# --- what is found ---


def test_values_edited_in_autotask_are_put_back() -> None:
    """Salesforce wins; the report tells what stood there before, and that it was edited in Autotask."""
    office = imported(1, 2, people=1)
    first, second = [record.id for record in office.companies()]
    [person] = office.contacts()
    office.target.edit(COMPANY, first, {"phone": "555-EDITED", "city": "Elsewhere"})
    office.target.edit(CONTACT, person.id, {"title": "Typed in"})

    run = office.reconcile()

    assert (run.kind, run.status) == (RunKind.RECONCILIATION, RunStatus.DONE)
    assert office.outcomes(run) == {account_id(1): EDITED, account_id(2): UNCHANGED, contact_id(1): EDITED}
    assert differences(office, run) == {
        account_id(1): (
            FieldChange(field="city", before="Elsewhere", after="Springfield"),
            FieldChange(field="phone", before="555-EDITED", after="217-555-0100"),
        ),
        contact_id(1): (FieldChange(field="title", before="Typed in", after=None),),
    }
    assert without_times(office.companies()) == [
        company(first, account_id(1), companyName="Company 1"),
        company(second, account_id(2), companyName="Company 2"),
    ]


def test_an_import_does_not_notice_what_a_reconciliation_finds() -> None:
    """Edits in Autotask cost an import no request: nothing changed in Salesforce."""
    office = imported(1)
    [there] = office.companies()
    office.target.edit(COMPANY, there.id, {"phone": "555-EDITED"})

    assert office.spent() == ApiCalls(salesforce=2)
    assert office.companies()[0].fields["phone"] == "555-EDITED"


def test_values_that_moved_no_stamp_are_found() -> None:
    """A value that changed in Salesforce without a new SystemModstamp reaches Autotask."""
    office = imported(1)
    office.clock.advance(timedelta(hours=5))
    office.source.change_without_trace(COMPANY, account_id(1), {"Phone": "217-555-0199"})
    ordinary = office.run()

    run = office.reconcile()

    assert office.outcomes(ordinary) == {}
    assert office.outcomes(run) == {account_id(1): UPDATED}
    assert office.companies()[0].fields["phone"] == "217-555-0199"


def test_pairs_separated_in_autotask_are_noticed_untouched() -> None:
    """The cleared field un-maps the pair (S23), though the record changed on neither side."""
    office = imported(1, 2)
    first = office.companies()[0]
    office.target.set_id(COMPANY, first.id, None)

    run = office.reconcile()

    assert office.outcomes(run)[account_id(1)] == (OutcomeKind.SKIPPED, Reason.UNMAPPED)
    assert state_of(office, account_id(1)) is LinkState.UNMAPPED
    assert office.companies()[0].source_id is None


def test_absent_user_defined_fields_separate_nothing() -> None:
    """Answers that leave the ids out are made sure of by value; contacts go on with their company."""
    office = imported(1, 2, people=1)
    office.target.omits_user_defined = True

    run = office.reconcile()

    assert set(office.outcomes(run).values()) == {UNCHANGED}


def test_records_that_are_gone_or_inactive_in_autotask_are_noticed() -> None:
    """They are orphans from then on, said so, and not created again; active again, the pair goes on."""
    office = imported(1, 2)
    first, second = [record.id for record in office.companies()]
    office.target.remove(COMPANY, first)
    office.target.activate(COMPANY, second, is_active=False)

    run = office.reconcile()
    office.target.activate(COMPANY, second)
    later = office.reconcile()

    assert office.outcomes(run) == {account_id(1): ORPHANED, account_id(2): ORPHANED}
    assert office.outcomes(later) == {account_id(1): ORPHANED, account_id(2): UNCHANGED}
    assert (state_of(office, account_id(1)), state_of(office, account_id(2))) == (LinkState.ORPHANED, LinkState.LINKED)
    assert [record.id for record in office.companies()] == [second]


def test_an_orphan_whose_id_was_moved_names_both_records() -> None:
    """The id stands on another Autotask record now: held, and a person sees which is which."""
    office = imported(1)
    [there] = office.companies()
    office.target.remove(COMPANY, there.id)
    other = office.company(companyName="Typed in anew", carries=account_id(1))

    run = office.reconcile()

    [entry] = office.stores.plan(run.id).entries()
    assert office.outcomes(run) == {account_id(1): ORPHANED}
    assert entry.decision.evidence == {"target": there.id, "is_gone": True, "carried_by": other}
    assert [record.id for record in office.companies()] == [other]


def test_new_metadata_reaches_finished_records() -> None:
    """A picklist value that Autotask has got since is written, though no record changed."""
    office = Office()
    office.account(1, Industry="Biotech")
    office.run()
    fields = dict(office.target.tenant.fields[COMPANY])
    segments = fields["marketSegmentID"]
    values = (*(segments.picklist or ()), PicklistValue(code=77, label="Biotech"))
    fields["marketSegmentID"] = replace(segments, picklist=values)
    office.target.tenant = replace(office.target.tenant, fields={**office.target.tenant.fields, COMPANY: fields})

    run = office.reconcile()

    assert office.outcomes(run) == {account_id(1): UPDATED}
    assert office.companies()[0].fields["marketSegmentID"] == 77


def test_person_accounts_switched_on_are_noticed() -> None:
    """The field that tells a person account appears with them: the record is left alone from then on."""
    office = imported(1)
    office.source.visible = {**visible_fields(), COMPANY: visible_fields()[COMPANY] | {"IsPersonAccount"}}
    office.source.change_without_trace(COMPANY, account_id(1), {"IsPersonAccount": True})

    run = office.reconcile()

    assert office.outcomes(run) == {account_id(1): (OutcomeKind.SKIPPED, Reason.PERSON_ACCOUNT)}


def test_currencies_switched_on_are_noticed() -> None:
    """Amounts are left out from then on, and that is said: they may be in any currency."""
    office = Office()
    office.account(1, AnnualRevenue=1000)
    office.run()
    office.source.visible = {**visible_fields(), COMPANY: visible_fields()[COMPANY] | {"CurrencyIsoCode"}}
    office.source.change_without_trace(COMPANY, account_id(1), {"CurrencyIsoCode": "EUR"})

    run = office.reconcile()

    [entry] = office.stores.plan(run.id).entries()
    assert [note.reason for note in entry.decision.notes] == [Reason.CURRENCY_DIFFERS]
    assert office.companies()[0].fields["assetValue"] == 1000


def test_held_and_failing_records_are_looked_at_anew() -> None:
    """However they wait: what has become possible without a trace is done."""
    office = imported(1)
    office.trouble(Fault.REJECTED, "create company")
    office.account(2, Name="Refused once")
    office.run()
    twin = [office.company(companyName="Twin", phone="1") for _ in range(2)][1]
    office.account(3, Name="Twin")
    office.run(later=timedelta(minutes=1))
    office.target.remove(COMPANY, twin)

    run = office.reconcile(later=timedelta(minutes=1))

    assert office.outcomes(run) == {account_id(1): UNCHANGED, account_id(2): CREATED, account_id(3): LINKED}
    assert office.stores.inbox.standing().held == office.stores.inbox.standing().failing == 0


def test_what_a_person_rejected_stays_rejected() -> None:
    """A reconciliation does not propose again what was turned down."""
    office = imported(1, 2)
    office.save(account_id(1), Phone="217-555-0199")
    with office.stores.transaction():
        office.stores.inbox.put(COMPANY, [office.source.record(COMPANY, account_id(1))])
        office.stores.inbox.hold(COMPANY, account_id(1), Reason.PLAN_REJECTED, waits_for=None, match_key="")

    run = office.reconcile()

    assert office.outcomes(run) == {account_id(2): UNCHANGED}
    assert office.stores.inbox.standing().held == 1


# --- what Salesforce has no more ---


def test_records_deleted_for_good_are_noticed() -> None:
    """Their ids are asked for once more; Autotask is left as it is, and the second reconciliation has no news."""
    office = imported(1, 2, people=2)
    before = (office.companies(), office.contacts())
    office.source.remove(COMPANY, account_id(1))
    office.source.remove(CONTACT, contact_id(2))

    run = office.reconcile()
    second = office.reconcile()

    assert office.outcomes(run) == {
        account_id(1): VANISHED,
        account_id(2): UNCHANGED,
        contact_id(1): (OutcomeKind.HELD, Reason.COMPANY_NOT_LINKED),
        contact_id(2): VANISHED,
    }
    names = {entry.decision.subject.name for entry in office.stores.plan(run.id).entries()}
    assert names == {"Company 1", "Company 2", "Jo Doe 1", "Jo Doe 2"}
    assert VANISHED not in office.outcomes(second).values()
    assert (office.companies(), office.contacts()) == before
    assert state_of(office, account_id(1)) is LinkState.VANISHED
    assert run.calls == run.lower_bound


def test_records_that_are_shown_again_go_on() -> None:
    """What was hidden from the user resumes with what was missed, at its next reading."""
    office = imported(1, 2)
    hidden = office.source.record(COMPANY, account_id(1))
    office.source.remove(COMPANY, account_id(1))
    office.reconcile()
    office.source.put(COMPANY, account_id(1), {**hidden.fields, "Phone": "217-555-0199"})

    run = office.run()

    assert office.outcomes(run) == {account_id(1): UPDATED}
    assert state_of(office, account_id(1)) is LinkState.LINKED


def test_records_that_a_full_reading_missed_are_read_by_their_ids() -> None:
    """Not seen is not gone: what Salesforce shows when it is asked for it is read like any other."""
    office = imported(1, 2)
    office.source.overlooked.add(account_id(2))

    run = office.reconcile()

    assert office.outcomes(run) == {account_id(1): UNCHANGED, account_id(2): UNCHANGED}
    assert run.calls == run.lower_bound


def test_what_waited_and_is_gone_waits_no_more() -> None:
    """A record that was never paired, and is deleted for good, leaves the Inbox: it would be created for nobody."""
    office = imported(1)
    for number in (1, 2):
        office.company(companyName="Twin", phone=str(number))
    office.account(2, Name="Twin")
    office.run()
    office.source.remove(COMPANY, account_id(2))

    run = office.reconcile()

    assert office.outcomes(run)[account_id(2)] == VANISHED
    assert office.stores.inbox.standing().held == 0


@pytest.mark.parametrize(("known", "shown"), [(1, 0), (60, 20)])
def test_a_salesforce_that_shows_too_little_concludes_nothing(known: int, shown: int) -> None:
    """The user has probably lost View All: the run stops and says so; a person may say that they are really gone."""
    office = imported(*range(1, known + 1))
    for number in range(shown + 1, known + 1):
        office.source.remove(COMPANY, account_id(number))
    cursor = office.stores.cursors.get(COMPANY)

    run = office.reconcile()
    moved = office.stores.cursors.get(COMPANY) != cursor
    accepted = office.reconcile(accepts_missing=True)

    assert (run.status, moved) == (RunStatus.COULD_NOT_RUN, False)
    assert run.message == (
        f"Salesforce showed {shown} accounts, and no longer shows {known - shown} that are known; nothing was "
        "concluded. Check that its user sees all records (View All). If the others are really gone: reconcile with "
        "--accept-missing."
    )
    assert run.counts[COMPANY] == Counts()
    assert accepted.status is RunStatus.DONE
    assert accepted.counts[COMPANY] == Counts(unchanged=shown, skipped=known - shown)


def test_a_salesforce_that_shows_much_less_than_before_asks_a_person() -> None:
    """Too many to pass, too few to disbelieve: the plan waits like any other that is unusual (protocol 6)."""
    office = imported(*range(1, 101))
    for number in range(1, 31):
        office.source.remove(COMPANY, account_id(number))
    office.target.edit(COMPANY, office.companies()[-1].id, {"phone": "555-EDITED"})

    run = office.reconcile()
    waiting = office.reconcile()

    assert run.status is RunStatus.AWAITING_APPROVAL
    assert "Salesforce does not show 30 of the 100 linked records any more, 30% (the limit is 10%)" in run.message
    assert run.counts[COMPANY] == Counts(unchanged=69, skipped=30)
    assert office.companies()[-1].fields["phone"] == "555-EDITED"
    assert (waiting.status, waiting.calls) == (RunStatus.AWAITING_APPROVAL, ApiCalls(salesforce=2))
    assert waiting.message.startswith(f"Nothing was planned or written, because the plan of run {run.id} waits")


def test_few_that_vanish_are_no_question() -> None:
    """What is gone counts among all that were linked before."""
    office = imported(1, 2)
    office.source.remove(COMPANY, account_id(1))

    assert office.reconcile().status is RunStatus.DONE


def test_a_twin_takes_over_what_its_deleted_twin_left() -> None:
    """The other one of two that are the same was deleted in Salesforce: its pair is over, this one holds the id."""
    office = Office()
    office.account(1)
    office.run()
    office.account(2)
    held = office.run()
    office.source.delete(COMPANY, account_id(1))
    office.reconcile()
    office.run()

    [there] = office.companies()
    assert office.outcomes(held) == {account_id(2): TAKEN}
    assert (there.source_id, office.stores.inbox.standing().held) == (account_id(2), 0)
    assert office.stores.links.by_source(COMPANY, [account_id(1)]) == {}
    assert state_of(office, account_id(2)) is LinkState.LINKED


def test_a_twin_whose_other_never_came_is_created() -> None:
    """Two that are the same were to be created; the first was refused, then deleted: the second one goes in."""
    office = Office()
    office.trouble(Fault.REJECTED, "create company")
    office.account(1)
    office.account(2)
    first = office.run()
    office.source.delete(COMPANY, account_id(1))
    office.run(later=timedelta(minutes=1))

    run = office.reconcile()

    assert office.outcomes(first)[account_id(2)] == TAKEN
    assert office.outcomes(run) == {account_id(1): DELETED, account_id(2): CREATED}
    assert without_times(office.companies()) == [company(TargetId(1001), account_id(2))]


# --- what Autotask has no more ---


def test_an_autotask_that_shows_too_little_concludes_nothing() -> None:
    """Less than half of what was known: the run stops and says so; a person may say that they are really gone."""
    office = imported(*range(1, 61))
    hidden = [record.id for record in office.companies()][29:]
    for target_id in hidden:
        office.target.remove(COMPANY, target_id)

    run = office.reconcile()
    accepted = office.reconcile(accepts_missing=True)

    assert run.status is RunStatus.COULD_NOT_RUN
    assert run.message == (
        "Autotask shows 29 companies, of 60 that are known; nothing was concluded from that. Check what the API user "
        "may see. If the others are really gone: reconcile with --accept-missing."
    )
    assert accepted.counts[COMPANY] == Counts(unchanged=29, held=31)


def test_answers_that_repeat_records_conclude_nothing() -> None:
    """Where a page is shown twice another one may be missing (invariant 13)."""
    office = imported(1, 2)
    office.target.repeats_pages = True

    run = office.reconcile()

    assert run.status is RunStatus.COULD_NOT_RUN
    assert run.message == (
        "Autotask's answers repeat companies, so some may be left out; nothing was concluded from them. "
        "Nothing to do: the next run reads again. Report it if it goes on."
    )
    assert office.stores.index.count(COMPANY) == 2


# --- what it costs, and how it ends ---


def test_second_reconciliation_writes_nothing_and_costs_the_bound() -> None:
    """Nothing differs: both sides are read once, and that is all."""
    office = imported(*range(1, 502), people=3)
    first = office.reconcile()
    before = (office.companies(), office.contacts())

    run = office.reconcile()

    assert run.counts == {COMPANY: Counts(unchanged=501), CONTACT: Counts(unchanged=3)}
    assert run.calls == run.lower_bound == ApiCalls(salesforce=2 + 2, autotask=1 + 6 + 2 + 1)
    assert (first.counts, first.calls) == (run.counts, run.calls)
    assert (office.companies(), office.contacts()) == before


def test_the_cursor_moves_to_when_the_reading_began() -> None:
    """What was changed before has been seen; the next import asks from there."""
    office = imported(1)
    before = office.stores.cursors.get(COMPANY)
    office.clock.advance(timedelta(days=3))

    office.reconcile()

    after = office.stores.cursors.get(COMPANY)
    assert before.read_through is not None
    assert after == Cursor(read_through=before.read_through + timedelta(days=3, minutes=30))


def test_a_reconciliation_that_ends_early_begins_anew() -> None:
    """Asked to stop while it reads, it concludes nothing, says so, and leaves the incremental reading where it was."""
    office = imported(1, 2, 3)
    office.source.page_size = 1
    office.source.remove(COMPANY, account_id(3))
    cursor = office.stores.cursors.get(COMPANY)
    office.stop_at = 2

    run = office.reconcile()
    office.stop_at = None

    assert run.status is RunStatus.CANCELLED
    assert run.message.endswith("so nothing was compared: the next reconciliation begins anew.")
    assert office.stores.cursors.get(COMPANY) == cursor
    assert office.outcomes(office.reconcile()) == {
        account_id(1): UNCHANGED,
        account_id(2): UNCHANGED,
        account_id(3): VANISHED,
    }


def test_a_spent_budget_ends_it_as_to_be_continued() -> None:
    """It begins anew the next time, and says so."""
    office = imported(1)
    office.trouble(Fault.NO_BUDGET, "list contacts")

    run = office.reconcile()

    assert run.status is RunStatus.TO_BE_CONTINUED
    assert run.message.endswith("so nothing was compared: the next reconciliation begins anew.")


def test_fields_that_are_hidden_meanwhile_are_read_around() -> None:
    """A field that becomes invisible between describing and reading has the object read once more without it."""
    office = imported(1)

    def hide_fax(place: str) -> None:
        if place == "read source":
            office.source.visible[COMPANY] -= {"Fax"}

    office.source.tripwire = hide_fax

    run = office.reconcile()

    assert office.outcomes(run) == {account_id(1): UNCHANGED}


def test_dry_reconciliation_writes_nothing() -> None:
    """It shows what differs; both sides, the links and the Inbox stay as they are."""
    office = imported(1, 2, people=1)
    first = office.companies()[0]
    office.target.edit(COMPANY, first.id, {"phone": "555-EDITED"})
    office.source.remove(COMPANY, account_id(2))
    before = (office.companies(), office.stores.state.copy())

    run = office.reconcile(dry=True)

    assert (run.is_dry_run, office.outcomes(run)) == (
        True,
        {account_id(1): EDITED, account_id(2): VANISHED, contact_id(1): UNCHANGED},
    )
    after = office.stores.state.copy()
    assert office.companies() == before[0]
    assert (after.links, after.inbox, after.cursors, after.index) == (
        before[1].links,
        before[1].inbox,
        before[1].cursors,
        before[1].index,
    )


def test_reads_of_a_moment_after_a_write_conclude_nothing() -> None:
    """Autotask may not show our latest write yet; a whole reading is as old as its first answer, not as its last."""
    office = imported(1, 2)
    [first, _] = office.companies()
    office.target.set_id(COMPANY, first.id, None)
    [link] = office.stores.links.by_source(COMPANY, [account_id(1)]).values()
    with office.stores.transaction():
        office.stores.links.put([replace(link, written_at=office.clock.now() + timedelta(seconds=20))])

    def take_long(place: str) -> None:
        if place == "list contacts":
            office.clock.advance(timedelta(minutes=3))

    office.target.tripwire = take_long

    run = office.reconcile(later=timedelta(seconds=30))

    assert office.outcomes(run) == {account_id(1): (OutcomeKind.HELD, Reason.JUST_WRITTEN), account_id(2): UNCHANGED}
    assert state_of(office, account_id(1)) is LinkState.LINKED


def test_first_run_may_be_a_reconciliation() -> None:
    """There is nothing to compare with: it does what the first import would do."""
    office = Office()
    there = office.company(companyName="Company 1", phone="1")
    office.account(1, Name="Company 1")
    person = office.person()

    run = office.reconcile()

    [made] = office.contacts()
    assert office.outcomes(run) == {account_id(1): LINKED, person: CREATED}
    assert without_times([made]) == [contact(made.id, person, there)]
