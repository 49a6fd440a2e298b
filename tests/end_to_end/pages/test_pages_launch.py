"""An import launched, watched and stopped from the pages (S18)."""

import threading
from datetime import timedelta

import pytest

from taskforce import launching
from taskforce.domain.roles import Role
from taskforce.domain.run import RunStatus
from tests.end_to_end.cli.gate import gate_before, send_through
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter, scheduling
from tests.end_to_end.pages.visitor import Visitor, words

LONGEST = 600
"""Looks at a page until something has happened, or the test has failed."""


def look_until(visitor: Visitor, piece: str) -> str:
    """Look at the moving part of the card until it says this."""
    for _ in range(LONGEST):
        said = words(visitor.get(f"/connections/{NAME}/progress/"))
        if piece in said:
            return said
        threading.Event().wait(0.05)
    raise AssertionError(f"it never said {piece!r}")


@pytest.mark.usefixtures("scheduler")
def test_launch_imports_at_once(office: Office, enter: Enter) -> None:
    """The card says that it runs, and then what came of it; the run stands in the list."""
    office.account(Name="Ash")
    visitor = enter(Role.OPERATOR)
    visitor.get("/")

    visitor.send(f"/connections/{NAME}/launch/")
    said = look_until(visitor, "Last import")

    assert "1 created" in said
    assert [str(company["companyName"]) for company in office.companies()] == ["Ash"]
    (run,) = office.installation.history.runs(NAME, limit=9)
    assert f"Import {run.id}" in words(visitor.get("/runs/"))
    assert f"Import {run.id} is done: 1 created." in words(visitor.get(f"/runs/{run.id}/"))


@pytest.mark.usefixtures("scheduler")
def test_preview_writes_nothing(office: Office, enter: Enter) -> None:
    """It is listed as what it is, with every intended field."""
    office.account(Name="Ash")
    visitor = enter(Role.OPERATOR)
    visitor.get("/")

    visitor.send(f"/connections/{NAME}/launch/", preview="yes")
    said = look_until(visitor, "Last preview")

    (run,) = office.installation.history.runs(NAME, limit=9)
    page = words(visitor.get(f"/runs/{run.id}/"))
    assert ("Last import none yet" in said, "1 to create" in said, "needs you" in said) == (True, True, False)
    assert (f"Preview {run.id} is done" in page, "companyName — Ash" in page, office.companies()) == (True, True, [])


def test_a_second_launch_is_refused_kindly(office: Office, enter: Enter) -> None:
    """Whoever asked first is served."""
    visitor = enter(Role.OPERATOR)
    visitor.get("/")

    first = words(visitor.send(f"/connections/{NAME}/launch/"))
    second = words(visitor.send(f"/connections/{NAME}/launch/"))

    assert ("is under way already" in first, "is under way already" in second) == (False, True)
    assert launching.wanted(office.installation, NAME) is not None


def test_an_import_is_stopped_with_everything_kept(
    office: Office, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two requests; the next import goes on."""
    monkeypatch.setattr("taskforce.adapters.store.launches.WRITTEN_EVERY", timedelta())
    for number in range(20):
        office.account(Name=f"Company {number}")
    with gate_before(int(office.pair.autotask_url.rpartition(":")[2])) as gate:
        send_through(gate, office)
        gate.shut(b'"companyName":"Company 3"')
        visitor = enter(Role.OPERATOR)
        visitor.get("/")
        with scheduling(office):
            visitor.send(f"/connections/{NAME}/launch/")
            gate.wait()
            seen = look_until(visitor, "Stop")
            visitor.send(f"/connections/{NAME}/stop/")
            gate.open()
            said = look_until(visitor, "Last import")
        last = office.run()

    _, run = office.installation.history.runs(NAME, limit=9)
    assert ("running" in seen, "off" in said, run.status) == (True, True, RunStatus.CANCELLED)
    assert last.status is RunStatus.DONE
    assert len(office.companies()) == 20


def test_a_launch_is_not_lost_when_the_process_dies(office: Office, enter: Enter) -> None:
    """It was asked for, and nothing ran it: whoever serves next does."""
    office.account(Name="Ash")
    visitor = enter(Role.OPERATOR)
    visitor.get("/")
    visitor.send(f"/connections/{NAME}/launch/")

    with scheduling(office):
        look_until(visitor, "Last import")

    assert [str(company["companyName"]) for company in office.companies()] == ["Ash"]
    assert launching.wanted(office.installation, NAME) is None


def test_nothing_to_stop(office: Office, enter: Enter) -> None:
    """It says so."""
    visitor = enter(Role.OPERATOR)
    visitor.get("/")

    assert "is under way any more" in words(visitor.send(f"/connections/{NAME}/stop/"))
