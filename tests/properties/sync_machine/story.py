"""What every story has: a plant, people, a witness, imports that are watched, and a quiet end."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.forms import model_to_dict

from taskforce.adapters.store.models import RunRow
from taskforce.domain.records import Entity, SourceId, TargetId
from taskforce.domain.review import Decided
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.engine.review import Review
from tests.properties.sync_machine import faults, metadata
from tests.properties.sync_machine.people import People, Source
from tests.properties.sync_machine.plant import NAME, Plant, Ways
from tests.properties.sync_machine.promises import ALWAYS, QUIET, Promise, broken
from tests.properties.sync_machine.tally import TALLY
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.view import KINDS, View, Witness
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

RUNS_UNTIL_QUIET = 10
HALF_AN_HOUR = timedelta(minutes=31)
BEHIND_THE_OVERLAP = timedelta(minutes=11)
NO_BRAKE = {"brake_creates": None, "brake_updates": None, "brake_deactivations": None, "brake_cleared": None}


ENTITIES = {COMPANIES: Entity.COMPANY, CONTACTS: Entity.CONTACT}
_DEEDS: Mapping[str, Callable[[Review, Entity, SourceId, TargetId | None], Decided]] = {
    "unmap": lambda review, entity, source_id, _: review.unmap(entity, source_id),
    "ignore": lambda review, entity, source_id, _: review.ignore(entity, source_id),
    "forget": lambda review, entity, source_id, _: review.forget(entity, source_id),
    "relink": lambda review, entity, source_id, _: review.relink(entity, source_id),
    "join": lambda review, entity, source_id, target: review.relink(entity, source_id, target),
    "create": lambda review, entity, source_id, _: review.create(entity, source_id),
    "replace": lambda review, _, source_id, __: review.replace(source_id),
}


class Story:
    """One connection from its first day to the end of the story. After every import the promises are looked at."""

    def __init__(self, ways: Ways | None = None) -> None:
        self.plant = Plant(ways)
        self.people = People(self.plant)
        self.witness = Witness()
        self.is_broken = False
        """Something was found; there is no point in going on."""

    def close(self) -> None:
        """Count what was survived, and forget everything."""
        for simulator in (self.plant.pair.salesforce, self.plant.pair.autotask):
            entries = simulator.journal.entries()
            TALLY.requests += len(entries)
            TALLY.faults.update(f"{simulator.name}: {entry.fault}" for entry in entries if entry.fault)
        self.plant.stop()

    def look(self) -> View:
        """Everything as it stands; what is new is taken note of."""
        view = View.of(self.plant, self.people.book, self.witness, self.people.names)
        self.witness.look(view)
        return view

    def keeps(self, promises: tuple[Promise, ...]) -> None:
        """Fail if one of these is broken."""
        found = broken(self.look(), promises)
        self.is_broken = bool(found)
        assert not found, "\n".join(found)

    def state(self) -> object:
        """Everything that a dry run must not touch."""
        view = self.look()
        tables = (view.links, view.inbox, view.intents, view.cursors)
        return [[model_to_dict(row) for row in table.values()] for table in tables], view.targets

    def settle(self, **settings: object) -> None:
        """Somebody changes rules of the connection."""
        self.plant.installation.book.edit(NAME, {"settings": settings})

    # --- imports ---

    def import_once(self, *, by_hand: bool = False, dry: bool = False, stop_at: int | None = None) -> Run | None:
        """One import, and a look at what must be so after every step."""
        TALLY.imports += 1
        run = self.plant.run(by_hand=by_hand, dry=dry, stop_at=stop_at)
        self.keeps(ALWAYS)
        return run

    def reconcile(self, *, accepts_missing: bool = False) -> Run | None:
        """One reconciliation, watched like an import."""
        TALLY.others["reconciliations"] += 1
        run = self.plant.run(kind=RunKind.RECONCILIATION, accepts_missing=accepts_missing)
        self.keeps(ALWAYS)
        return run

    def answers(self, *, is_approved: bool) -> None:
        """A person decides about the plan that waits, if one does."""
        waiting = RunRow.objects.filter(status=RunStatus.AWAITING_APPROVAL).exclude(digest="").last()
        if waiting is None:
            return
        TALLY.others["approvals" if is_approved else "rejections"] += 1
        if not is_approved:
            self._note_rejected(waiting)
        self.plant.answer(waiting.pk, is_approved=is_approved)
        self.keeps(ALWAYS)

    def _note_rejected(self, waiting: RunRow) -> None:
        view = self.look()
        for row in view.changes:
            source = (KINDS[row.entity], row.source_id)
            if row.run_id == waiting.pk and not row.outcome and row.source_id in view.sources[source[0]]:
                self.people.book.rejected[source] = str(view.sources[source[0]][row.source_id]["SystemModstamp"])

    def import_killed(self, place: Place, number: int) -> bool:
        """An import that dies at the n-th place of a kind; whether it came that far. Nobody cleans up behind it."""
        self.plant.tripwire.arm(place, number, self.plant.tripwire.kill)
        self.import_once()
        TALLY.deaths[f"killed ({place})"] += self.plant.was_killed
        self.plant.bury_the_dead()
        return self.plant.was_killed

    def import_overtaken(self, place: Place, number: int, asleep: timedelta) -> bool:
        """An import that falls asleep at the n-th place, is overtaken by another process, and wakes up."""
        overtaken = []

        def overtake() -> None:
            overtaken.append(place)
            TALLY.deaths[f"overtaken ({place})"] += 1
            self.plant.clock.advance(asleep)
            self.plant.run_elsewhere()

        self.plant.tripwire.arm(place, number, overtake)
        self.import_once()
        return bool(overtaken)

    def decides(self, deed: str, source: Source, *, chosen: int) -> None:
        """A person decides about a link; what that allows from now on stands in the book."""
        kind, source_id = source
        entity, target = ENTITIES[kind], None
        if deed == "join" and (standing := self.people.standing(kind)):
            target = TargetId(int(standing[chosen % len(standing)]["id"]))
        decided = self.plant.decide(lambda review: _DEEDS[deed](review, entity, SourceId(source_id), target))
        TALLY.others[f"{deed} ({'refused' if decided is None else 'done'})"] += 1
        if decided is not None:
            self._note_decided(deed, source, decided)
        self.witness.restraint.is_for_a_person = True
        self.keeps(ALWAYS)

    def locks(self, source: Source, name: str, *, is_locked: bool) -> None:
        """A person locks a field of a pair, or unlocks it."""
        entity, source_id = ENTITIES[source[0]], SourceId(source[1])
        decided = self.plant.decide(
            lambda review: (review.lock if is_locked else review.unlock)(entity, source_id, [name])
        )
        TALLY.others["locks" if is_locked else "unlocks"] += decided is not None
        if decided is not None and is_locked:
            self.witness.locks.lock(self.look(), source, name)
        elif decided is not None:
            self.witness.locks.unlock(source, name)

    def _note_decided(self, deed: str, source: Source, decided: Decided) -> None:
        book, mark = self.people.book, self.people.latest_request()
        book.ignored.discard(source)
        if deed in ("forget", "replace"):
            self.witness.locks.pairs.pop(source, None)
        book.separated.pop(source, None)
        if deed == "unmap" and decided.link is not None:
            book.separated[source] = (int(decided.link.target_id), mark)
        elif deed == "ignore":
            book.ignored.add(source)
        else:
            # one that is to be created has no pair and stands nowhere: even so it must come to be once only
            book.started_over[source] += deed != "create"
            book.rejected.pop(source, None)
        if deed == "join":
            book.typed_ids.add(source)
        for other in decided.separated:
            assert decided.link is not None
            book.separated[source[0], other] = (int(decided.link.target_id), mark)

    # --- trouble ---

    def goes_wrong(self, system: str, name: str, *, skip: int, times: int) -> None:
        """Something will be wrong with the next requests to a system."""
        simulator = self.plant.pair.salesforce if system == "salesforce" else self.plant.pair.autotask
        simulator.faults.add(faults.fault(faults.OF[system][name], skip=skip, times=times))

    def nothing_goes_wrong(self) -> None:
        """No more faults than those that have struck."""
        for simulator in (self.plant.pair.salesforce, self.plant.pair.autotask):
            simulator.faults.clear()

    # --- how it ends ---

    def ends_well(self) -> None:
        """A day without trouble, at the right time; then everything is compared, and all promises are kept."""
        self.nothing_goes_wrong()
        self._is_as_it_should_be()
        self.plant.clock.advance(timedelta(hours=26))
        self.import_once()
        self.answers(is_approved=True)
        self.reconcile(accepts_missing=True)
        self.becomes_quiet()
        self.has_nothing_more_to_do()

    def _is_as_it_should_be(self) -> None:
        """Reads do not lag, nobody else needs Autotask, its fields are there, the clock is right, nothing brakes."""
        autotask = self.plant.pair.autotask
        autotask.change_settings({"read_lag_seconds": 0.0, "other_use": 0})
        metadata.put_right(autotask.tenant)
        self.plant.clock.off = timedelta()
        self.plant.installation.book.edit(NAME, {"settings": NO_BRAKE})

    def becomes_quiet(self) -> None:
        """Imports until nothing is due; then all promises are kept."""
        for _ in range(RUNS_UNTIL_QUIET):
            run = self.import_once()
            assert run is not None, f"a run without trouble ended in an error: {self.plant.said[-1]}"
            if run.status is RunStatus.DONE and self._is_nothing_due():
                break
            self.answers(is_approved=True)
            self.plant.clock.advance(HALF_AN_HOUR)
        else:
            raise AssertionError(f"not quiet after {RUNS_UNTIL_QUIET} runs: {run.status} {run.message}")
        self.keeps(QUIET)
        self.plant.said.clear()

    def rests(self) -> None:
        """So much time passes that what was read is not read again."""
        self.plant.clock.advance(BEHIND_THE_OVERLAP)

    def has_nothing_more_to_do(self) -> None:
        """One more import at once asks Autotask for nothing (invariant 6)."""
        mark = self.people.latest_request()
        self.import_once()

        assert self.people.latest_request() == mark, "a second run at once asked Autotask for something"

    def _is_nothing_due(self) -> bool:
        view = self.look()
        return not view.intents and all(row.state in ("held", "waiting") for row in view.inbox.values())
