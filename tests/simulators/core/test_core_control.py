"""The control API under /__sim__."""

from datetime import UTC, datetime

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator

from taskforce_simulators.scenarios import build

NOON = "2026-05-04T12:00:00+00:00"


def test_clock_by_control(tiny: TinySimulator, client: httpx2.Client) -> None:
    """The clock can be frozen, advanced, asked and reset."""
    frozen = client.post("/__sim__/clock", json={"freeze": NOON}).json()
    later = client.post("/__sim__/clock", json={"advance_seconds": 90}).json()
    asked = client.get("/__sim__/clock").json()
    assert (frozen, later, asked) == ({"now": NOON}, {"now": "2026-05-04T12:01:30+00:00"}, later)
    assert client.post("/__sim__/clock", json={"set": NOON}).json()["now"].startswith("2026-05-04T12:00:0")
    client.post("/__sim__/clock", json={"reset": True})
    assert abs((tiny.clock.now() - datetime.now(UTC)).total_seconds()) < 60


def test_faults_by_control(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Faults can be added, listed, removed one by one, and all at once."""
    numbers = [client.post("/__sim__/faults", json={"action": "status", "path": p}).json()["id"] for p in ("a", "b")]
    client.request("DELETE", "/__sim__/faults", params={"id": numbers[0]})
    assert client.get("/__sim__/faults").json() == {
        "faults": [
            {
                "id": 2,
                "action": "status",
                "method": None,
                "path": "b",
                "query": "",
                "contains": "",
                "skip": 0,
                "times": 1,
                "status": 500,
                "body": None,
                "headers": {},
                "delay_seconds": 0,
                "apply": False,
                "call": "",
                "passed": 0,
                "taken": 0,
            }
        ]
    }
    client.delete("/__sim__/faults")
    assert tiny.faults.listing() == []


def test_journal_by_control(client: httpx2.Client) -> None:
    """The journal can be read from a number on, with how many requests the vendor counts, and cleared."""
    client.post("/services/oauth2/token")
    client.get("/api/notes")
    client.get("/api/notes")
    whole, rest = client.get("/__sim__/journal").json(), client.get("/__sim__/journal", params={"since": 2}).json()
    assert ([entry["operation"] for entry in whole["entries"]], whole["counted"]) == (["token", "query", "query"], 2)
    assert ([entry["number"] for entry in rest["entries"]], rest["counted"]) == ([3], 1)
    client.delete("/__sim__/journal")
    assert client.get("/__sim__/journal").json() == {"entries": [], "counted": 0}


def test_records_by_control(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Records can be put in, changed, read and taken out, and changes are stamped with the simulated time."""
    client.post("/__sim__/clock", json={"freeze": NOON})
    note = client.post("/__sim__/records/Note", json={"text": "one"}).json()
    assert note == {"id": 1, "text": "one", "done": None, "changed": NOON}
    client.post("/__sim__/records/Note", json={"text": "two"})
    client.post("/__sim__/records/Note", json={"id": 1, "text": "uno"})
    assert tiny.texts() == ["uno", "two"]
    assert [n["text"] for n in client.get("/__sim__/records/Note", params={"id": 2}).json()["records"]] == ["two"]
    removed = [client.delete("/__sim__/records/Note/1").json() for _ in range(2)]
    assert (removed, tiny.texts()) == ([{"removed": True}, {"removed": False}], ["two"])


def test_reset_by_control(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A reset empties data, faults and journal and puts clock and settings back."""
    client.post("/__sim__/clock", json={"freeze": NOON})
    client.post("/__sim__/settings", json={"strict": True})
    client.post("/api/notes", content="one")
    client.post("/__sim__/faults", json={"action": "status"})
    client.post("/__sim__/reset")
    assert (tiny.texts(), tiny.faults.listing(), tiny.journal.entries()) == ([], [], [])
    assert (tiny.settings(), tiny.clock.now().year >= 2026) == ({"strict": False}, True)
    assert client.get("/__sim__/clock").json()["now"] != NOON


def test_seed_by_control(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Seeding replaces the data with this system's side of a scenario."""
    client.post("/api/notes", content="old")
    assert client.post("/__sim__/seed", json={"scenario": "empty", "accounts": 3, "seed": 5}).json() == {
        "scenario": "empty"
    }
    accounts = build("empty", accounts=3, seed=5).salesforce["Account"]
    assert isinstance(accounts, list)
    assert tiny.texts() == [account["Name"] for account in accounts]


def test_sessions_and_own_routes(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Sessions can be ended, and a system's own control routes stand beside the common ones."""
    client.post("/__sim__/expire_sessions")
    assert (tiny.expired, client.get("/__sim__/own").json()) == (1, {"own": True})


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "/__sim__/settings", '{"colour": 1}', 400, "no setting colour"),
        ("POST", "/__sim__/faults", '{"action": "explode"}', 400, "unknown action 'explode'"),
        ("POST", "/__sim__/clock", '{"freeze": "2026-05-04T12:00:00"}', 400, "a time needs its zone"),
        ("POST", "/__sim__/clock", "{}", 400, "one of set, freeze"),
        ("POST", "/__sim__/seed", '{"scenario": "nowhere"}', 400, "there is no scenario 'nowhere'"),
        ("POST", "/__sim__/clock", "[]", 400, "the body is to be a JSON object"),
        ("POST", "/__sim__/clock", "{", 400, "Expecting"),
        ("GET", "/__sim__/records/Nothing", "", 404, "there is no Nothing"),
    ],
)
def test_mistakes_are_told(client: httpx2.Client, method: str, path: str, body: str, status: int, error: str) -> None:
    """What cannot be meant is refused with a sentence."""
    answer = client.request(method, path, content=body)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(error)


def test_unknown_paths(client: httpx2.Client) -> None:
    """An unknown path is not found, and a slash at the end is never redirected."""
    assert [client.get(path).status_code for path in ("/nowhere", "/api/notes/")] == [404, 404]
