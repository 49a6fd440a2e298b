"""Transforms of a text alone: no metadata, no settings. Each is total: a value, or None where the text is none such."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

import phonenumbers

from taskforce.domain.likeness import state_code
from taskforce.domain.likeness_tables import STATES
from taskforce.domain.records import Value
from taskforce.domain.values import match_text, text_or_none

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,63}")
_YES = frozenset({"true", "yes", "y", "1", "on", "ja", "oui", "si", "sí"})
_NO = frozenset({"false", "no", "n", "0", "off", "nein", "non"})
_STATE_NAMES: Mapping[str, str] = {code: name.title() for name, code in STATES.items()}


def title_case(text: str) -> str:
    """Each word with a capital: "o'brien & SONS" is "O'brien & Sons"."""
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


def digits(text: str) -> str | None:
    """The digits of a text, in ASCII; None when it has none."""
    return "".join(str(int(each)) for each in text if each.isdecimal()) or None


def phone_format(text: str, country: str) -> str:
    """A phone number in international form, read by the rules of a country ("US"); itself, if it is none.

    A number that nobody can read is still what somebody typed to be called by.
    """
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def is_phone_country(code: str) -> bool:
    """Whether phone numbers can be read by the rules of a country."""
    return code.upper() in phonenumbers.SUPPORTED_REGIONS


def email(text: str) -> str | None:
    """An address that mail can be sent to, as it was written."""
    return text if _EMAIL.fullmatch(text) else None


def state_by_code(text: str) -> str:
    """A state or province by its code, "NY"; itself, if it is not known."""
    code = state_code(text)
    return code.upper() if code in _STATE_NAMES else text


def state_by_name(text: str) -> str:
    """A state or province by its name, "New York"; itself, if it is not known."""
    return _STATE_NAMES.get(state_code(text), text)


def yes_or_no(value: Value) -> bool | None:
    """A truth value, or a word or a digit for one."""
    if isinstance(value, bool):
        return value
    word = match_text(value)
    return True if word in _YES else False if word in _NO else None


def moment(value: Value) -> str | None:
    """A date, or a moment in UTC to the second, as ISO 8601 writes it; None for another text. Midnight is a date."""
    text = text_or_none(value)
    if text is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text).isoformat()
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    is_midnight = (found.hour, found.minute, found.second) == (0, 0, 0)
    return found.date().isoformat() if is_midnight else found.strftime("%Y-%m-%dT%H:%M:%SZ")


def as_moment(text: str) -> str:
    """A date as the moment at which it begins in UTC; a moment itself."""
    return f"{text}T00:00:00Z" if len(text) == len("2026-11-26") else text
