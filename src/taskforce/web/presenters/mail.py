"""Mail in words: whether it goes out, and what keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from taskforce.domain.deliveries import Delivery, DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """What is known of mail: `host` is empty while there is no server, `problem` says why what is set cannot work.

    `waiting` were tried in vain at least once; `given_up` are those of the last days.
    """

    host: str = ""
    problem: str = ""
    waiting: int = 0
    given_up: int = 0


def mail_headline(facts: MailFacts) -> str:
    """Whether people get mail, in a sentence."""
    if facts.problem:
        return f"Mail cannot be sent: {facts.problem}"
    if not facts.host:
        return "No mail server is set, so nobody is told anything by mail."
    if facts.waiting:
        return f"{_mails(facts.waiting)} {'waits' if facts.waiting == 1 else 'wait'}, and could not be sent yet."
    if facts.given_up:
        return f"{_mails(facts.given_up)} could not be delivered in the last week."
    return f"Mail goes out by {facts.host}."


def mail_line(facts: MailFacts) -> str:
    """What administrators have to know elsewhere; empty while mail goes out."""
    return mail_headline(facts) if facts.problem or not facts.host or facts.waiting or facts.given_up else ""


def _mails(number: int) -> str:
    return "1 mail" if number == 1 else f"{number:,} mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """One mail to one person; `word` says how it stands, `at` when it was sent, given up or will be tried again."""

    subject: str
    recipient: str
    word: str
    is_wrong: bool
    at: datetime | None
    trouble: str


def delivery_lines(deliveries: Sequence[Delivery]) -> list[DeliveryLine]:
    """Mails as lines."""
    return [
        DeliveryLine(
            subject=each.message.subject,
            recipient=each.recipient,
            word=_word(each),
            is_wrong=bool(each.trouble),
            at=each.due_at if each.state is DeliveryState.WAITING else each.settled_at,
            trouble=each.trouble,
        )
        for each in deliveries
    ]


def _word(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.SENT:
        return "sent"
    if delivery.state is DeliveryState.GIVEN_UP:
        return "given up"
    return "tried in vain, goes again" if delivery.attempts else "waits"
