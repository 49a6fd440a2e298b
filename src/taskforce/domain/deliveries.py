"""Mails on their way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    """How a mail to one person stands; the value is stored."""

    WAITING = "waiting"
    """To be sent, for the first time or again."""
    SENT = "sent"
    """A mail server has taken it."""
    GIVEN_UP = "given_up"
    """Refused for good, or not taken for a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail to one person: `attempts` were made, the last one ended with `trouble`; `message_id` never changes."""

    id: int
    connection: str
    recipient: str
    message: Message
    message_id: str
    written_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    due_at: datetime
    trouble: str = ""
    settled_at: datetime | None = None
