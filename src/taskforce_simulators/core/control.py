"""The control API under `/__sim__`: reset, seed, clock, faults, journal, settings, records."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.connection import connection_of
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.scenarios import UnknownScenarioError, build

if TYPE_CHECKING:
    from taskforce_simulators.core.server import Simulator

Given = Mapping[str, object]


class Control:
    """The handlers for one simulator; each takes the query or body as a mapping and returns what is sent as JSON."""

    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator

    def reset(self, _given: Given) -> object:
        """Everything back to empty defaults: data, settings, faults, journal, clock."""
        self.simulator.late.clear()
        self.simulator.faults.clear()
        self.simulator.clock.reset()
        self.simulator.reset()
        self.simulator.journal.clear()
        return {}

    def seed(self, given: Given) -> object:
        """Reset, then load this system's side of a scenario."""
        scenario = build(
            str(given.get("scenario", "demo")),
            accounts=_whole(given, "accounts"),
            contacts=_whole(given, "contacts"),
            seed=_whole(given, "seed") or 1,
        )
        self.reset(given)
        self.simulator.load(scenario.side(self.simulator.name))
        return {"scenario": scenario.name}

    def clock(self, given: Given) -> object:
        """Set, freeze, advance or reset the clock."""
        _move(self.simulator.clock, given)
        return self.now(given)

    def now(self, _given: Given) -> object:
        """What time it is for the simulator."""
        return {"now": self.simulator.clock.now().isoformat()}

    def faults(self, _given: Given) -> object:
        """The faults in force."""
        return {"faults": self.simulator.faults.listing()}

    def add_fault(self, given: Given) -> object:
        """Put a fault in force."""
        return {"id": self.simulator.faults.add(Fault.from_json(given))}

    def clear_faults(self, given: Given) -> object:
        """Take all faults out of force, or the one with `id`."""
        number = _whole(given, "id")
        if number is None:
            self.simulator.faults.clear()
        else:
            self.simulator.faults.remove(number)
        return {}

    def journal(self, given: Given) -> object:
        """The requests after number `since`, and how many of them the vendor counts."""
        entries = self.simulator.journal.entries(_whole(given, "since") or 0)
        return {
            "entries": [{**asdict(entry), "at": entry.at.isoformat()} for entry in entries],
            "counted": sum(entry.counted for entry in entries),
        }

    def clear_journal(self, _given: Given) -> object:
        """Forget the requests."""
        self.simulator.journal.clear()
        return {}

    def settings(self, _given: Given) -> object:
        """The system's switches."""
        return self.simulator.settings()

    def change_settings(self, given: Given) -> object:
        """Set some switches."""
        self.simulator.change_settings(given)
        return self.simulator.settings()

    def expire_sessions(self, _given: Given) -> object:
        """End every session."""
        self.simulator.expire_sessions()
        return {}

    def expire_pages(self, _given: Given) -> object:
        """Forget every result that is read page by page."""
        self.simulator.expire_pages()
        return {}

    def records(self, given: Given) -> object:
        """All records of an object, or the one with `id`."""
        record_id = given.get("id")
        return {"records": self.simulator.records(str(given["object"]), None if record_id is None else str(record_id))}

    def save_record(self, given: Given) -> object:
        """Insert or change one record, past every validation."""
        record = {key: value for key, value in given.items() if key != "object"}
        return self.simulator.save_record(str(given["object"]), record)

    def remove_record(self, given: Given) -> object:
        """Take one record out altogether."""
        return {"removed": self.simulator.remove_record(str(given["object"]), str(given["id"]))}


def control_routes(simulator: "Simulator") -> Sequence[BaseRoute]:
    """The control API of a simulator, with its own routes beside the common ones."""
    control = Control(simulator)
    return [Mount("/__sim__", routes=[*_common(control), *simulator.control_routes()])]


def _common(control: Control) -> list[BaseRoute]:
    table: list[tuple[str, str, Callable[[Given], object]]] = [
        ("POST", "/reset", control.reset),
        ("POST", "/seed", control.seed),
        ("GET", "/clock", control.now),
        ("POST", "/clock", control.clock),
        ("GET", "/faults", control.faults),
        ("POST", "/faults", control.add_fault),
        ("DELETE", "/faults", control.clear_faults),
        ("GET", "/journal", control.journal),
        ("DELETE", "/journal", control.clear_journal),
        ("GET", "/settings", control.settings),
        ("POST", "/settings", control.change_settings),
        ("POST", "/expire_sessions", control.expire_sessions),
        ("POST", "/expire_pages", control.expire_pages),
        ("GET", "/records/{object}", control.records),
        ("POST", "/records/{object}", control.save_record),
        ("DELETE", "/records/{object}/{id}", control.remove_record),
    ]
    return [Route(path, _endpoint(act), methods=[method]) for method, path, act in table]


def _endpoint(act: Callable[[Given], object]) -> Callable[[Request], Awaitable[Response]]:
    """A route's handler around `act`: the JSON body, the query and the path together are what is given."""

    async def answer(request: Request) -> Response:
        try:
            given = {**await _document(request), **request.query_params, **request.path_params}
            return JSONResponse(await connection_of(request.scope).work(lambda: act(given)))
        except KeyError as missing:
            return JSONResponse({"error": f"there is no {missing.args[0]}"}, 404)
        except (ValueError, TypeError, UnknownScenarioError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return answer


async def _document(request: Request) -> dict[str, object]:
    body = await request.body()
    document = json.loads(body) if body else {}
    if not isinstance(document, dict):
        raise TypeError("the body is to be a JSON object")
    return document


def _whole(given: Given, name: str) -> int | None:
    value = given.get(name)
    return None if value is None else int(str(value))


def _move(clock: SimulatedClock, given: Given) -> None:
    if not given or set(given) - {"set", "freeze", "advance_seconds", "reset"}:
        raise ValueError("one of set, freeze (a time with its zone), advance_seconds (a number), reset (true)")
    if given.get("reset"):
        clock.reset()
    if "set" in given:
        clock.set(datetime.fromisoformat(str(given["set"])))
    if "freeze" in given:
        clock.freeze(datetime.fromisoformat(str(given["freeze"])))
    if "advance_seconds" in given:
        clock.advance(timedelta(seconds=float(str(given["advance_seconds"]))))
