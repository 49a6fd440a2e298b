"""What every story has: a plant, people, a witness, imports that are watched, and a quiet end."""

from datetime import timedelta

from django.forms import model_to_dict

from taskforce.domain.run import Run, RunStatus
from tests.properties.sync_machine import faults
from tests.properties.sync_machine.people import People
from tests.properties.sync_machine.plant import Plant
from tests.properties.sync_machine.promises import ALWAYS, QUIET, Promise, broken
from tests.properties.sync_machine.tally import TALLY
from tests.properties.sync_machine.tripwires import Place
from tests.properties.sync_machine.view import View, Witness

RUNS_UNTIL_QUIET = 10
HALF_AN_HOUR = timedelta(minutes=31)


class Story:
    """One connection from its first day to the end of the story. After every import the promises are looked at."""

    def __init__(self) -> None:
        self.plant = Plant()
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

    # --- imports ---

    def import_once(self, *, by_hand: bool = False, dry: bool = False, stop_at: int | None = None) -> Run | None:
        """One import, and a look at what must be so after every step."""
        TALLY.imports += 1
        run = self.plant.run(by_hand=by_hand, dry=dry, stop_at=stop_at)
        self.keeps(ALWAYS)
        return run

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
        self.plant.pair.autotask.change_settings({"read_lag_seconds": 0.0})
        self.plant.clock.off = timedelta()
        self.plant.clock.advance(timedelta(hours=26))
        self.import_once()
        self.plant.compare_everything()
        self.becomes_quiet()

    def becomes_quiet(self) -> None:
        """Imports until nothing is due, all promises are kept, and one more import at once asks Autotask nothing."""
        for _ in range(RUNS_UNTIL_QUIET):
            run = self.import_once()
            assert run is not None, f"a run without trouble ended in an error: {self.plant.said[-1]}"
            if run.status is RunStatus.DONE and self._is_nothing_due():
                break
            self.plant.clock.advance(HALF_AN_HOUR)
        else:
            raise AssertionError(f"not quiet after {RUNS_UNTIL_QUIET} runs: {run.status} {run.message}")
        self.keeps(QUIET)
        mark = self.people.latest_request()
        self.import_once()

        assert self.people.latest_request() == mark, "a second run at once asked Autotask for something"

    def _is_nothing_due(self) -> bool:
        view = self.look()
        return not view.intents and all(row.state in ("held", "waiting") for row in view.inbox.values())
