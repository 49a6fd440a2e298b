"""A mail as it goes over the wire: plain text and HTML, with headers that nothing can be slipped into."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One mail to one recipient. `message_id` stays the same however often it is sent, so that a second one is known.

    `written_at` is when what it tells was found, not when it is sent.
    """

    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    written_at: datetime


def new_message_id(sender: str) -> str:
    """What a mail is known by wherever it goes."""
    return f"<{secrets.token_hex(16)}@{domain_of(sender)}>"


def message_of(outgoing: Outgoing, sender: str) -> EmailMessage:
    """The whole message. Raises ValueError when an address is none."""
    message = EmailMessage(policy=SMTP)
    message["From"] = address_of(sender)
    message["To"] = address_of(outgoing.recipient)
    message["Subject"] = " ".join(outgoing.subject.split())[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(outgoing.written_at)
    message["Message-ID"] = outgoing.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(outgoing.text, cte="quoted-printable")
    message.add_alternative(outgoing.html, subtype="html", cte="quoted-printable")
    return message


def address_of(text: str) -> Address:
    """A mail address with its name, if it has one: exactly one, or ValueError."""
    line = " ".join(text.split())
    found = _NAMED.fullmatch(line) or _BARE.fullmatch(line)
    if found is None or not line.isprintable():
        raise ValueError("no mail address")
    user, _, domain = found["plain"].rpartition("@")
    if not _USER.fullmatch(user) or not all(map(_LABEL.fullmatch, domain.encode("idna").decode("ascii").split("."))):
        raise ValueError("no mail address")
    name = found.groupdict().get("name") or ""
    return Address(display_name=name.strip().strip('"').strip(), username=user, domain=domain)


_NAMED = re.compile(r"(?P<name>[^<>@]*)<(?P<plain>[^<>\s]+)>")
_BARE = re.compile(r"(?P<plain>[^<>\s]+)")
_USER = re.compile(r"[^\s.@<>(),;:\\\"\[\]]+(\.[^\s.@<>(),;:\\\"\[\]]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


def domain_of(text: str) -> str:
    """What stands behind the "@", in letters that a mail server's greeting may have."""
    return address_of(text).domain.encode("idna").decode("ascii")
