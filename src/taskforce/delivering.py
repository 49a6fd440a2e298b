"""Mails are handed over to the mail server: from the outbox, again and again if need be, and one to try it out.

What a server took although its answer was lost is sent once more, with the same Message-ID: at least once, not exactly.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from taskforce.adapters.mail.html import as_html
from taskforce.adapters.mail.message import Outgoing, new_message_id
from taskforce.adapters.mail.smtp import PATIENT, Patience, session
from taskforce.adapters.mail.trouble import MailTrouble, RecipientRefused
from taskforce.domain.checking import Finding
from taskforce.domain.deliveries import Delivery
from taskforce.domain.host import SYSTEM
from taskforce.domain.letters import as_text, trial_letter
from taskforce.domain.mailing import CLAIM, GIVEN_UP_AFTER, wait_after
from taskforce.errors import ConfigurationError, TaskforceError
from taskforce.mail_settings import MailSetting, setting

if TYPE_CHECKING:
    from taskforce.installation import Installation

AT_ONCE = 50
"""Mails handed over in one conversation."""

AT_MOST = CLAIM / 2
"""How long one conversation may go on; what is left goes with the next, before anybody else may take it."""

HURRIED = Patience(sign=5, answer=10)
"""That of a person who waits."""

NO_SERVER = "No mail server is set, so nobody is told anything by mail."
HOW_TO_SET = "Set one under Admin › Mail, or by taskforce mail set."


def deliver(installation: "Installation", should_stop: Callable[[], bool], patience: Patience = PATIENT) -> None:
    """Send what is due, until all is sent or the server cannot be used; that takes as long as the server does."""
    found = setting(installation)
    if found is None:
        return
    while deliveries := installation.outbox.claim(installation.clock.now(), limit=AT_ONCE):
        if not _hand_over(installation, found, deliveries, should_stop, patience):
            return
        installation.outbox.forget_old(installation.clock.now())


def deliver_before_leaving(installation: "Installation") -> None:
    """What a command has to tell goes out now if it can be; otherwise it waits for `taskforce serve`, or the next."""
    with suppress(TaskforceError):
        deliver(installation, lambda: False, HURRIED)


def try_out(installation: "Installation", recipient: str, patience: Patience = PATIENT) -> None:
    """Send a test mail at once. Raises MailTrouble with what is wrong, ConfigurationError without a mail server."""
    found = setting(installation)
    if found is None:
        raise ConfigurationError([f"{NO_SERVER} {HOW_TO_SET}"])
    letter = trial_letter(found.address)
    mail = Outgoing(
        recipient=recipient,
        subject=letter.subject,
        text=as_text(letter),
        html=as_html(letter),
        message_id=new_message_id(found.config.sender),
        written_at=installation.clock.now(),
    )
    with session(found.config.server(), patience) as conversation:
        conversation.send(mail)


def check(installation: "Installation", patience: Patience = PATIENT) -> Finding:
    """Whether the mail server can be used, without a mail being sent (B12)."""
    try:
        found = setting(installation)
        if found is None:
            return _finding(ok=False, message=NO_SERVER, mend=HOW_TO_SET)
        with session(found.config.server(), patience):
            return _finding(ok=True, message=f"{found.config.host} takes mail from {found.config.sender}.")
    except MailTrouble as error:
        return _finding(ok=False, message=error.message, mend=error.mend)
    except TaskforceError as error:
        return _finding(ok=False, message=str(error), mend=HOW_TO_SET)


def _finding(*, ok: bool, message: str, mend: str = "") -> Finding:
    return Finding(system=SYSTEM, name="mail", ok=ok, stops_import=False, message=message, mend=mend)


def _hand_over(
    installation: "Installation",
    found: MailSetting,
    deliveries: Sequence[Delivery],
    should_stop: Callable[[], bool],
    patience: Patience,
) -> bool:
    """One conversation; whether it came to its end."""
    outbox, pending, clock = installation.outbox, deque(deliveries), installation.clock
    give_up_at = clock.monotonic() + AT_MOST.total_seconds()
    try:
        with session(found.config.server(), patience) as conversation:
            while pending and not should_stop() and clock.monotonic() < give_up_at:
                try:
                    conversation.send(_outgoing(pending[0]))
                except RecipientRefused as refused:
                    _refuse(installation, pending.popleft(), refused)
                else:
                    outbox.sent(pending.popleft(), clock.now())
    except MailTrouble as trouble:
        _log(trouble, len(pending))
        for each in pending:
            _put_off(installation, each, str(trouble))
        return False
    for each in pending:
        outbox.release(each)
    return not pending


def _outgoing(delivery: Delivery) -> Outgoing:
    return Outgoing(
        recipient=delivery.recipient,
        subject=delivery.message.subject,
        text=delivery.message.text,
        html=delivery.message.html,
        message_id=delivery.message_id,
        written_at=delivery.written_at,
    )


def _refuse(installation: "Installation", delivery: Delivery, refused: RecipientRefused) -> None:
    _log(refused, 1)
    if refused.is_final:
        installation.outbox.give_up(delivery, str(refused), installation.clock.now())
    else:
        _put_off(installation, delivery, str(refused))


def _put_off(installation: "Installation", delivery: Delivery, trouble: str) -> None:
    now = installation.clock.now()
    if now - delivery.written_at >= GIVEN_UP_AFTER:
        installation.outbox.give_up(delivery, trouble, now)
    else:
        installation.outbox.put_off(delivery, trouble, now + wait_after(delivery.attempts + 1))


def _log(trouble: MailTrouble, number: int) -> None:
    """Never the server's own words, which may hold an address."""
    structlog.get_logger().warning("Mail could not be sent", action="mail_not_sent", code=trouble.code, number=number)
