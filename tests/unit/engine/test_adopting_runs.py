"""The run that an adoption is: what it costs, waits for and leaves behind, wherever it is stopped or killed (B14)."""

from dataclasses import replace
from itertools import count

from taskforce.domain.adopting import Finding
from taskforce.domain.filtering import RecordFilter, conditions_of
from taskforce.domain.links import Link, LinkState
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import ApiCalls, Counts, SourceId, TargetId
from taskforce.domain.run import RunStatus
from taskforce.engine.adopting import run_adoption
from taskforce.engine.undoing import why_not
from taskforce.testing.trouble import Fault
from tests.builders import account_id
from tests.unit.engine.adopting_office import OLD, adopt, adopted_company, findings, link_of, old_office
from tests.unit.engine.office import COMPANY, CONTACT, FIRST_ACCOUNT, SETTINGS, USAGE, Office
from tests.unit.engine.reviewing import review
from tests.unit.engine.test_approval_kills import killed_at


def test_it_waits_for_a_plan_that_waits() -> None:
    """The plan was made without the pairs that are to come."""
    office = Office(settings=replace(SETTINGS, brake=replace(SETTINGS.brake, updates=0)))
    office.account()
    office.company(carries=FIRST_ACCOUNT, phone="217-555-0666")
    waiting = office.run()
    assert waiting.status is RunStatus.AWAITING_APPROVAL

    run = adopt(office)

    assert run.status is RunStatus.COULD_NOT_RUN
    assert run.message.startswith(f"The plan of run {waiting.id} waits for a person, so nothing is taken over.")


def test_it_is_no_import() -> None:
    """The first import after it is still the first, which may create as much as it likes; nothing of it is undone."""
    office = Office(settings=replace(SETTINGS, brake=replace(SETTINGS.brake, creates=0)))
    office.account(1)
    office.account(2, Name="Birch")
    office.company(carries=account_id(1))

    run = adopt(office)
    imported = office.run()

    assert imported.counts[COMPANY] == Counts(created=1, unchanged=1)
    assert office.stores.runs.succeeded_at(office.clock.now()) == imported.finished_at
    assert run.finished_at is not None


def test_it_costs_what_it_must() -> None:
    """Two describes and one request for the ids; Autotask's metadata, a page of each kind, and company 0."""
    office = Office()
    for number in range(1, 4):
        office.account(number)
        office.company(carries=account_id(number))

    run = adopt(office)

    assert run.calls == run.lower_bound
    assert run.calls == ApiCalls(salesforce=2 + 1, autotask=USAGE + 6 + 1 + 1 + 1)


def test_killed_at_every_step_it_goes_on() -> None:
    """What was stored stands, and adopting once more links the rest: the same pairs as if nothing had happened."""

    def book() -> Office:
        office = old_office()
        for number in (1, 2, 3):
            office.account(number, Name=f"Company {number}")
            there = adopted_company(office, number, companyName="Globex" if number == 3 else f"Company {number}")
            office.contact(there, carries=office.person(number, at=account_id(number)))
        return office

    def pairs(office: Office) -> list[tuple[SourceId, TargetId, LinkState, str]]:
        return [
            (each.source_id, each.target_id, each.state, each.fingerprint)
            for each in office.stores.links.in_states(list(LinkState))
        ]

    whole = book()
    adopt(whole)
    for step in count(1):
        office = book()
        was_killed = killed_at(office, step, lambda: adopt(office))  # noqa: B023 - called at once
        if was_killed:
            assert adopt(office).status is RunStatus.DONE
        assert pairs(office) == pairs(whole)
        assert office.stores.inbox.standing() == whole.stores.inbox.standing()
        assert office.companies()[0].fields == whole.companies()[0].fields
        if not was_killed:
            break
    assert step > 10


def test_stopped_it_says_how_to_go_on() -> None:
    """Everything is kept."""
    office = Office(stop_at=2)
    office.account()
    office.company(carries=FIRST_ACCOUNT)

    stopped = adopt(office)

    assert stopped.status is RunStatus.CANCELLED
    assert stopped.message.endswith("Adopting once more goes on with what is left.")


def one_whose_old_field_goes() -> tuple[Office, SourceId]:
    """Taken over and imported once; then the field of the old extension is not there any more. The account."""
    office = old_office()
    account = office.account()
    adopted_company(office, 1)
    adopt(office)
    office.run()
    office.target.tenant = replace(office.target.tenant, adopted_id_fields={})
    return office, account


def test_the_old_field_may_go_once_it_was_taken_over() -> None:
    """Pairs whose id stood there only are not taken for separated: they get it in Taskforce's own field."""
    office, account = one_whose_old_field_goes()
    gone = office.reconcile()
    (standing,) = office.companies()

    assert office.outcomes(gone)[account] == (OutcomeKind.UPDATED, Reason.CHANGED)
    assert standing.source_id_as_written == account


def test_the_old_field_that_vanishes_within_the_day_stops_the_import() -> None:
    """Before its metadata is read anew, a missing id proves nothing."""
    office, account = one_whose_old_field_goes()
    office.target.set_id(COMPANY, office.companies()[0].id, None, field=OLD)
    office.save(account, Phone="217-555-0199")
    stopped = office.run()
    healed = office.run()

    assert (stopped.status, stopped.message[:66]) == (
        RunStatus.COULD_NOT_RUN,
        "Autotask's user-defined field for the Salesforce id on companies i",
    )
    assert office.outcomes(healed)[account] == (OutcomeKind.UPDATED, Reason.CHANGED)


def test_an_adoption_is_not_undone() -> None:
    """It wrote nothing."""
    office = Office()
    office.account()
    office.company(carries=FIRST_ACCOUNT)
    run = adopt(office)

    assert why_not(run) == f"Run {run.id} took over pairs, and wrote nothing: taskforce unmap separates one of them."


def test_what_came_after_the_last_import_is_seen() -> None:
    """Both systems' metadata is read anew: the old field in Autotask, and one that Salesforce had not shown."""
    office = Office()
    office.source.visible[COMPANY] -= {"Fax"}
    first = office.account(Name="Birch")
    office.run()
    office.source.visible[COMPANY] |= {"Fax"}
    office.target.tenant = replace(office.target.tenant, adopted_id_fields={COMPANY: (OLD,)})
    account = office.account(2, Fax="217-555-0777")
    there = adopted_company(office, 2)

    run = adopt(office)

    assert office.outcomes(run) == {
        first: (OutcomeKind.UNCHANGED, Reason.PAIR_STANDS),
        account: (OutcomeKind.LINKED, Reason.ADOPTED_TO_COMPARE),
    }
    assert [entry.decision.evidence for entry in office.stores.plan(run.id).entries()] == [
        {},
        {"target": there, "fields": ["fax"]},
    ]


def test_a_write_whose_answer_was_lost_is_looked_for_first() -> None:
    """What may still be carried out waits for an import; once it cannot be any more, what was carried out is linked."""
    office = Office()
    first = office.account()
    office.run()
    office.save(first, Phone="217-555-0199")
    second = office.account(2, Name="Birch")
    office.trouble(Fault.LOST_BEFORE, "update company")
    office.trouble(Fault.LOST_AFTER, "create company")
    office.run()

    early = run_adoption(office.world())
    late = adopt(office)

    in_doubt, stands = (OutcomeKind.HELD, Reason.WRITE_IN_DOUBT), (OutcomeKind.UNCHANGED, Reason.PAIR_STANDS)
    assert office.outcomes(early) == {first: in_doubt, second: in_doubt}
    assert findings(office, early) == [Finding.WAITING] * 2
    assert office.outcomes(late) == {first: stands, second: stands}


def test_what_waited_for_an_account_goes_on_once_that_is_taken_over() -> None:
    """Two companies have its key, until somebody says in the old field which one it is."""
    office = old_office()
    account, person = office.account(), office.person()
    office.company()
    there = office.company()
    waiting = office.run()
    office.target.set_id(COMPANY, there, account, field=OLD)

    adopted = adopt(office)
    held = office.stores.inbox.standing().held
    imported = office.run()

    assert waiting.counts == {COMPANY: Counts(held=1), CONTACT: Counts(held=1)}
    assert (office.outcomes(adopted), held) == ({account: (OutcomeKind.LINKED, Reason.ADOPTED)}, 0)
    assert [(each.source_id, each.company_id) for each in office.contacts()] == [(person, there)]
    assert office.outcomes(imported) == {person: (OutcomeKind.CREATED, Reason.NO_CANDIDATE)}


def test_a_doubt_for_another_reason_is_an_imports_again() -> None:
    """Renamed to be the same, and set inactive: nothing of the doubtful pair is remembered."""
    office = old_office()
    account = office.account()
    there = adopted_company(office, 1, companyName="Globex")
    adopt(office)
    before = link_of(office, account)

    office.target.edit(COMPANY, there, {"companyName": "Acme"})
    office.target.activate(COMPANY, there, is_active=False)
    again = adopt(office)

    assert before == Link(entity=COMPANY, source_id=account, target_id=there, state=LinkState.DOUBTFUL)
    assert office.outcomes(again) == {account: (OutcomeKind.HELD, Reason.CANDIDATE_INACTIVE)}
    assert link_of(office, account) is None


def test_a_parent_that_is_brought_along_is_taken_over() -> None:
    """Though it does not fit the filter."""
    customers = RecordFilter(accounts=(conditions_of("Type = Customer"),), bring_parents=True)
    office = Office(settings=replace(SETTINGS, record_filter=customers))
    parent = office.account(1, Name="Acme Holding", Type="Prospect")
    child = office.account(2, Type="Customer", ParentId=parent)
    alone = office.account(3, Name="Birch", Type="Prospect")
    office.company(carries=alone, companyName="Birch")
    office.run()
    office.run()
    review(office).forget(COMPANY, parent)

    run = adopt(office)

    assert office.outcomes(run) == {
        parent: (OutcomeKind.LINKED, Reason.ADOPTED),
        child: (OutcomeKind.UNCHANGED, Reason.PAIR_STANDS),
        alone: (OutcomeKind.SKIPPED, Reason.UNFIT),
    }
