"""The doctor's page: this machine, and each connection when it is asked about (B12)."""

import os
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest

from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter, scheduling
from tests.end_to_end.pages.visitor import words

PATH = f"/doctor/{NAME}/"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def no_backup_yet(office: Office) -> None:
    """Whatever other tests have backed up."""
    office.installation.last_backup_file.unlink(missing_ok=True)


def test_the_page_stands_before_anybody_is_asked(office: Office, enter: Enter) -> None:
    """This machine at once; the connection by htmx, or by its button where there is no script."""
    before = office.mark()
    page = enter(Role.OPERATOR).get("/doctor/")

    assert (office.mark(), "The connection is checked below." in words(page)) == (before, True)
    assert f'hx-post="{PATH}" hx-trigger="load, submit"' in page.text
    for told in ("Taskforce", "SQLite", "The key file is for its user's eyes only (mode 0600)", "No backup is known"):
        assert told in words(page)


def test_a_connection_is_checked(office: Office, enter: Enter) -> None:
    """Without script as a whole page, with it as a part; what is wrong has its mend."""
    office.control("autotask", "settings", permissions={"Companies": {"create": False}})
    visitor = enter(Role.OPERATOR)
    visitor.get("/doctor/")

    page = visitor.send(PATH)
    part = visitor._client.post(PATH, data=visitor._with_token({}), headers={"HX-Request": "true"})

    for told in (words(page), words(part)):
        assert "checks stops imports." in told
        assert "The API user may not create Companies. Grant it in the security level" in told
        assert "checks are fine" in told
    assert ("<html" in page.text, "<html" in part.text) == (True, False)
    assert 'hx-trigger="load' not in page.text


def test_a_check_that_cannot_begin(office: Office, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says why, in its place on the page."""
    visitor = enter(Role.OPERATOR)
    visitor.get("/doctor/")
    monkeypatch.setattr(office.installation, "check", _unreadable)

    page = visitor.send(PATH)

    assert (page.status_code, "It could not be checked. The key is another one: restore it." in words(page)) == (
        200,
        True,
    )


def test_a_connection_that_was_removed_meanwhile(office: Office, enter: Enter) -> None:
    """Is not there."""
    visitor = enter(Role.OPERATOR)
    visitor.get("/doctor/")
    office.installation.book.remove(NAME)

    assert visitor.send(PATH).status_code == 404
    assert "Nothing is connected yet" in words(visitor.get("/doctor/"))


def test_what_is_wrong_with_the_machine(office: Office, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands above, each with its mend."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 10, 5))
    office.installation.key_file.chmod(0o644)
    try:
        told = words(enter(Role.OPERATOR).get("/doctor/"))
    finally:
        office.installation.key_file.chmod(0o600)

    assert "Something on this machine stops imports." in told
    assert "5 bytes are free on the disk of TASKFORCE_HOME. Make room" in told
    assert "The key file is open to others (mode 0644). Run chmod 600 on it." in told


def test_a_key_file_that_is_gone(office: Office, enter: Enter) -> None:
    """Is found missing before a restart would."""
    key_file = office.installation.key_file
    away = key_file.rename(key_file.with_name("away"))
    try:
        told = words(enter(Role.OPERATOR).get("/doctor/"))
    finally:
        away.rename(key_file)

    assert "The key file is missing" in told


def test_the_scheduler_and_the_last_backup(office: Office, enter: Enter) -> None:
    """Found at work, and made a moment ago; by their own signs."""
    visitor, here = enter(Role.OPERATOR), office.installation
    before = words(visitor.get("/doctor/"))
    here.last_backup_file.touch()
    try:
        here.health.beat("this one", here.clock.now())
        now = words(visitor.get("/doctor/"))
        long_ago = (here.clock.now() - timedelta(days=30)).timestamp()
        os.utime(here.last_backup_file, (long_ago, long_ago))
        old = visitor.get("/doctor/")
    finally:
        here.last_backup_file.unlink()

    assert "No scheduler is at work: nothing is imported by itself. Start taskforce serve" in before
    assert ("The scheduler is at work" in now, "The last backup was made on" in now) == (True, True)
    assert words(old).index("The last backup was made on") < words(old).index("fine")


def test_the_scheduler_gives_a_sign_and_takes_it_back(office: Office) -> None:
    """Once when it begins, and when it has ended in order there is none."""
    with scheduling(office):
        for _ in range(600):
            if office.installation.health.beaten_at() is not None:
                break
            office.installation.clock.sleep(timedelta(seconds=0.05))
        beaten_at = office.installation.health.beaten_at()

    assert beaten_at is not None
    assert office.installation.health.beaten_at() is None


def test_what_the_vendors_say_is_shown_as_text(office: Office, enter: Enter) -> None:
    """Whatever a company type is called."""
    labels = ["<script>alert(1)</script>", "عميل"]
    values = [{"value": str(number), "label": label} for number, label in enumerate(labels, 1)]
    office.control("autotask", "picklist", entity="Companies", field="companyType", values=values)
    visitor = enter(Role.OPERATOR)
    visitor.get("/doctor/")

    page = visitor.send(PATH).text

    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page, "عميل" in page) == (False, True, True)


def _unreadable(_: str) -> None:
    raise ConfigurationError(["The key is another one: restore it."])
