"""What is worth a mail is put into the outbox, together with what is remembered of it; nothing is sent here.

Nothing here fails an import: what cannot be put there is logged, and trouble that stands is told by the next import.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from taskforce.adapters.mail.html import as_html
from taskforce.adapters.mail.message import address_of, domain_of, new_message_id
from taskforce.domain.deliveries import Message
from taskforce.domain.letters import Letter, as_text, letter_on_run, letter_on_trouble
from taskforce.domain.mailing import (
    Seen,
    Standing,
    TroubleKind,
    could_not_run,
    is_report_due,
    judge,
    seen_in,
    seen_in_notices,
    told,
)
from taskforce.domain.notices import Notice, NoticeKind
from taskforce.engine.defects import sentence_on
from taskforce.engine.ports import Ended, Notifier
from taskforce.errors import TaskforceError
from taskforce.mail_settings import setting

if TYPE_CHECKING:
    from taskforce.installation import Installation

Decided = tuple[Message | None, Sequence[Standing]]


class RunNotifier:
    """Implements `engine.ports.Notifier` for runs: the log hears each thing at once, mail tells all at the end."""

    def __init__(self, installation: "Installation", log: Notifier) -> None:
        self._post = Post(installation)
        self._log = log

    def told(self, connection: str, notice: Notice) -> None:
        """Mail tells it when the run ends."""
        self._log.told(connection, notice)

    def ended(self, ended: Ended) -> None:
        """Everything in one mail, if it is worth one."""
        self._log.ended(ended)
        self._post.run_ended(ended)


class AlarmNotifier:
    """Implements `engine.ports.Notifier` for whoever looks at alarms while no run ends."""

    def __init__(self, installation: "Installation", log: Notifier) -> None:
        self._post = Post(installation)
        self._log = log

    def told(self, connection: str, notice: Notice) -> None:
        """By log and by mail."""
        self._log.told(connection, notice)
        self._post.noticed(connection, notice)

    def ended(self, ended: Ended) -> None:
        """No run ends here."""


class Post:
    """Decides what people are told by mail, and puts it into the outbox."""

    def __init__(self, installation: "Installation") -> None:
        self._here = installation

    def run_ended(self, ended: Ended) -> None:
        """What an import did, and what was wrong with it (S24)."""
        with _logging_trouble():
            if not ended.run.is_dry_run and (envelope := self._envelope(ended.run.connection)) is not None:
                self._on_run(ended, envelope)

    def noticed(self, connection: str, notice: Notice) -> None:
        """An alarm began, or is over."""
        self._tell(connection, seen_in_notices([notice]))

    def could_not_begin(self, connection: str, sentence: str) -> None:
        """An import was due and did not even begin."""
        judged = frozenset({TroubleKind.COULD_NOT_RUN})
        self._tell(connection, Seen(troubles=(could_not_run(sentence),), judged=judged))

    def remind(self, connection: str) -> None:
        """Tell again, a day later, of what still stands; unless the connection is not active any more."""
        with _logging_trouble():
            if self._here.active_since(connection) is not None:
                self._tell(connection, Seen())

    def recipients(self, connection: str) -> list[str]:
        """The mail addresses of those who are told (S11): the chosen resources who are active and have one."""
        chosen = set(self._here.settings(connection).notified)
        schema = self._here.stores(connection).schemas.target() if chosen else None
        addresses = [each.email for each in schema.resources if each.id in chosen and each.is_active] if schema else []
        return sorted({address for address in addresses if _is_address(address)})

    def _on_run(self, ended: Ended, envelope: "_Envelope") -> None:
        run, now = ended.run, envelope.now
        causes, seen = self._here.history.causes(run.id), seen_in(run, ended.notices)
        has_twins = any(each.kind is NoticeKind.DUPLICATE_ID for each in ended.notices)
        is_due = has_twins or is_report_due(run, ended.settings, is_by_hand=ended.is_by_hand)

        def decide(known: Sequence[Standing]) -> Decided:
            verdict, remembered = judge(known, seen, now)
            if not is_due and not verdict.is_news:
                return None, remembered
            letter = letter_on_run(run, causes, verdict=verdict, notices=ended.notices, address=envelope.address)
            return _message(letter), told(remembered, now)

        self._here.outbox.decide(
            envelope.connection_id, decide, recipients=envelope.recipients, new_id=envelope.new_id, now=now
        )

    def _tell(self, connection: str, seen: Seen) -> None:
        with _logging_trouble():
            envelope = self._envelope(connection)
            if envelope is None:
                return
            now, address = envelope.now, envelope.address

            def decide(known: Sequence[Standing]) -> Decided:
                verdict, remembered = judge(known, seen, now)
                if not verdict.is_news:
                    return None, remembered
                letter = letter_on_trouble(connection, verdict=verdict, now=now, address=address)
                return _message(letter), told(remembered, now)

            self._here.outbox.decide(
                envelope.connection_id, decide, recipients=envelope.recipients, new_id=envelope.new_id, now=now
            )

    def _envelope(self, connection: str) -> "_Envelope | None":
        """None while there is no mail server, or nobody to be told."""
        found = setting(self._here)
        recipients = self.recipients(connection) if found is not None else []
        if found is None or not recipients:
            return None
        return _Envelope(
            connection_id=self._here.number(connection),
            recipients=recipients,
            new_id=partial(new_message_id, found.config.sender),
            address=found.address,
            now=self._here.clock.now(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """What mails of a connection have in common; `new_id` gives each its Message-ID, `address` is the pages'."""

    connection_id: int
    recipients: Sequence[str]
    new_id: Callable[[], str]
    address: str
    now: datetime


def _message(letter: Letter) -> Message:
    return Message(subject=letter.subject, text=as_text(letter), html=as_html(letter))


def _is_address(text: str) -> bool:
    try:
        return bool(domain_of(text)) and bool(address_of(text).username)
    except ValueError:
        return False


@contextmanager
def _logging_trouble() -> Iterator[None]:
    """What goes wrong here is logged, without what it was about, and stops nothing."""
    try:
        yield
    except TaskforceError as error:
        structlog.get_logger().error(str(error), action="mail_not_written")
    except Exception as error:  # noqa: BLE001 - a defect here must not become one of the import
        structlog.get_logger().error(sentence_on(error), action="mail_not_written")
