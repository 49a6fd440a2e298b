"""Normal forms of values: what counts as equal, and what a text says."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from taskforce.domain.records import SourceId, Value

_CHECKSUM_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
LEGAL_FORMS = frozenset(
    "inc incorporated corp corporation co company llc llp lp ltd limited plc pllc pc gmbh ag kg bv nv sa sas sarl srl "
    "spa pty oy ab as aps".split()
)
_LONGEST_NUMBER = 400
"""Places before or behind the point: more than any number of either system has, and far from filling the memory."""

_FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com aol.com icloud.com gmx.de web.de".split()
)


def text_or_none(value: Value) -> str | None:
    """A text without leading and trailing space; None when nothing is left."""
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    return text.strip() or None


def one_form(text: str) -> str:
    """Texts that look the same are the same: a letter and its accent are one character, however typed (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def match_text(value: Value) -> str:
    """The form in which texts are compared for matching: no letter case, no outer space, single inner spaces."""
    return " ".join(one_form(str(value).casefold()).split()) if value is not None else ""


label_text = lru_cache(maxsize=1024)(match_text)
"""The same for countries and picklist labels: they are few, and each stands in many records."""


def salesforce_id(text: str) -> SourceId | None:
    """The 18-character form of a 15- or 18-character Salesforce id; None when it is neither.

    The last three characters tell which of the first fifteen are upper-case letters, five at a time.
    """
    text = text.strip()
    if not _ID.fullmatch(text):
        return None
    chunks = (text[start : start + 5] for start in (0, 5, 10))
    checksum = "".join(
        _CHECKSUM_LETTERS[sum(1 << place for place, letter in enumerate(chunk) if "A" <= letter <= "Z")]
        for chunk in chunks
    )
    if len(text) == 18 and text[15:].upper() != checksum:
        return None
    return SourceId(text[:15] + checksum)


@lru_cache(maxsize=64)
def street_lines(street: Value) -> tuple[str | None, str | None]:
    """A street's first line, and the further ones joined by ", " (S25: address1 and address2).

    Remembered for a moment, since two fields come from one street.
    """
    lines = [line for each in str(street or "").splitlines() if (line := each.strip())]
    return (lines[0] if lines else None, ", ".join(lines[1:]) or None)


def decimal_or_none(value: Value) -> Decimal | None:
    """A number, exactly; None when it is none, or one that could not be written out ("1E999999999")."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _LONGEST_NUMBER else None


def comparable(value: Value) -> Value:
    """A value in the form in which desired and existing are compared: blank texts are None, numbers are numbers.

    What Autotask may have stored in another Unicode form, and nobody sees, is no difference.
    """
    if isinstance(value, str):
        return one_form(value.strip()) or None
    if value is None or isinstance(value, bool):
        return value
    return Decimal(value).normalize() or Decimal(0)


def agree(one: Value, other: Value) -> bool:
    """Whether two values are the same in the form in which they are compared."""
    # Most are the very same text: that is seen without giving either a form.
    if one.__class__ is other.__class__ and one == other:
        return True
    return comparable(one) == comparable(other)


def simple_name(name: Value) -> str:
    """A company's name without punctuation and legal form, for near matches: "Acme, Inc." is like "ACME Inc"."""
    words = re.sub(r"[^\w\s]", " ", match_text(name)).split()
    kept = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(kept or words)


def domain_of(address: Value) -> str | None:
    """The domain of a web or e-mail address, without "www."; None for free-mail providers, which say nothing."""
    text = match_text(address)
    text = text.rsplit("@", 1)[-1]
    text = re.sub(r"^[a-z]+://", "", text)
    domain = re.split(r"[/:?#\s]", text, maxsplit=1)[0].removeprefix("www.")
    return domain if "." in domain and domain not in _FREE_MAIL else None


def phone_key(phone: Value) -> str | None:
    """The last ten digits of a phone number; None when there are fewer than seven or all are the same."""
    digits = re.sub(r"\D", "", str(phone or ""))[-10:]
    return digits if len(digits) >= 7 and len(set(digits)) > 1 else None
