"""Telling people what they should know outside of a run's own report (B13)."""

from dataclasses import replace

from taskforce.domain.notices import Notice, NoticeKind
from taskforce.engine.job import Job
from taskforce.engine.ports import Ended


def tell(job: Job, kind: NoticeKind, *, subject: str, text: str) -> None:
    """Store a notice, inside a transaction, and have it told when the run ends; one that stands open is told once."""
    notice = Notice(kind=kind, subject=subject, text=text, told_at=job.clock.now())
    if not job.is_dry_run and job.stores.notices.tell(notice):
        job.notices.append(notice)


def end(job: Job, kind: NoticeKind, *, subject: str) -> None:
    """What was told is over, inside a transaction; people hear of that as well when the run ends."""
    if job.is_dry_run:
        return
    now = job.clock.now()
    standing = [notice for notice in job.stores.notices.open(kind) if notice.subject == subject]
    if job.stores.notices.end(kind, subject, now):
        job.notices += [replace(notice, over_at=now) for notice in standing]


class Unheard:
    """Implements `ports.Notifier` where nobody listens; what is stored is to be looked up all the same."""

    def told(self, connection: str, notice: Notice) -> None:
        """Nothing happens."""

    def ended(self, ended: Ended) -> None:
        """Nothing happens."""
