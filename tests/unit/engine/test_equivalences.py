"""Names and states that count as the same, where an administrator says so: what was created is linked instead."""

from dataclasses import replace

import pytest

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.editing import look_again_by
from tests.unit.engine.office import SETTINGS, Office, company, without_times

LOOSELY = replace(SETTINGS, match_ignores_legal_forms=True, match_reads_states=True)


@pytest.mark.parametrize(
    ("settings", "outcome"),
    [
        (SETTINGS, (OutcomeKind.CREATED, Reason.NO_CANDIDATE)),
        (LOOSELY, (OutcomeKind.LINKED, Reason.EXACT_MATCH)),
    ],
)
def test_a_company_under_another_legal_form(settings: object, outcome: object) -> None:
    """By default it is another company (S15)."""
    office = Office(settings=settings)  # type: ignore[arg-type]
    office.company(companyName="Acme, Inc.", state="Illinois")
    account = office.account(Name="ACME Inc")

    run = office.run()

    assert office.outcomes(run) == {account: outcome}


def test_an_accent_typed_in_another_way_makes_no_other_company() -> None:
    """Nobody sees whether an accented letter is one character or two: it is linked, and only the id is written."""
    office = Office()
    there = office.company(companyName="Cafe\u0301 Zoe\u0308", city="Orle\u0301ans")
    account = office.account(Name="Caf\u00e9 Zo\u00eb", BillingCity="Orl\u00e9ans")

    run, again = office.run(), office.run()

    assert office.outcomes(run) == {account: (OutcomeKind.LINKED, Reason.EXACT_MATCH)}
    assert without_times(office.companies()) == [
        company(there, account, companyName="Cafe\u0301 Zoe\u0308", city="Orle\u0301ans")
    ]
    assert again.calls.autotask == 0


def test_what_waits_is_looked_at_again_when_the_setting_changes() -> None:
    """All of Autotask gets its new keys, without a change of a record."""
    office = Office(settings=replace(SETTINGS, match_reads_states=True))
    first, second = office.company(state="IL"), office.company(state="Illinois")
    account = office.account(BillingState="Illinois")
    held = office.run()
    before, office.settings = office.settings, SETTINGS
    look_again_by(office.stores, before, office.settings)

    run = office.run()

    assert office.outcomes(held) == {account: (OutcomeKind.HELD, Reason.AMBIGUOUS)}
    assert office.outcomes(run) == {account: (OutcomeKind.LINKED, Reason.EXACT_MATCH)}
    assert {each.id: each.source_id for each in office.companies()} == {first: None, second: account}
