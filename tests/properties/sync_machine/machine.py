"""The rules: what may happen in a story, and how it ends."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from taskforce_simulators.autotask.schema import ENTITIES
from tests.properties.sync_machine import faults, metadata
from tests.properties.sync_machine.administrators import Administrators
from tests.properties.sync_machine.choices import (
    CAUTIOUS,
    LAST_NAMES,
    LONGEST_LAG,
    NAMES,
    OWNERS,
    Trouble,
    Work,
    account_edits,
    company_edits,
    contact_edits,
    deciding_edits,
    kinds,
    nth,
    person_edits,
    phones,
    places,
    sends,
    trouble_of,
    which,
    works,
)
from tests.properties.sync_machine.people import ID_FIELDS, carried_id
from tests.properties.sync_machine.plant import NAME
from tests.properties.sync_machine.story import Story
from tests.properties.sync_machine.tally import TALLY
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

RARE = 6
"""So many steps lie between two long looks, which take the time of several imports."""


class SyncMachine(Administrators):
    """One story. Every step is something that people, vendors, machines or time do."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.plant = self.story.plant
        self.people = self.story.people
        self._steps = 0
        self._rests_until = 0
        TALLY.examples += 1

    @initialize(
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
        twin=st.booleans(),
        deletion=st.sampled_from(["keep", "deactivate"]),
        is_imported=st.booleans(),
        brakes=st.sampled_from([{}, {}, {}, CAUTIOUS]),
    )
    def open_for_business(
        self, names: list[str], twin: bool, deletion: str, is_imported: bool, brakes: Mapping[str, object]
    ) -> None:
        """Some accounts with a contact each, one perhaps in Autotask as well; imported already, or not yet."""
        self.plant.installation.book.edit(NAME, {"settings": {"deletion": deletion, **brakes}})
        for number, name in enumerate(names):
            account = self.people.open_account(Name=name, Phone=f"312-555-01{number}0")
            self.people.add_contact(account, FirstName="Rosa", LastName="Underhill")
        if twin:
            self.people.type_company(companyName=names[0][:100])
        if is_imported:
            self.story.import_once()

    def check_invariants(self, *context: Any) -> None:
        """Called after every step."""
        TALLY.steps += 1
        self._steps += 1
        super().check_invariants(*context)

    # --- people in Salesforce ---

    @rule(name=st.sampled_from(NAMES[:3]), phone=phones, owner=st.sampled_from(OWNERS[:2]))
    def open_account(self, name: str, phone: str, owner: str) -> None:
        """Somebody makes an account."""
        self.people.open_account(Name=name, Phone=phone, OwnerId=self.people.users[owner])

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(account=which, first=st.sampled_from(["Rosa", "Jo", None]), last=st.sampled_from(LAST_NAMES))
    def add_contact(self, account: int, first: str | None, last: str) -> None:
        """Somebody makes a contact of an account."""
        chosen = nth(self.people.living(COMPANIES), account)
        self.people.add_contact(chosen, FirstName=first, LastName=last, Email="rosa@private.example")

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(account=which, edit=account_edits)
    def change_account(self, account: int, edit: tuple[str, object]) -> None:
        """Somebody changes an account."""
        self.people.change(COMPANIES, nth(self.people.living(COMPANIES), account), **self._edit(edit))

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(account=which, edit=deciding_edits)
    def change_sides(self, account: int, edit: tuple[str, object]) -> None:
        """An account perhaps comes into the filter, or drops out of it."""
        self.people.change(COMPANIES, nth(self.people.living(COMPANIES), account), **dict([edit]))

    @precondition(lambda self: self.people.living(CONTACTS))
    @rule(contact=which, edit=contact_edits)
    def change_contact(self, contact: int, edit: tuple[str, object]) -> None:
        """Somebody changes a contact."""
        self.people.change(CONTACTS, nth(self.people.living(CONTACTS), contact), **dict([edit]))

    @precondition(lambda self: len(self.people.living(COMPANIES)) > 1)
    @rule(account=which, parent=which)
    def give_parent(self, account: int, parent: int) -> None:
        """An account gets a parent, or loses it; loops happen."""
        accounts = self.people.living(COMPANIES)
        chosen, above = nth(accounts, account), nth(accounts, parent)
        self.people.change(COMPANIES, chosen, ParentId=None if above == chosen else above)

    @precondition(lambda self: self.people.living(CONTACTS) and self.people.living(COMPANIES))
    @rule(contact=which, account=which)
    def move_contact(self, contact: int, account: int) -> None:
        """A contact goes to another account."""
        self.people.change(
            CONTACTS, nth(self.people.living(CONTACTS), contact), AccountId=nth(self.people.living(COMPANIES), account)
        )

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(account=which, edit=account_edits, minutes=st.sampled_from([1, 4, 8]))
    def change_account_seen_late(self, account: int, edit: tuple[str, object], minutes: int) -> None:
        """A change whose transaction becomes visible behind the cursor."""
        chosen = nth(self.people.living(COMPANIES), account)
        self.people.change(COMPANIES, chosen, **self._edit(edit))
        self.people.hold_back(COMPANIES, chosen, timedelta(minutes=minutes))

    @rule(kind=kinds, record=which)
    def delete(self, kind: str, record: int) -> None:
        """Somebody deletes a Salesforce record."""
        if living := self.people.living(kind):
            self.people.delete(kind, nth(living, record))

    @rule(kind=kinds, record=which)
    def undelete(self, kind: str, record: int) -> None:
        """Somebody takes a deletion back."""
        if deleted := self.people.deleted(kind):
            self.people.undelete(kind, nth(deleted, record))

    @rule(kind=kinds, record=which)
    def hard_delete(self, kind: str, record: int) -> None:
        """A deleted record is gone for good."""
        if deleted := self.people.deleted(kind):
            self.people.hard_delete(kind, nth(deleted, record))

    @rule(kind=kinds, master=which, loser=which)
    def merge(self, kind: str, master: int, loser: int) -> None:
        """Two Salesforce records become one."""
        living = self.people.living(kind)
        if living and nth(living, master) != nth(living, loser):
            self.people.merge(kind, nth(living, master), nth(living, loser))

    @rule(records=st.lists(which, max_size=2))
    def hide(self, records: list[int]) -> None:
        """The user of the connection sees some accounts no longer, and the others (again)."""
        living = self.people.living(COMPANIES)
        self.people.hide(sorted({nth(living, each) for each in records}) if living else [])

    # --- people in Autotask ---

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(account=which, is_active=st.booleans())
    def type_the_company_in(self, account: int, is_active: bool) -> None:
        """Somebody makes the company that an account would become."""
        record = self.story.look().sources[COMPANIES][nth(self.people.living(COMPANIES), account)]
        texts = {"companyName": str(record["Name"])[:100], "city": record["BillingCity"]}
        self.people.type_company(**texts, isActive=is_active)
        self.story.look()

    @precondition(lambda self: self.people.standing(COMPANIES))
    @rule(company=which, first=st.sampled_from(["Rosa", "Jo"]), last=st.sampled_from(LAST_NAMES))
    def type_a_person_in(self, company: int, first: str, last: str) -> None:
        """Somebody makes a contact in Autotask."""
        target = nth(self.people.standing(COMPANIES), company)
        self.people.type_person(int(target["id"]), firstName=first, lastName=last)
        self.story.look()

    @precondition(lambda self: self.people.standing(COMPANIES))
    @rule(company=which, edit=company_edits)
    def edit_company(self, company: int, edit: tuple[str, object]) -> None:
        """Somebody changes a company in Autotask."""
        self.people.edit(COMPANIES, int(nth(self.people.standing(COMPANIES), company)["id"]), **dict([edit]))

    @precondition(lambda self: self.people.standing(CONTACTS))
    @rule(person=which, edit=person_edits)
    def edit_person(self, person: int, edit: tuple[str, object]) -> None:
        """Somebody changes a contact in Autotask."""
        self.people.edit(CONTACTS, int(nth(self.people.standing(CONTACTS), person)["id"]), **dict([edit]))

    @rule(kind=kinds, record=which, is_active=st.booleans())
    def set_active(self, kind: str, record: int, is_active: bool) -> None:
        """Somebody sets an Autotask record inactive, or active again."""
        if standing := self.people.standing(kind):
            self.people.edit(kind, int(nth(standing, record)["id"]), isActive=is_active)

    @rule(kind=kinds, record=which)
    def separate(self, kind: str, record: int) -> None:
        """Somebody clears the user-defined field: the pair is to stay apart.

        Not of a record whose create is in doubt: nothing tells then that it was ours (`delivery-guarantees.md`).
        """
        in_doubt = self.story.look().intents
        carriers = [each for each in self.people.standing(kind) if carried_id(kind, each)]
        known = [each for each in carriers if (kind, carried_id(kind, each)) not in in_doubt]
        if known and not self.plant.pair.autotask.late:
            self.people.write_id(kind, int(nth(known, record)["id"]), "")
            self.plant.clock.advance(LONGEST_LAG)

    @rule(kind=kinds, record=which, source=which)
    def write_an_id(self, kind: str, record: int, source: int) -> None:
        """Somebody puts a Salesforce id where none stands."""
        free = [each for each in self.people.standing(kind) if not carried_id(kind, each)]
        living = self.people.living(kind)
        if free and living and self._has_id_fields(kind):
            self.people.write_id(kind, int(nth(free, record)["id"]), nth(living, source))

    @rule(kind=kinds, record=which)
    def remove_from_autotask(self, kind: str, record: int) -> None:
        """Somebody deletes an Autotask record."""
        if standing := self.people.standing(kind):
            linked = {(each, link.target_id) for (each, _), link in self.story.look().links.items()}
            self.people.remove(kind, int(nth(standing, record)["id"]), linked)

    # --- people at the links ---

    @rule(
        deed=st.sampled_from(["unmap", "ignore", "forget", "relink", "join", "create", "replace"]),
        kind=kinds,
        record=which,
    )
    def decide_about_a_link(self, deed: str, kind: str, record: int) -> None:
        """A person decides about a pair on the command line."""
        if living := self.people.living(kind):
            self.story.decides(deed, (kind, nth(living, record)), chosen=record)

    @rule(is_approved=st.booleans())
    def answer_the_question(self, is_approved: bool) -> None:
        """A person approves the plan that waits, or rejects it."""
        self.story.answers(is_approved=is_approved)

    # --- trouble ---

    @rule(
        label=st.sampled_from([("companyType", "Prospect"), ("marketSegmentID", "Healthcare")]), is_active=st.booleans()
    )
    def change_a_picklist(self, label: tuple[str, str], is_active: bool) -> None:
        """An administrator of Autotask switches a picklist value off or on."""
        metadata.set_label(self.plant.pair.autotask.tenant, *label, is_active=is_active)

    @rule(is_active=st.booleans())
    def a_colleague_leaves(self, is_active: bool) -> None:
        """A resource who owns accounts becomes inactive, or active again."""
        metadata.set_resource(self.plant.pair.autotask.tenant, metadata.MARCUS, is_active=is_active)

    @rule(kind=kinds, is_there=st.booleans())
    def switch_the_id_field(self, kind: str, is_there: bool) -> None:
        """The user-defined field for the Salesforce id is gone, or back."""
        metadata.set_id_field(self.plant.pair.autotask.tenant, kind, is_there=is_there)

    @rule(requests=st.sampled_from([0, 4900, 4990, 9000, 9995]))
    def others_use_autotask(self, requests: int) -> None:
        """Other integrations have used so much of the tenant's hour."""
        self.plant.pair.autotask.change_settings({"other_use": requests})

    @rule(seconds=st.sampled_from([0.0, 20.0, 45.0]))
    def reads_lag(self, seconds: float) -> None:
        """What was written to Autotask is seen only later."""
        self.plant.pair.autotask.change_settings({"read_lag_seconds": seconds})

    @rule(size=st.sampled_from([1, 2, 3, 2000]))
    def pages_are_small(self, size: int) -> None:
        """Salesforce hands out few records at once."""
        self.plant.pair.salesforce.change_settings({"page_size": size})

    # --- time ---

    @rule(minutes=st.sampled_from([1, 6, 11, 31, 61, 26 * 60]))
    def time_passes(self, minutes: int) -> None:
        """Nothing happens for a while."""
        self.plant.clock.advance(timedelta(minutes=minutes))
        self.story.look()

    @rule(hours=st.sampled_from([-26, -3, -1, 1, 3, 26]))
    def the_clock_here_jumps(self, hours: int) -> None:
        """Somebody sets the clock of this machine."""
        self.plant.clock.off += timedelta(hours=hours)

    # --- imports ---

    @rule(by_hand=st.booleans())
    def import_now(self, by_hand: bool) -> None:
        """An import from beginning to end."""
        self.story.import_once(by_hand=by_hand)

    @rule(work=works, trouble=trouble_of("autotask"))
    def import_in_trouble_with_autotask(self, work: Work, trouble: Trouble) -> None:
        """An import that has something to do, and something is wrong with Autotask."""
        self._work_comes_in(work)
        self._goes_wrong("autotask", trouble)
        self.story.import_once()
        self.story.nothing_goes_wrong()

    @rule(work=works, trouble=trouble_of("writes"))
    def import_in_trouble_with_a_write(self, work: Work, trouble: Trouble) -> None:
        """An import that has something to do, and something is wrong with the writes that does not end with it."""
        self._work_comes_in(work)
        self._goes_wrong("writes", trouble)
        self.story.import_once()

    @rule(
        work=works,
        delay=st.sampled_from(faults.LATE),
        skip=st.integers(0, 2),
        times=st.integers(1, 3),
        dies_at=st.none() | st.integers(3, 6),
    )
    def import_whose_writes_come_late(self, work: Work, delay: str, skip: int, times: int, dies_at: int | None) -> None:
        """An import gives up writes that are carried out all the same, minutes later; perhaps it dies as well."""
        self._work_comes_in(work)
        self._goes_wrong("writes", (delay, skip, times))
        if dies_at is None:
            self.story.import_once()
        else:
            self.story.import_killed(Place.SENT, dies_at)
        self.story.nothing_goes_wrong()

    @rule(work=works, trouble=trouble_of("salesforce"))
    def import_in_trouble_with_salesforce(self, work: Work, trouble: Trouble) -> None:
        """An import that has something to do, and something is wrong with Salesforce."""
        self._work_comes_in(work)
        self._goes_wrong("salesforce", trouble)
        self.story.import_once()
        self.story.nothing_goes_wrong()

    @rule(work=works, number=st.integers(1, 12), trouble=st.none() | trouble_of("autotask"))
    def import_killed_at_the_store(self, work: Work, number: int, trouble: Trouble | None) -> None:
        """An import whose process dies before its n-th step on disk."""
        self._work_comes_in(work)
        self._goes_wrong("autotask", trouble)
        self.story.import_killed(Place.STORE, number)
        self.story.nothing_goes_wrong()

    @rule(work=works, place=sends, number=st.integers(1, 6), trouble=st.none() | trouble_of("writes"))
    def import_killed_at_a_request(self, work: Work, place: Place, number: int, trouble: Trouble | None) -> None:
        """An import whose process dies before or after its n-th request."""
        self._work_comes_in(work)
        self._goes_wrong("writes", trouble)
        self.story.import_killed(place, number)
        self.story.nothing_goes_wrong()

    @rule(work=works, place=places, number=st.integers(1, 8), seconds=st.sampled_from([61, 200]))
    def import_overtaken(self, work: Work, place: Place, number: int, seconds: int) -> None:
        """An import whose process sleeps so long that another one takes over; then it wakes up."""
        self._work_comes_in(work)
        self.story.import_overtaken(place, number, timedelta(seconds=seconds))

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(work=works, place=places, number=st.integers(1, 8), account=which, edit=account_edits)
    def import_while_people_work(
        self, work: Work, place: Place, number: int, account: int, edit: tuple[str, object]
    ) -> None:
        """An import during which an account is changed once more."""
        chosen = nth(self.people.living(COMPANIES), account)
        self._work_comes_in(work)
        self.plant.tripwire.arm(place, number, lambda: self.people.change(COMPANIES, chosen, **self._edit(edit)))
        self.story.import_once()

    @precondition(lambda self: self._steps >= self._rests_until)
    @rule()
    def reconcile(self) -> None:
        """Both sides are read as a whole."""
        self._rests_until = self._steps + RARE
        self.story.reconcile()

    @rule(work=works, asked=st.integers(1, 8))
    def import_stopped(self, work: Work, asked: int) -> None:
        """An import that a person stops."""
        self._work_comes_in(work)
        self.story.import_once(by_hand=True, stop_at=asked)

    @precondition(lambda self: self._steps >= self._rests_until)
    @rule()
    def dry_run(self) -> None:
        """What an import would do; it does nothing."""
        self._rests_until = self._steps + RARE
        before = self.story.state()
        run = self.story.import_once(by_hand=True, dry=True)

        assert run is None or self.story.state() == before, "a dry run changed something"

    # --- how it ends ---

    def teardown(self) -> None:
        """Then nothing is wrong any more, and what is due is done; and all promises are kept."""
        try:
            if not self.story.is_broken:
                self.story.ends_well()
        finally:
            self.story.close()

    def _goes_wrong(self, system: str, trouble: Trouble | None) -> None:
        if trouble is not None:
            name, skip, times = trouble
            self.story.goes_wrong(system, name, skip=skip, times=times)

    def _edit(self, edit: tuple[str, object]) -> dict[str, object]:
        name, value = edit
        return {"OwnerId": self.people.users[str(value)]} if name == "Owner" else {name: value}

    def _work_comes_in(self, work: Work) -> None:
        """Somebody makes an account or a contact, or gives one another phone."""
        what, number, phone = work
        accounts, contacts = self.people.living(COMPANIES), self.people.living(CONTACTS)
        if what == "new account":
            self.people.open_account(Name=f"{nth(NAMES, number)} {phone[-3:]}", Phone=phone)
        elif what == "new contact" and accounts:
            self.people.add_contact(nth(accounts, number), FirstName="Jo", LastName=f"Underhill {phone[-3:]}")
        elif what == "account" and accounts:
            self.people.change(COMPANIES, nth(accounts, number), Phone=phone)
        elif what == "contact" and contacts:
            self.people.change(CONTACTS, nth(contacts, number), Phone=phone)

    def _has_id_fields(self, kind: str) -> bool:
        return any(
            each.name == ID_FIELDS[kind] for each in self.plant.pair.autotask.tenant.user_defined(ENTITIES[kind])
        )
