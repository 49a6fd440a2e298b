"""People hear by the log: one line when something begins, one when it is over."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from taskforce.adapters.notifier import LogNotifier
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.log import set_up_logging

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOTICE = Notice(kind=NoticeKind.DUPLICATE_ID, subject="001X", text="Two carry it.", told_at=BEGIN)
OVER = Notice(
    kind=NoticeKind.DUPLICATE_ID,
    subject="001X",
    text="Two carry it.",
    told_at=BEGIN,
    over_at=BEGIN + timedelta(hours=1),
)


def heard(monkeypatch: pytest.MonkeyPatch, level: str) -> list[str]:
    """The lines of the log, without their time."""
    before, stream = structlog.get_config(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    set_up_logging(level)
    try:
        for notice in (NOTICE, OVER):
            LogNotifier().told("acme", notice)
    finally:
        structlog.configure(**before)
    return [line.partition(" ")[2] for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("level", ["WARNING", "INFO"])
def test_both_are_heard_whatever_the_level_of_the_log(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    """A warning and an information, each with its stable action, the connection and the kind."""
    began, over = heard(monkeypatch, level)

    assert began == (
        "level='warning' action='notice' since='2026-03-02T09:00:00+00:00' "
        "mend='Clear the user-defined field on all but one; the next imports go on with that.' "
        "connection='acme' kind='duplicate_id' subject='001X' event='Two carry it.'"
    )
    assert over == (
        "level='info' action='notice_over' since='2026-03-02T09:00:00+00:00' over_at='2026-03-02T10:00:00+00:00' "
        "connection='acme' kind='duplicate_id' subject='001X' event='It is over.'"
    )


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tells goes on."""
    before, closed = structlog.get_config(), io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    set_up_logging("WARNING")
    try:
        LogNotifier().told("acme", NOTICE)
    finally:
        structlog.configure(**before)
