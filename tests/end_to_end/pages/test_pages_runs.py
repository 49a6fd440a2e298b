"""The dashboard, runs and records in words."""

import csv
from io import StringIO

import pytest
from structlog.testing import capture_logs

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.test_pages_launch import look_until
from tests.end_to_end.pages.visitor import words


def test_the_first_line_says_how_it_stands(office: Office, enter: Enter) -> None:
    """Nothing yet, all in step, or how many records need somebody."""
    visitor = enter(Role.VIEWER)
    empty = words(visitor.get("/"))
    office.account(Name="Ash")
    office.run()
    in_step = words(visitor.get("/"))
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    office.account(Name="Birch")
    office.run()

    needs_you = words(visitor.get("/"))

    assert "Nothing has been imported yet." in empty
    assert "All 1 records are in step." in in_step
    assert "1 records are in step. 1 needs you." in needs_you


def test_a_run_explains_what_was_held(office: Office, enter: Enter) -> None:
    """The reason with its mend, as a link to where it is decided; filters lead to the records."""
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    held = office.account(Name="Birch")
    office.account(Name="Ash")
    path = f"/runs/{office.run().id}/"
    visitor = enter(Role.VIEWER)

    page, filtered = visitor.get(path), visitor.get(f"{path}?outcome=held&reason=ambiguous")

    assert "is done: 1 created, 1 held." in words(page)
    assert f'href="/review/?connection={NAME}&amp;reason=ambiguous"' in page.text
    assert "taskforce " not in words(page)
    assert [f'{office.pair.salesforce_url}/"' in page.text, f"/records/{held}/" in page.text] == [True, True]
    assert ("2 records" in words(page), "1 record:" in words(filtered), "Ash" in words(filtered)) == (True, True, False)


def test_a_run_for_a_spreadsheet(office: Office, enter: Enter) -> None:
    """Exactly what is shown, with a row for each field, and no cell that is a formula."""
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    held = office.account(Name="Birch")
    office.account(Name="=HYPERLINK(1)", Phone="312-555-0199")
    run = office.run()
    visitor = enter(Role.VIEWER)

    everything = list(csv.DictReader(StringIO(visitor.get(f"/runs/{run.id}/run.csv").text)))
    filtered = list(csv.DictReader(StringIO(visitor.get(f"/runs/{run.id}/run.csv?outcome=held").text)))

    assert {row["name"] for row in everything} == {"Birch", "'=HYPERLINK(1)"}
    assert ("phone", "—", "312-555-0199") in {(row["field"], row["before"], row["after"]) for row in everything}
    assert [(row["salesforce_id"], row["outcome"], row["reason"]) for row in filtered] == [(held, "held", "ambiguous")]


@pytest.mark.usefixtures("scheduler")
def test_what_failed_is_retried_at_once(office: Office, enter: Enter) -> None:
    """By a button, which stands in the audit."""
    office.account(Name="Ash")
    body = {"errors": ["The record already exists with this name; it must be unique."]}
    fault = {"action": "status", "method": "POST", "path": "(?i)/Companies/?$", "status": 500, "body": body}
    office.control("autotask", "faults", **fault)
    failed = office.run()
    visitor = enter(Role.OPERATOR)
    page = visitor.get(f"/runs/{failed.id}/")

    visitor.send(f"/runs/{failed.id}/retry/")
    look_until(visitor, "1 created")

    assert ("Retry what failed" in words(page), len(office.companies())) == (True, 1)
    entry = office.installation.audit.latest(1)[0]
    assert (entry.deed, entry.details) == (Deed.LAUNCHED, {"retries": f"run {failed.id}"})


def test_runs_are_filtered_by_the_address(office: Office, enter: Enter) -> None:
    """By kind, result and days; the chart shows the same runs."""
    done, preview = office.run(), office.run(is_dry_run=True)
    visitor = enter(Role.VIEWER)
    today = done.started_at.date().isoformat()

    everything = words(visitor.get(f"/runs/?connection={NAME}&from={today}&to={today}"))
    previews = visitor.get("/runs/?kind=preview")
    failed, later = words(visitor.get("/runs/?result=failed")), words(visitor.get("/runs/?from=2999-01-01"))

    assert (f"Import {done.id}" in everything, f"Preview {preview.id}" in everything) == (True, True)
    assert (f"Import {done.id}" in words(previews), "1 run fits." in words(previews)) == (False, True)
    assert previews.text.count("tf-bar-back") == 1
    assert ("No run fits." in failed, "No run fits." in later) == (True, True)


def test_the_dashboard_shows_both_limits(office: Office, enter: Enter) -> None:
    """As the last run saw them."""
    office.account(Name="Ash")
    office.run()

    page = words(enter(Role.VIEWER).get("/"))

    assert "Salesforce requests 0% 0% of 100,000 a day seen just now" in page
    assert "Autotask requests 0% 0% of 10,000 an hour seen just now" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/0/", 404),
        ("/nowhere/", 404),
        ("/runs/{}/?outcome=nonsense", 400),
        ("/runs/?kind=nonsense", 400),
        ("/runs/?from=yesterday", 400),
        ("/connections/nobody/progress/", 404),
    ],
)
def test_what_is_not_there(office: Office, enter: Enter, path: str, status: int) -> None:
    """A page that says so, without a trace of the program."""
    run = office.run()

    answer = enter(Role.VIEWER).get(path.format(run.id))

    assert (answer.status_code, "Traceback" in answer.text) == (status, False)


def test_names_are_shown_as_text(office: Office, enter: Enter) -> None:
    """Whatever stands in a record, it is no mark of the page."""
    office.account(Name="<script>alert(1)</script>")
    run = office.run()

    page = enter(Role.VIEWER).get(f"/runs/{run.id}/").text

    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


@pytest.mark.parametrize("number", ["two", "0", "-1", "9" * 30])
def test_a_page_that_is_not_there_is_the_nearest_one(office: Office, enter: Enter, number: str) -> None:
    """An address that somebody typed shows something."""
    run = office.run()

    answer = enter(Role.VIEWER).get(f"/runs/{run.id}/?page={number}")

    assert answer.status_code == 200


def test_trouble_is_a_sentence(office: Office, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Taskforce can explain is explained, whatever page meets it."""
    visitor = enter(Role.VIEWER)
    monkeypatch.setattr(office.installation, "names", _unreadable)

    answer = visitor.get("/")

    assert (answer.status_code, "The database cannot be read: mend it." in words(answer)) == (503, True)


def test_a_defect_tells_nothing(
    office: Office, enter: Enter, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither on the page nor in the log is what was worked on; the log says where it is."""
    visitor = enter(Role.VIEWER)
    monkeypatch.setattr(office.installation, "names", _broken)

    with capture_logs() as logged:
        answer = visitor.get("/")

    assert (answer.status_code, "Rosa Lind" in answer.text, "Rosa Lind" in str(logged)) == (500, False, False)
    assert [line["action"] for line in logged] == ["page_failed"]
    assert "Rosa Lind" not in capfd.readouterr().err


def _unreadable() -> list[str]:
    raise ConfigurationError(["The database cannot be read: mend it."])


def _broken() -> list[str]:
    raise KeyError("Rosa Lind")
