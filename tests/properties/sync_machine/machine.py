"""The rules: what may happen in a story, and how it ends."""

from datetime import timedelta
from typing import Any

from django.forms import model_to_dict
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from taskforce.domain.run import RunStatus
from taskforce_simulators.autotask.schema import ENTITIES
from tests.properties.sync_machine import faults
from tests.properties.sync_machine.people import ID_FIELDS, People, carried_id
from tests.properties.sync_machine.plant import MANAGER, NAME, Plant
from tests.properties.sync_machine.promises import ALWAYS, QUIET, Promise, broken
from tests.properties.sync_machine.tally import TALLY
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.view import View, Witness
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

LONG_NAME = "Zebra & Daughters Timber Trading and Transport of the Upper Valley " * 2
NAMES = ("Ash", "Birch", "Cedar", LONG_NAME)
LAST_NAMES = ("Underhill", "Underhill-Oak")
OWNERS = ("Olivia Grant", "Marcus Webb", "Erin Doyle", "Sam Carter", "Nadia Petrova")
RUNS_UNTIL_QUIET = 10

which = st.integers(0, 5)
kinds = st.sampled_from([COMPANIES, CONTACTS])
phones = st.integers(0, 9).map(lambda digit: f"312-555-01{digit}0")
account_edits = st.one_of(
    st.tuples(st.just("Name"), st.sampled_from(NAMES)),
    st.tuples(st.just("Phone"), st.one_of(phones, st.none(), st.just("x" * 30))),
    st.tuples(st.just("BillingCity"), st.sampled_from(["Springfield", None])),
    st.tuples(st.just("BillingStreet"), st.sampled_from(["1 Privet Row", "1 Privet Row\nRear\n", None])),
    st.tuples(st.just("BillingCountry"), st.sampled_from(["United States", "DE", "Atlantis", None])),
    st.tuples(st.just("Type"), st.sampled_from(["Customer", "Prospect", "Alien", None])),
    st.tuples(st.just("Industry"), st.sampled_from(["Healthcare", "Alchemy", None])),
    st.tuples(st.just("Rating"), st.sampled_from(["Hot", "Lukewarm", None])),
    st.tuples(st.just("AnnualRevenue"), st.sampled_from([1000, 0, None])),
    st.tuples(st.just("Website"), st.sampled_from(["https://ash.example", None])),
    st.tuples(st.just("AccountNumber"), st.sampled_from(["A-1", None])),
)
contact_edits = st.one_of(
    st.tuples(st.just("FirstName"), st.sampled_from(["Rosa", "Jo", None])),
    st.tuples(st.just("LastName"), st.sampled_from(LAST_NAMES)),
    st.tuples(st.just("Title"), st.sampled_from(["Boss", "Head of everything " * 6, None])),
    st.tuples(st.just("Email"), st.sampled_from(["rosa@private.example", None])),
    st.tuples(st.just("Phone"), phones),
    st.tuples(st.just("MailingStreet"), st.sampled_from(["2 Privet Row\nDoor 3", None])),
)
company_edits = st.one_of(
    st.tuples(st.just("companyName"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("phone"), phones),
    st.tuples(st.just("city"), st.sampled_from(["Springfield", ""])),
    st.tuples(st.just("classification"), st.sampled_from([200, 201, None])),
    st.tuples(st.just("taxID"), st.sampled_from(["T-1", "T-2"])),
)
person_edits = st.one_of(
    st.tuples(st.just("firstName"), st.sampled_from(["Rosa", "Jo"])),
    st.tuples(st.just("title"), st.sampled_from(["Clerk", ""])),
    st.tuples(st.just("extension"), st.sampled_from(["1", "2"])),
)


def nth(items: list[Any], number: int) -> Any:
    """One of the items, whatever the number."""
    return items[number % len(items)]


class SyncMachine(RuleBasedStateMachine):
    """One story. Every step is something that people, vendors, machines or time do."""

    def __init__(self) -> None:
        super().__init__()
        self.plant = Plant()
        self.people = People(self.plant)
        self.witness = Witness()
        self._is_broken = False
        TALLY.examples += 1

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
        self.people.change(COMPANIES, nth(self.people.living(COMPANIES), account), **dict([edit]))

    @precondition(lambda self: self.people.living(CONTACTS))
    @rule(contact=which, edit=contact_edits)
    def change_contact(self, contact: int, edit: tuple[str, object]) -> None:
        """Somebody changes a contact."""
        self.people.change(CONTACTS, nth(self.people.living(CONTACTS), contact), **dict([edit]))

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(account=which, owner=st.sampled_from(OWNERS))
    def change_owner(self, account: int, owner: str) -> None:
        """An account gets another owner."""
        self.people.change(COMPANIES, nth(self.people.living(COMPANIES), account), OwnerId=self.people.users[owner])

    @precondition(lambda self: len(self.people.living(COMPANIES)) > 1)
    @rule(account=which, parent=which)
    def give_parent(self, account: int, parent: int) -> None:
        """An account gets a parent, or loses it; loops happen."""
        accounts = self.people.living(COMPANIES)
        chosen, above = nth(accounts, account), nth(accounts, parent)
        self.people.change(COMPANIES, chosen, ParentId=None if above == chosen else above)

    @precondition(lambda self: self.people.living(CONTACTS))
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
        self.people.change(COMPANIES, chosen, **dict([edit]))
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
        self.people.hide([nth(living, each) for each in records] if living else [])

    # --- people in Autotask ---

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(account=which, is_active=st.booleans())
    def type_the_company_in(self, account: int, is_active: bool) -> None:
        """Somebody makes the company that an account would become."""
        record = self._look().sources[COMPANIES][nth(self.people.living(COMPANIES), account)]
        texts = {"companyName": str(record["Name"])[:100], "city": record["BillingCity"]}
        self.people.type_company(**texts, isActive=is_active)

    @precondition(lambda self: self.people.standing(COMPANIES))
    @rule(company=which, first=st.sampled_from(["Rosa", "Jo"]), last=st.sampled_from(LAST_NAMES))
    def type_a_person_in(self, company: int, first: str, last: str) -> None:
        """Somebody makes a contact in Autotask."""
        target = nth(self.people.standing(COMPANIES), company)
        self.people.type_person(int(target["id"]), firstName=first, lastName=last)

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
        """Somebody clears the user-defined field: the pair is to stay apart."""
        carriers = [each for each in self.people.standing(kind) if carried_id(kind, each)]
        if carriers and not self.plant.pair.autotask.late:
            self.people.write_id(kind, int(nth(carriers, record)["id"]), "")

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
            self.people.remove(kind, int(nth(standing, record)["id"]))

    # --- people at the settings ---

    @rule(
        setting=st.sampled_from(
            [
                {"overflow": "refuse"},
                {"overflow": "cut"},
                {"clear_blanks": False},
                {"clear_blanks": True},
                {"default_account_manager": ""},
                {"default_account_manager": MANAGER},
                {"fallback_company_type": "Lead"},
                {"fallback_company_type": "Nowhere"},
                {"fallback_company_type": "Customer"},
            ]
        )
    )
    def change_settings(self, setting: dict[str, object]) -> None:
        """Somebody changes a rule of the connection."""
        self.plant.installation.edit_connection(NAME, {"settings": setting})

    # --- trouble ---

    @rule(
        name=st.sampled_from(sorted(faults.AUTOTASK)), skip=st.integers(0, 9), times=st.sampled_from([1, 1, 2, 4, 30])
    )
    def autotask_will_fail(self, name: str, skip: int, times: int) -> None:
        """Something will be wrong with the next requests to Autotask."""
        self.plant.pair.autotask.faults.add(faults.fault(faults.AUTOTASK[name], skip=skip, times=times))

    @rule(name=st.sampled_from(sorted(faults.SALESFORCE)), skip=st.integers(0, 4), times=st.sampled_from([1, 1, 2, 4]))
    def salesforce_will_fail(self, name: str, skip: int, times: int) -> None:
        """Something will be wrong with the next requests to Salesforce."""
        self.plant.pair.salesforce.faults.add(faults.fault(faults.SALESFORCE[name], skip=skip, times=times))

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

    @rule(hours=st.sampled_from([-26, -3, -1, 1, 3, 26]))
    def the_clock_here_jumps(self, hours: int) -> None:
        """Somebody sets the clock of this machine."""
        self.plant.clock.off += timedelta(hours=hours)

    # --- imports ---

    @rule(by_hand=st.booleans())
    def import_now(self, by_hand: bool) -> None:
        """An import from beginning to end."""
        self._import(by_hand=by_hand)

    @rule(place=st.sampled_from(Place), number=st.integers(1, 25), by_hand=st.booleans())
    def import_killed(self, place: Place, number: int, by_hand: bool) -> None:
        """An import whose process dies at the n-th place of a kind."""
        self.plant.tripwire.arm(place, number, self.plant.tripwire.kill)
        self._import(by_hand=by_hand, dies_at=place)
        self.plant.bury_the_dead()

    @rule(place=st.sampled_from(Place), number=st.integers(1, 25), seconds=st.sampled_from([61, 200]))
    def import_overtaken(self, place: Place, number: int, seconds: int) -> None:
        """An import whose process sleeps so long that another one takes over; then it wakes up."""

        def overtake() -> None:
            TALLY.deaths[f"overtaken ({place})"] += 1
            self.plant.clock.advance(timedelta(seconds=seconds))
            self.plant.run_elsewhere()

        self.plant.tripwire.arm(place, number, overtake)
        self._import(by_hand=False)

    @precondition(lambda self: self.people.living(COMPANIES))
    @rule(place=st.sampled_from(Place), number=st.integers(1, 15), account=which, edit=account_edits)
    def import_while_people_work(self, place: Place, number: int, account: int, edit: tuple[str, object]) -> None:
        """An import during which an account is changed."""
        chosen = nth(self.people.living(COMPANIES), account)
        self.plant.tripwire.arm(place, number, lambda: self.people.change(COMPANIES, chosen, **dict([edit])))
        self._import(by_hand=False)

    @rule(asked=st.integers(1, 6))
    def import_stopped(self, asked: int) -> None:
        """An import that a person stops."""
        self._import(by_hand=True, stop_at=asked)

    @rule()
    def dry_run(self) -> None:
        """What an import would do; it does nothing."""
        before = self._state()
        run = self._import(by_hand=True, dry=True)

        assert run is None or self._state() == before, "a dry run changed something"

    # --- how it ends ---

    def teardown(self) -> None:
        """Then nothing is wrong any more, and what is due is done; and all promises are kept."""
        try:
            if not self._is_broken:
                self._end()
        finally:
            TALLY.requests += self.people.latest_request()
            self.plant.stop()

    def _end(self) -> None:
        self._calm_down()
        for _ in range(RUNS_UNTIL_QUIET):
            run = self._import(by_hand=False)
            assert run is not None, f"a run without trouble ended in an error: {self.plant.said[-1]}"
            if run.status is RunStatus.DONE and self._is_nothing_due():
                break
            self.plant.clock.advance(timedelta(minutes=31))
        else:
            raise AssertionError(f"not quiet after {RUNS_UNTIL_QUIET} runs: {run.status} {run.message}")
        self._keep(QUIET)
        mark = self.people.latest_request()
        self._import(by_hand=False)

        assert self.people.latest_request() == mark, "a second run at once asked Autotask for something"

    def _calm_down(self) -> None:
        """No more trouble, the right time, and a day later."""
        for simulator in (self.plant.pair.salesforce, self.plant.pair.autotask):
            simulator.faults.clear()
        self.plant.pair.autotask.change_settings({"read_lag_seconds": 0.0})
        self.plant.clock.off = timedelta()
        self.plant.clock.advance(timedelta(hours=26))
        self._import(by_hand=False)
        self.plant.compare_everything()

    def _is_nothing_due(self) -> bool:
        view = self._look()
        return not view.intents and all(row.state in ("held", "waiting") for row in view.inbox.values())

    def _import(
        self, *, by_hand: bool, dry: bool = False, stop_at: int | None = None, dies_at: Place | None = None
    ) -> Any:
        TALLY.imports += 1
        run = self.plant.run(by_hand=by_hand, dry=dry, stop_at=stop_at)
        if run is None and dies_at is not None and self.plant.was_killed:
            TALLY.deaths[f"killed ({dies_at})"] += 1
        self._keep(ALWAYS)
        return run

    def _keep(self, promises: tuple[Promise, ...]) -> None:
        found = broken(self._look(), promises)
        self._is_broken = bool(found)
        assert not found, "\n".join(found)

    def _look(self) -> View:
        view = View.of(self.plant, self.people.book, self.witness, self.people.names)
        self.witness.look(view)
        return view

    def _has_id_fields(self, kind: str) -> bool:
        return any(each.name == ID_FIELDS[kind] for each in self.plant.pair.autotask.tenant.user_defined(ENTITIES[kind]))

    def _state(self) -> object:
        """Everything that a dry run must not touch."""
        view = self._look()
        tables = (view.links, view.inbox, view.intents, view.cursors)
        return [[model_to_dict(row) for row in table.values()] for table in tables], view.targets
