"""The shared limit across processes: killed and started again, and what people and programs are told."""

import re
from datetime import datetime, timedelta

from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.cli.gate import Gate, send_through
from tests.end_to_end.office import NAME, Office

AN_HOUR = timedelta(hours=1, seconds=1)


def allow(office: Office, limit: int) -> None:
    """So many requests an hour."""
    office.pair.autotask.change_settings({"request_limit": limit, "added_delays": False})


def used(office: Office) -> int:
    """What Autotask has counted in this hour."""
    settings = office.pair.autotask.tenant.settings
    return office.pair.autotask.tenant.usage.count(settings)


def test_a_killed_import_begins_no_new_share(desk: Desk, office: Office, gate: Gate) -> None:
    """What the dead process sent is seen by the next; hour after hour the mark is kept, and nothing is there twice."""
    names = [f"Company {number:02}" for number in range(40)]
    for name in names:
        office.account(Name=name)
    allow(office, 80)
    send_through(gate, office)
    gate.shut(b"Company 09")
    with desk.start("import", NAME, "--json") as process:
        gate.wait()
        process.kill()
        process.communicate()
        gate.open()
    before = used(office)

    said, uses = [], []
    while not said or said[-1]["status"] == "to_be_continued":
        said.append(desk.run("import", NAME, "--json").document)
        uses.append(used(office))
        office.pair.autotask.clock.advance(AN_HOUR)

    assert 25 <= before <= max(uses) <= 40
    assert [document["status"] for document in said] == ["to_be_continued", "to_be_continued", "done"]
    assert sorted(str(each["companyName"]) for each in office.companies()) == names


def test_a_spent_share_is_told(desk: Desk, office: Office) -> None:
    """Programs get the time as a time, people as a sentence; both learn how long Autotask took for an answer."""
    for number in range(40):
        office.account(Name=f"Company {number:02}")
    allow(office, 80)

    said = desk.run("import", NAME, "--json")
    shown = desk.run("run", str(said.document["run_id"])).text

    document = said.document
    calls, resume_at = document["calls"]["autotask"], datetime.fromisoformat(document["resume_at"])
    assert (said.status, document["status"], 30 <= calls <= 36) == (0, "to_be_continued", True)
    assert timedelta(minutes=55) < resume_at - datetime.fromisoformat(document["finished_at"]) < timedelta(minutes=65)
    assert re.fullmatch(
        r"3\d of 80 requests of this hour are used, all integrations together; Taskforce stays below 40\. "
        rf"It goes on at {resume_at:%H:%M} UTC( on {resume_at:%Y-%m-%d})?\.",
        document["message"],
    )
    assert 0 < document["autotask_seconds_per_call"] < 60
    cost = rf"Autotask {calls} \(at least 4 and {calls} were needed; Autotask took \d+\.\d\d s for each\)\. It took"
    assert re.search(cost, shown)
    assert desk.run("runs", NAME, "--json").document[0]["resume_at"] == document["resume_at"]


def test_without_autotask_there_is_nothing_to_tell(desk: Desk, office: Office) -> None:
    """Nothing changed, so nothing was asked, and the import is not put off."""
    office.account()
    desk.run("import", NAME)

    document = desk.run("import", NAME, "--json").document

    assert document["calls"] == {"salesforce": 2, "autotask": 0}
    assert (document["resume_at"], document["autotask_seconds_per_call"]) == (None, None)
