"""An office whose plans all need a person's approval once the first import is over, and the person who decides."""

from dataclasses import replace
from datetime import timedelta

from taskforce.domain.notices import NoticeKind
from taskforce.domain.run import Run, RunStatus
from taskforce.domain.settings import BrakeLimits, Deletion
from taskforce.engine.approving import approve_run, reject_run
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, SETTINGS, Office

NOTHING_UNASKED = BrakeLimits(creates=0, updates=0, deactivations=0, cleared=0)
USUAL = BrakeLimits()


def an_office(*numbers: int, brake: BrakeLimits = NOTHING_UNASKED) -> Office:
    """Accounts that are imported, named "Company 1" and so on; from now on the brake is on."""
    office = Office(settings=replace(SETTINGS, deletion=Deletion.DEACTIVATE))
    for number in numbers:
        office.account(number, Name=f"Company {number}")
    assert office.run().status is RunStatus.DONE
    set_brake(office, brake)
    return office


def set_brake(office: Office, brake: BrakeLimits) -> None:
    """Somebody changes the limits."""
    office.settings = replace(office.settings, brake=brake)


def approve(office: Office, run: Run, *, digest: str = "", later: timedelta = timedelta(minutes=5)) -> Run:
    """A person approves, some time after whatever was before."""
    office.clock.advance(later)
    return approve_run(office.world(), run.id, digest=digest)


def reject(office: Office, run: Run, *, later: timedelta = timedelta(minutes=5)) -> Run:
    """A person rejects."""
    office.clock.advance(later)
    return reject_run(office.world(), run.id)


def asked(office: Office) -> Run:
    """One import whose plan waits then."""
    run = office.run()
    assert (run.status, bool(run.digest)) == (RunStatus.AWAITING_APPROVAL, True)
    return run


def questions(office: Office) -> list[str]:
    """The runs that people are asked about at the moment."""
    return [notice.subject for notice in office.stores.notices.open(NoticeKind.APPROVAL)]


def writes(office: Office) -> list[object]:
    """Everything that stands in Autotask, with the moment of its last change."""
    return [*office.companies(), *office.contacts()]


def phone_of(office: Office, number: int) -> object:
    """The phone of the company of an account."""
    [found] = [record for record in office.companies() if record.source_id == account_id(number)]
    return found.fields.get("phone")


def company_of(office: Office, number: int) -> object:
    """The id of the company of an account."""
    return office.stores.links.by_source(COMPANY, [account_id(number)])[account_id(number)].target_id
