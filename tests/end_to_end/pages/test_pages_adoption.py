"""A database that the old extension served, taken over from the pages and by programs (B14)."""

import pytest

from taskforce import launching
from taskforce.domain.audit import Deed
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity
from taskforce.domain.roles import Role
from taskforce.domain.run import Run, RunKind, RunStatus
from tests.end_to_end.cli.test_cli_adopt import FOUND, an_old_database, numbers
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Begin, Enter
from tests.end_to_end.pages.program import Program
from tests.end_to_end.pages.test_pages_launch import LONGEST
from tests.end_to_end.pages.test_pages_records import choose
from tests.end_to_end.pages.visitor import Visitor, words

PAGE = f"/admin/extensions/other/salesforce/connections/{NAME}/adoption/"


def ended(office: Office, reader: Visitor | Program, *, dry: bool) -> Run:
    """The adoption that was asked for, once it is over and nothing is wanted any more; meanwhile somebody reads."""
    here = office.installation
    for _ in range(LONGEST):
        is_quiet = launching.wanted(here, NAME) is None and launching.under_way(here, NAME) is None
        latest = next(iter(here.history.runs(NAME, limit=1)), None)
        if is_quiet and latest is not None and latest.is_dry_run is dry and latest.status is not RunStatus.RUNNING:
            return latest
        reader.get("/runs/" if isinstance(reader, Visitor) else "/connections")
    raise AssertionError("it never ended")


def linked(office: Office) -> dict[str, int]:
    """How many pairs there are."""
    links = office.installation.stores(NAME).links
    return {entity.plural: links.count(entity, LinkState.LINKED) for entity in Entity}


@pytest.mark.usefixtures("scheduler")
def test_a_database_is_taken_over_from_its_page(office: Office, enter: Enter) -> None:
    """A look first; then one button; what is doubtful is decided in the review queue."""
    ids, visitor = an_old_database(office), enter(Role.ADMINISTRATOR)
    extension = words(visitor.get(PAGE.removesuffix("adoption/")))
    before = words(visitor.get(PAGE))

    visitor.send(PAGE, do="preview")
    preview = ended(office, visitor, dry=True)
    shown, none = words(visitor.get(PAGE)), linked(office)
    dashboard = visitor.get("/").text
    visitor.send(PAGE, do="adopt")
    done = ended(office, visitor, dry=False)
    after, records = words(visitor.get(PAGE)), words(visitor.get(f"/runs/{done.id}/?outcome=skipped"))
    queue = words(visitor.get("/review/?reason=name_differs"))
    choose(visitor, ids["Cedar"], "rejoin")

    assert "Take over from the old extension" in extension
    assert "Look what is there" in before
    assert "3 of 7 ids in Autotask can be taken over as they stand." in shown
    assert "Take over 3" in shown
    assert "Nothing was stored. The next import after taking over compares 1 of the linked records" in shown
    assert "has quite another name, so the two were not linked." in shown
    assert f'<a href="/runs/{preview.id}/">3 to link, 2 held</a>' in dashboard
    assert none == {"companies": 0, "contacts": 0}
    assert (preview.kind, done.kind, done.status) == (RunKind.ADOPTION, RunKind.ADOPTION, RunStatus.DONE)
    assert "3 of 7 ids in Autotask are linked." in after
    assert "Take over 3" not in after
    assert "Elm Florist" in records
    assert "Cedar Dental" in queue
    assert linked(office) == {"companies": 3, "contacts": 1}
    deeds = [(each.deed, dict(each.details)) for each in office.installation.audit.latest(3)][1:]
    assert deeds == [(Deed.ADOPTED, {"dry run": "no"}), (Deed.ADOPTED, {"dry run": "yes"})]
    assert f"Adoption {done.id}" in words(visitor.get("/runs/?kind=adoption"))


@pytest.mark.usefixtures("scheduler")
def test_an_empty_database_says_so(office: Office, enter: Enter) -> None:
    """There is nothing to be taken over, and no button for it."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)

    visitor.send(PAGE, do="preview")
    ended(office, visitor, dry=True)
    page = words(visitor.get(PAGE))

    assert "No record in Autotask carries a Salesforce id." in page
    assert ("Look again" in page, "Take over 0" in page) == (True, False)


def test_it_is_refused_in_a_sentence(office: Office, enter: Enter) -> None:
    """While a plan waits, and while something is under way; what runs is shown."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    asked = words(visitor.send(PAGE, do="preview"))
    twice = words(visitor.send(PAGE, do="adopt"))

    office.account()
    office.run()
    office.settings(brake_creates=0)
    office.account(Name="Ash")
    waiting = office.run()
    refused = words(visitor.send(PAGE, do="preview"))

    assert "Starting …" in asked
    assert f"An import of {NAME} is under way already: look again when it has ended." in twice
    assert f"The plan of run {waiting.id} waits for a person, so nothing is taken over." in refused


@pytest.mark.usefixtures("scheduler")
def test_a_program_takes_over(office: Office, program: Begin) -> None:
    """Answered at once; the report is asked for when it has ended. Only an administrator's program may."""
    an_old_database(office)
    keeper, viewer = program(Role.ADMINISTRATOR), program(Role.VIEWER)
    adopt, told = f"/connections/{NAME}/adopt", f"/connections/{NAME}/adoption"

    missing = viewer.refused("GET", told)
    forbidden = viewer.refused("POST", adopt, json={})
    asked = keeper.post(adopt, dry_run=True)
    ended(office, keeper, dry=True)
    report = viewer.get(told)
    keeper.post(adopt)
    done = ended(office, keeper, dry=False)

    assert missing == (404, f"{NAME} was never looked at for ids of the old extension.")
    assert forbidden[0] == 403
    assert asked == {
        "connection": NAME,
        "kind": "adoption",
        "dry_run": True,
        "asked_by": "token a administrator",
    }
    assert numbers(report) == FOUND
    assert (report["dry_run"], report["to_compare"], linked(office)) == (True, 1, {"companies": 2, "contacts": 1})
    assert numbers(viewer.get(told)) == FOUND
    assert viewer.get(told)["run_id"] == done.id
