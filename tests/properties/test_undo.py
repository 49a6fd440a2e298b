"""An undo after a run gives back the former state, and keeps what people did in between (B15).

Against both simulators, with the real adapters and the real store.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from taskforce.domain.run import Run, RunKind, RunStatus, Undoing
from taskforce.testing.progress import RecordedProgress
from taskforce.undoing import undo
from tests.properties.sync_machine.people import People
from tests.properties.sync_machine.plant import NAME, Plant
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

Standing = Mapping[tuple[str, int], Mapping[str, Any]]
"""Every Autotask record by its kind and id, without what Autotask notes of times and people."""

RECORDS = 4
TEXTS = st.sampled_from(["", "Elm", "Oak 7", "312-555-0111", "312-555-0122"])
EDITS = {
    COMPANIES: {"Phone": "phone", "BillingCity": "city", "BillingState": "state", "BillingPostalCode": "postalCode"},
    CONTACTS: {"Phone": "phone", "Title": "title", "MobilePhone": "mobilePhone"},
}
"""What people edit in Salesforce, and the Autotask field that it goes to."""


def edits(names: list[str]) -> st.SearchStrategy[dict[int, dict[str, str]]]:
    """Any texts for some fields of some of the records of a kind, by their place."""
    return st.dictionaries(
        st.integers(0, RECORDS - 1), st.dictionaries(st.sampled_from(names), TEXTS), max_size=RECORDS
    )


IN_SALESFORCE = st.fixed_dictionaries({kind: edits(sorted(names)) for kind, names in EDITS.items()})
IN_AUTOTASK = st.fixed_dictionaries({kind: edits(sorted(names.values())) for kind, names in EDITS.items()})
PLACES = st.tuples(st.sampled_from(Place), st.integers(1, 12))


class Office:
    """Four pairs of companies and contacts, of which the second half is linked by the run that is undone."""

    def __init__(self) -> None:
        self.plant = Plant()
        self.people = People(self.plant)
        self.ids: dict[str, list[str]] = {COMPANIES: [], CONTACTS: []}

    def begin(self) -> None:
        """Two accounts with a contact each are imported; two that stand in Autotask as well are new."""
        for number in range(RECORDS // 2):
            self._open(number)
        self.run()
        for number in range(RECORDS // 2, RECORDS):
            company = self.people.type_company(companyName=f"Company {number}", phone="312-555-0777", city="")
            self.people.type_person(company, firstName="Rosa", lastName=f"Lind {number}", title="as typed")
            self._open(number)

    def _open(self, number: int) -> None:
        account = self.people.open_account(Name=f"Company {number}", Phone="312-555-0100")
        contact = self.people.add_contact(account, FirstName="Rosa", LastName=f"Lind {number}", Title="Director")
        self.ids[COMPANIES].append(account)
        self.ids[CONTACTS].append(contact)

    def change(self, wanted: Mapping[str, Mapping[int, Mapping[str, str]]]) -> None:
        """People edit records in Salesforce."""
        for kind, places in wanted.items():
            for place, values in places.items():
                self.people.change(kind, self.ids[kind][place], **values)

    def edit(self, wanted: Mapping[str, Mapping[int, Mapping[str, str]]]) -> None:
        """People edit records in Autotask, in the order of their ids."""
        for kind, places in wanted.items():
            targets = sorted(int(record["id"]) for record in self.people.standing(kind))
            for place, values in places.items():
                self.people.edit(kind, targets[place], **values)

    def run(self, kind: RunKind = RunKind.IMPORT) -> Run:
        """One run that comes to its end."""
        run = self.plant.run(kind=kind)
        assert run is not None, self.plant.said[-1]
        return run

    def undo(self, run: Run) -> Run | None:
        """Take a run back; None if that was killed."""
        return self.plant.as_a_process(
            lambda: undo(
                self.plant.installation,
                NAME,
                Undoing(run_id=run.id),
                is_dry_run=False,
                progress=RecordedProgress(),
                should_stop=lambda: False,
                decided=lambda: None,
            )
        )

    def standing(self) -> Standing:
        """Autotask as it stands, but for the Salesforce ids, which stay."""
        return {
            (kind, int(record["id"])): {
                name: value or None for name, value in record.items() if name in (*EDITS[kind].values(), "isActive")
            }
            for kind in (COMPANIES, CONTACTS)
            for record in self.people.standing(kind)
        }


@contextmanager
def an_office() -> Iterator[Office]:
    """Its first day; everything is forgotten in the end."""
    office = Office()
    try:
        office.begin()
        yield office
    finally:
        office.plant.stop()


@settings(max_examples=10)
@given(changes=IN_SALESFORCE, meanwhile=IN_AUTOTASK)
def test_undo_gives_back_the_former_state(
    changes: Mapping[str, Mapping[int, Mapping[str, str]]], meanwhile: Mapping[str, Mapping[int, Mapping[str, str]]]
) -> None:
    """Field by field, but for what people wrote after the run; and no later run takes it back again.

    What the run created stays as it is.
    """
    with an_office() as office:
        office.change(changes)
        former = office.standing()
        run = office.run()
        written = office.standing()
        office.edit(meanwhile)
        edited = office.standing()

        undone = office.undo(run)
        given_back = office.standing()
        office.run(RunKind.RECONCILIATION)

        assert undone is not None
        assert undone.status is RunStatus.DONE
        assert given_back == {
            target: {
                name: former[target][name] if target in former and value == written[target][name] else value
                for name, value in record.items()
            }
            for target, record in edited.items()
        }
        put_back, after = {target for target in edited if given_back[target] != edited[target]}, office.standing()
        assert {target: after[target] for target in put_back} == {target: given_back[target] for target in put_back}


@settings(max_examples=6)
@given(changes=IN_SALESFORCE, place=PLACES)
def test_an_undo_that_is_killed_goes_on(
    changes: Mapping[str, Mapping[int, Mapping[str, str]]], place: tuple[Place, int]
) -> None:
    """Undone until it says that it is done, the former state is there."""
    with an_office() as office:
        office.change(changes)
        former = office.standing()
        run = office.run()
        office.plant.tripwire.arm(*place, office.plant.tripwire.kill)
        office.undo(run)
        office.plant.bury_the_dead()

        ends = []
        while not ends or (ends[-1] is RunStatus.TO_BE_CONTINUED and len(ends) < 4):
            office.plant.clock.advance(office.plant.installation.settings(NAME).settle_time)
            undone = office.undo(run)
            assert undone is not None
            ends.append(undone.status)

        given_back = {target: record for target, record in office.standing().items() if target in former}
        assert (ends[-1], given_back) == (RunStatus.DONE, former)
