"""What Autotask refuses waits for what may mend it."""

from taskforce.domain.run import Run, RunStatus
from tests.end_to_end.office import NAME, Office, SilentProgress


def scheduled(office: Office) -> Run:
    """An import that nobody started by hand."""
    return office.installation.run_import(NAME, is_by_hand=False, progress=SilentProgress(), should_stop=lambda: False)


def refused_once(office: Office) -> str:
    """An account that Autotask refuses, for a reason of the record's own."""
    text = "The record already exists with this name; it must be unique."
    office.control("autotask", "faults", action="status", method="POST", path="(?i)/Companies/?$", status=500,
                   body={"errors": [text]})  # fmt: skip
    account = office.account()
    assert scheduled(office).status is RunStatus.DONE_WITH_FAILURES
    return account


def test_a_refused_record_waits_and_goes_when_the_settings_change(office: Office) -> None:
    """By itself it is not tried again, whatever else is imported."""
    account = refused_once(office)
    office.account(Name="Another")
    quiet = scheduled(office)
    office.settings(phone_stand_in="111-111-1111")

    run = scheduled(office)

    assert account not in office.outcomes(quiet)
    assert (quiet.failing, run.failing) == (1, 0)
    assert office.company_of(account)["companyName"] == "Birch Dental"


def test_a_refused_record_goes_by_hand(office: Office) -> None:
    """A person knows better."""
    account = refused_once(office)

    assert office.run().failing == 0
    assert office.company_of(account)["companyName"] == "Birch Dental"
