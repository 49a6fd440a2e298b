"""The smallest thing that is a simulator: one object, Note, with an API of three calls."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from taskforce_simulators.core.browsing import (
    BrowsableObject,
    Form,
    FormField,
    Listing,
    RecordRefusedError,
    Tab,
)
from taskforce_simulators.core.clock import SimulatedClock
from taskforce_simulators.core.connection import plain
from taskforce_simulators.core.database import Database
from taskforce_simulators.core.faults import Faults
from taskforce_simulators.core.journal import Journal
from taskforce_simulators.core.late_commits import LateCommits
from taskforce_simulators.core.messages import received_body

OBJECT = BrowsableObject(name="Note", label="Notes", columns=("text", "done"), creatable=True)


class TinySimulator:
    """Keeps notes. A note with the text "refuse me" is refused on the pages."""

    name = "salesforce"

    def __init__(self) -> None:
        self.clock = SimulatedClock()
        self.database = Database()
        self.journal = Journal()
        self.faults = Faults()
        self.late = LateCommits(self.clock)
        self.public_url = ""
        self.expired = 0
        self.forgotten = 0
        self._settings: dict[str, object] = {"strict": False}
        self.database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, done TEXT, changed TEXT)")

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/api/notes", plain(self._add), methods=["POST"]),
            Route("/api/notes", plain(self._list), methods=["GET"]),
            Route("/api/broken", plain(self._broken), methods=["GET"]),
            Route("/services/oauth2/token", plain(self._token), methods=["POST"]),
        ]

    def control_routes(self) -> Sequence[BaseRoute]:
        return [Route("/own", plain(lambda _request: JSONResponse({"own": True})), methods=["GET"])]

    def operation(self, request: Request) -> tuple[str, bool]:
        if request.url.path.endswith("token"):
            return "token", False
        return ("create" if request.method == "POST" else "query"), True

    def credentials(self) -> dict[str, str]:
        return {}

    def reset(self) -> None:
        self.database.execute("DELETE FROM note")
        self._settings = {"strict": False}

    def load(self, data: Mapping[str, object]) -> None:
        accounts = data["Account"]
        assert isinstance(accounts, list)
        for account in accounts:
            self.save_record("Note", {"text": account["Name"]})

    def settings(self) -> dict[str, object]:
        return dict(self._settings)

    def change_settings(self, changes: Mapping[str, object]) -> None:
        if unknown := set(changes) - set(self._settings):
            raise ValueError(f"no setting {', '.join(unknown)}")
        self._settings.update(changes)

    def records(self, object_name: str, record_id: str | None = None) -> list[dict[str, object]]:
        {"Note": 1}[object_name]
        rows = self.database.execute("SELECT * FROM note WHERE ? IS NULL OR id = ? ORDER BY id", (record_id, record_id))
        return [dict(row) for row in rows]

    def save_record(self, object_name: str, record: Mapping[str, object]) -> dict[str, object]:
        changed = self.clock.now().isoformat()
        with self.database.transaction() as connection:
            note = connection.execute(
                "INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?) RETURNING id",
                (record.get("id"), record.get("text"), record.get("done"), changed),
            ).fetchone()["id"]
        return self.records(object_name, note)[0]

    def remove_record(self, object_name: str, record_id: str) -> bool:
        there = bool(self.records(object_name, record_id))
        self.database.execute("DELETE FROM note WHERE id = ?", (record_id,))
        return there

    def pages(self) -> "TinySimulator":
        return self

    def objects(self) -> Sequence[BrowsableObject]:
        return [OBJECT]

    def listing(self, object_name: str, *, search: str, offset: int, limit: int) -> Listing:
        fitting = [note for note in self.records(object_name) if search in str(note["text"])]
        rows = [{key: str(value or "") for key, value in note.items()} for note in fitting[offset : offset + limit]]
        return Listing(total=len(fitting), rows=rows)

    def form(self, object_name: str, record_id: str | None) -> Form | None:
        notes = self.records(object_name, record_id) if record_id else [{"text": "", "done": ""}]
        if not notes:
            return None
        note = {key: str(value or "") for key, value in notes[0].items()}
        general = (
            FormField(name="text", label="Text", value=note["text"], kind="textarea"),
            FormField(name="changed", label="Changed", value=note.get("changed", ""), kind="readonly"),
        )
        more = (FormField(name="done", label="Done", value=note["done"], kind="checkbox"),)
        return Form(
            title=note["text"] or "New note",
            tabs=(Tab(label="General", fields=general), Tab(label="More", fields=more)),
        )

    def submit(self, object_name: str, record_id: str | None, values: Mapping[str, str]) -> str:
        if values["text"] == "refuse me":
            raise RecordRefusedError("Nobody wants that note.")
        return str(self.save_record(object_name, {"id": record_id, **values})["id"])

    def expire_sessions(self) -> None:
        self.expired += 1

    def expire_pages(self) -> None:
        self.forgotten += 1

    def _add(self, request: Request) -> Response:
        return JSONResponse(self.save_record("Note", {"text": received_body(request).decode()}))

    def _list(self, _request: Request) -> Response:
        return JSONResponse({"notes": [note["text"] for note in self.records("Note")], "at": self.public_url})

    def _broken(self, _request: Request) -> Response:
        raise RuntimeError("a mistake in the simulator itself")

    def _token(self, _request: Request) -> Response:
        return JSONResponse({"access_token": "secret-token"})

    def texts(self) -> list[object]:
        """All notes' texts, in order."""
        return [note["text"] for note in self.records("Note")]
