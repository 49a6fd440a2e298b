"""Tells people by the log: one line when something begins, one when it is over (B13)."""

import logging
from contextlib import suppress

import structlog

from taskforce.domain.notices import Notice
from taskforce.engine.ports import Ended

_log = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
"""What people are to be told is told whatever TASKFORCE_LOG_LEVEL says; in all else like every other log."""


class LogNotifier:
    """Implements `engine.ports.Notifier`. The lines have the stable actions `notice` and `notice_over`."""

    def told(self, connection: str, notice: Notice) -> None:
        """A warning when it begins, an information when it is over; a log that cannot be written stops nothing."""
        facts = {"connection": connection, "kind": notice.kind.value, "subject": notice.subject}
        since = notice.told_at.isoformat()
        with suppress(OSError, ValueError):
            if notice.over_at is None:
                _log.warning(notice.text, action="notice", since=since, mend=notice.kind.mend, **facts)
            else:
                _log.info("It is over.", action="notice_over", since=since, over_at=notice.over_at.isoformat(), **facts)

    def ended(self, ended: Ended) -> None:
        """The log has that already, from whoever began the run."""
