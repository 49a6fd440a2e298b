"""An adoption writes nothing, and no run after it writes to a record that has the same values on both sides (B14).

Against both simulators, with the real adapters and the real store; the ids stand in either field and in either form.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce.adopting import adopt
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.testing.progress import RecordedProgress
from tests.properties.sync_machine.people import COMPANY_ID_FIELD, CONTACT_ID_FIELD, People
from tests.properties.sync_machine.plant import NAME, Plant
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

OLD = "Salesforce Account ID"
OWNER = ("Olivia", "Grant")
"""Of every account, and of its company."""

WRITES = ("create", "update")
PLACES = st.tuples(st.sampled_from(Place), st.integers(1, 12))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one account stands in Autotask: whose fields carry its id, in which form, and whether a value differs.

    `child_of_first` gives it the first account as its parent, on both sides.
    """

    is_in_old_field: bool
    is_short: bool
    company_differs: bool
    contact_differs: bool
    child_of_first: bool


STANDINGS = st.lists(
    st.builds(
        Standing,
        is_in_old_field=st.booleans(),
        is_short=st.booleans(),
        company_differs=st.booleans(),
        contact_differs=st.booleans(),
        child_of_first=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


class Office:
    """A database that the old extension served, and in which both fields exist."""

    def __init__(self) -> None:
        self.plant = Plant()
        self.people = People(self.plant)
        self.differing: set[tuple[str, int]] = set()

    def begin(self, standings: list[Standing]) -> None:
        """An account with a contact for each, and their counterparts."""
        autotask = self.plant.pair.autotask
        for entity, name in (("Companies", OLD), ("Companies", COMPANY_ID_FIELD), ("Contacts", CONTACT_ID_FIELD)):
            autotask.control("udf", entity=entity, name=name, active=True)
        owners = autotask.records("Resources")
        self._owner = next(each["id"] for each in owners if (each["firstName"], each["lastName"]) == OWNER)
        above: dict[str, object] = {}
        for number, each in enumerate(standings):
            below = each.child_of_first and number > 0
            self._one(number, each, above if below else {})
            if number == 0:
                above = {"account": self._account, "company": self._company}

    def _one(self, number: int, each: Standing, above: Mapping[str, object]) -> None:
        parent = {"ParentId": above["account"]} if above else {}
        self._account = self.people.open_account(Name=f"Company {number}", Phone="312-555-0100", **parent)
        contact = self.people.add_contact(self._account, FirstName="Rosa", LastName=f"Lind {number}", Title="Director")
        carried = [self._account[:15] if each.is_short else self._account, contact[:15] if each.is_short else contact]
        self._company = self.people.type_company(
            companyName=f"Company {number}",
            ownerResourceID=self._owner,
            phone="312-555-0777" if each.company_differs else "312-555-0100",
            userDefinedFields=[{"name": OLD if each.is_in_old_field else COMPANY_ID_FIELD, "value": carried[0]}],
            **({"parentCompanyID": above["company"]} if above else {}),
        )
        person = self.people.type_person(
            self._company,
            firstName="Rosa",
            lastName=f"Lind {number}",
            title="as typed" if each.contact_differs else "Director",
            userDefinedFields=[{"name": CONTACT_ID_FIELD, "value": carried[1]}],
        )
        self.differing |= {(COMPANIES, self._company)} if each.company_differs else set()
        self.differing |= {(CONTACTS, person)} if each.contact_differs else set()

    def adopt(self) -> Run | None:
        """Take over; None if that was killed."""
        return self.plant.as_a_process(
            lambda: adopt(
                self.plant.installation,
                NAME,
                is_dry_run=False,
                progress=RecordedProgress(),
                should_stop=lambda: False,
                decided=lambda: None,
            )
        )

    def run(self, kind: RunKind = RunKind.IMPORT) -> Run:
        """One run that comes to its end."""
        run = self.plant.run(kind=kind)
        assert run is not None, self.plant.said[-1]
        return run

    def writes(self) -> int:
        """How many records were written so far."""
        entries = self.plant.pair.autotask.journal.entries()
        return sum(each.operation in WRITES and "/Companies" in each.path for each in entries)

    def standing(self) -> Mapping[tuple[str, int], object]:
        """Every record of Autotask, whole."""
        return {
            (kind, int(record["id"])): record for kind in (COMPANIES, CONTACTS) for record in self.people.standing(kind)
        }

    def linked(self) -> tuple[int, int]:
        """Companies and contacts that are paired."""
        links = self.plant.installation.stores(NAME).links
        return links.count(Entity.COMPANY, LinkState.LINKED), links.count(Entity.CONTACT, LinkState.LINKED)


@contextmanager
def an_office(standings: list[Standing]) -> Iterator[Office]:
    """Its first day; everything is forgotten in the end."""
    office = Office()
    try:
        office.begin(standings)
        yield office
    finally:
        office.plant.stop()


@settings(max_examples=15)
@given(standings=STANDINGS)
def test_what_is_the_same_on_both_sides_is_never_written(standings: list[Standing]) -> None:
    """Neither by the adoption, nor by the import and the reconciliation after it; what differs is written once."""
    with an_office(standings) as office:
        before = office.standing()
        adopted = office.adopt()
        after_adoption, written = office.standing(), office.writes()
        imported = office.run()
        after_import = office.standing()
        office.run(RunKind.RECONCILIATION)

        assert adopted is not None
        assert (adopted.status, imported.status) == (RunStatus.DONE, RunStatus.DONE)
        assert office.linked() == (len(standings), len(standings))
        assert (after_adoption, written) == (before, 0)
        assert {target for target in before if after_import[target] != before[target]} == office.differing
        assert office.writes() == len(office.differing)
        assert office.standing() == after_import


@settings(max_examples=6)
@given(standings=STANDINGS, place=PLACES)
def test_an_adoption_that_is_killed_goes_on(standings: list[Standing], place: tuple[Place, int]) -> None:
    """Wherever it dies, the next one links what is left, and no record was written."""
    with an_office(standings) as office:
        before = office.standing()
        office.plant.tripwire.arm(*place, office.plant.tripwire.kill)
        office.adopt()
        office.plant.bury_the_dead()

        again = office.adopt()

        assert again is not None
        assert (again.status, office.linked()) == (RunStatus.DONE, (len(standings), len(standings)))
        assert (office.standing(), office.writes()) == (before, 0)
