"""Imports as processes that are killed at random moments, and what must stand in Autotask when they are resumed.

`python -m tests.end_to_end.kills --seeds 100` tells many such tales; a failure names its seed.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taskforce_simulators.core.faults import Fault
from taskforce_simulators.serving import RunningPair, start_pair

NAME = "office"
COMPANY_ID_FIELD = "Salesforce Company ID"
CONTACT_ID_FIELD = "Salesforce Contact ID"
UDFS = "userDefinedFields"
ROOT = Path(__file__).parents[2]
SETTLE_SECONDS = 2
MOST_RUNS = 8
MOST_ATTEMPTS = 4
"""So often an import may be quicker than the signal that is to kill it."""

PATIENCE = 60.0
"""Seconds a process may take."""

ACCOUNTS, CONTACTS = 6, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """What one seed went through: processes killed, processes run in all, and requests to Autotask."""

    seed: int
    kills: int
    runs: int
    requests: int


class Scene:
    """Both simulators, a home for Taskforce, and the records that were typed into Salesforce."""

    def __init__(self, pair: RunningPair, home: Path, seed: int) -> None:
        self.pair, self.home, self.chance = pair, home, random.Random(seed)
        self.kills = self.runs = 0
        manager = next(each for each in pair.autotask.records("Resources") if each["firstName"] == "Helen")
        self.linked = self._company("Company 0", manager)
        self.stranger = self._company("Nobody's Business", manager)
        self.owner = next(user["Id"] for user in pair.salesforce.records("User") if user["Name"] == "Olivia Grant")
        self.accounts: list[str] = []
        self.contacts: list[str] = []
        self.type_in()
        self.command("connections", "add", NAME, "--from", "-", given=self._connection())

    def type_in(self) -> None:
        """Somebody makes some accounts, most of them with a parent, and contacts here and there."""
        for _ in range(ACCOUNTS):
            parent = self.accounts[1] if len(self.accounts) > 2 else None
            name = f"Company {len(self.accounts)}"
            self.accounts.append(self._save("Account", Name=name, ParentId=parent, **self._account()))
        for _ in range(CONTACTS):
            name, account = f"Lind {len(self.contacts)}", self.chance.choice(self.accounts)
            self.contacts.append(self._save("Contact", FirstName="Rosa", LastName=name, AccountId=account))

    def _company(self, name: str, manager: Any) -> dict[str, Any]:
        record = {"companyName": name, "companyType": 1, "phone": "312-555-0999", "city": "Chicago"}
        given = {**record, "ownerResourceID": manager["id"], "isActive": True}
        return dict(self.pair.autotask.save_record("Companies", given))

    def _account(self) -> dict[str, object]:
        return {"Phone": "312-555-0100", "Type": "Customer", "OwnerId": self.owner, "BillingCity": "Chicago"}

    def _save(self, kind: str, **fields: object) -> str:
        return str(self.pair.salesforce.save_record(kind, fields)["Id"])

    def _connection(self) -> str:
        document = self.pair.connection()
        document["settings"] = {"default_account_manager": "Helen Marsh", "create_settle_seconds": SETTLE_SECONDS}
        return json.dumps(document)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Begin a command as a process of its own."""
        surroundings = {**os.environ, "TASKFORCE_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src")}
        return subprocess.Popen(
            [sys.executable, "-m", "taskforce", *words],
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, *words: str, given: str = "") -> str:
        """Run a command to its end; what it wrote to its output."""
        with self.start(*words) as process:
            try:
                out, err = process.communicate(given, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert "Traceback" not in err, err
        assert words[0] == "import" or process.returncode == 0, err
        return out

    def edit(self) -> None:
        """Somebody changes an account and a contact in Salesforce; the first account stays as it is, to be found."""
        phone, city = f"312-555-01{self.chance.randrange(10, 99)}", self.chance.choice(("Boston", "Denver"))
        self._save("Account", Id=self.chance.choice(self.accounts[1:]), Phone=phone, BillingCity=city)
        self._save("Contact", Id=self.chance.choice(self.contacts), Phone=phone)

    def lose_answers(self) -> None:
        """Some writes are cut, and carried out within the settle time or just before its end."""
        for method in ("POST", "PATCH"):
            delay = self.chance.choice((0.3, 1.0, 1.9))
            skip = self.chance.randrange(3)
            fault = Fault(
                action="late_commit", method=method, path="(Companies|Contacts)/?$", skip=skip, delay_seconds=delay
            )
            self.pair.autotask.faults.add(fault)

    def end_early(self, after: int, number: signal.Signals) -> None:
        """Import, and signal the process after so many more requests to Autotask."""
        mark, since = len(self.pair.autotask.journal.entries()), time.monotonic()
        with self.start("import", NAME, "--json") as process:
            other = self.start("import", NAME, "--json") if self.chance.random() < 0.3 else None
            pause = threading.Event()
            while process.poll() is None and time.monotonic() - since < PATIENCE:
                if len(self.pair.autotask.journal.entries()) >= mark + after:
                    process.send_signal(number)
                    break
                pause.wait(0.01)
            _, err = process.communicate(timeout=PATIENCE)
            self.kills += process.returncode == -signal.SIGKILL
            self.runs += 1
            if other is not None:
                err += other.communicate(timeout=PATIENCE)[1]
                self.runs += 1
            assert "Traceback" not in err, err

    def intents(self, *states: str) -> int:
        """How many writes are kept in one of these states, read from outside."""
        with closing(sqlite3.connect(f"file:{next(self.home.glob('*.sqlite3'))}?mode=ro", uri=True)) as store:
            rows = store.execute("SELECT state FROM store_intentrow").fetchall()
        return sum(state in states for (state,) in rows)

    def resume(self) -> None:
        """Import again until nothing is due."""
        self.pair.autotask.faults.clear()
        document: dict[str, Any] = {}
        for _ in range(MOST_RUNS):
            document = json.loads(self.command("import", NAME, "--json").splitlines()[-1])
            self.runs += 1
            if document["status"] == "done" and not self.intents("sent", "in_doubt"):
                break
        assert (document["status"], document["standing"]["failing"]) == ("done", 0), document

    def check(self) -> None:
        """Everything is there once, as Salesforce has it, and nothing else was touched."""
        companies = {each["id"]: each for each in self.pair.autotask.records("Companies") if each["id"] != 0}
        stranger = companies.pop(self.stranger["id"])
        assert udf(stranger, COMPANY_ID_FIELD) is None
        assert {name: stranger[name] for name in self.stranger if name != UDFS} == _without_udfs(self.stranger)
        ids = {udf(each, COMPANY_ID_FIELD): each for each in companies.values()}
        assert sorted(map(str, (udf(each, COMPANY_ID_FIELD) for each in companies.values()))) == sorted(self.accounts)
        assert ids[self.accounts[0]]["id"] == self.linked["id"]
        for account in self.pair.salesforce.records("Account"):
            company, parent = ids[account["Id"]], account["ParentId"]
            is_like = (company["companyName"], company["phone"], company["city"], company["parentCompanyID"])
            expected = ids[parent]["id"] if parent else None
            assert is_like == (account["Name"], account["Phone"], account["BillingCity"], expected)
        people = self.pair.autotask.records("Contacts")
        assert sorted(str(udf(each, CONTACT_ID_FIELD)) for each in people) == sorted(self.contacts)
        persons = {udf(each, CONTACT_ID_FIELD): each for each in people}
        for contact in self.pair.salesforce.records("Contact"):
            person = persons[contact["Id"]]
            is_like = (person["lastName"], person["phone"] or None, person["companyID"])
            assert is_like == (contact["LastName"], contact["Phone"], ids[contact["AccountId"]]["id"])


def _without_udfs(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != UDFS}


def udf(record: Mapping[str, Any], name: str) -> str | None:
    """A user-defined field's value; the office's own needs Django, which this process does without."""
    return {each["name"]: each["value"] for each in record.get(UDFS) or ()}.get(name)


def survive(seed: int, *, kills: int = 1) -> Tale:
    """Import, killed so often at moments that follow from the seed, resume, and check all of it."""
    with tempfile.TemporaryDirectory() as home, start_pair(scenario="empty") as pair:
        scene = Scene(pair, Path(home), seed)
        for _ in range(MOST_ATTEMPTS * kills):
            if scene.kills == kills:
                break
            scene.lose_answers()
            scene.end_early(scene.chance.randrange(2, 22), signal.SIGKILL)
            scene.edit()
            scene.type_in()
        scene.resume()
        scene.check()
        requests = len(pair.autotask.journal.entries())
        return Tale(seed=seed, kills=scene.kills, runs=scene.runs, requests=requests)


def main() -> None:
    """Tell as many tales as asked for, and say what they survived."""
    parser = argparse.ArgumentParser(description="Kill imports at random moments and resume them.")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    kills = 0
    for seed in range(asked.first, asked.first + asked.seeds):
        try:
            tale = survive(seed)
        except BaseException:
            print(f"seed {seed} failed after {kills} kills survived", flush=True)
            raise
        kills += tale.kills
        print(f"{tale}; kills survived so far: {kills}", flush=True)


if __name__ == "__main__":
    main()
