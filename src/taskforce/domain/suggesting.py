"""Whether an Autotask record may be the counterpart of a Salesforce record: a score that explains itself (B4).

The score is a sum, 0 to 100, of what is equal or alike on both sides and what speaks against it; what is unknown on one
side counts for nothing. It only ever suggests: nothing is linked by it unless a person says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from taskforce.domain.likeness import is_nickname, is_same_street, is_same_word, name_likeness, state_code
from taskforce.domain.records import Entity, Value
from taskforce.domain.values import domain_of, match_text, phone_key

LIKELY = 50
"""From this score on it is more likely the same than not (measured: docs/reference/suggestions.md)."""
NEARLY_CERTAIN = 80
"""From this score on many may be linked to their best candidates at once, if that leads the next by `LEAD`."""
LEAD = 10

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that was compared: its points, and what was found in words."""

    what: str
    points: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`points` is the sum of the parts, not below 0 and not above 100."""

    points: int
    parts: tuple[Part, ...]

    @property
    def is_likely(self) -> bool:
        """More likely the same than not."""
        return self.points >= LIKELY


def score(entity: Entity, ours: Values, theirs: Values) -> Score:
    """Compare two records by their Autotask values."""
    rules = _COMPANY if entity is Entity.COMPANY else _CONTACT
    parts = tuple(part for rule in rules if (part := rule(ours, theirs)) is not None)
    return Score(points=max(0, min(100, sum(part.points for part in parts))), parts=parts)


Rule = Callable[[Values, Values], Part | None]


def _company_name(ours: Values, theirs: Values) -> Part | None:
    found = name_likeness(ours.get("companyName"), theirs.get("companyName"))
    points = round(55 * found.share**2 - min(40, 40 * found.conflict))
    if match_text(ours.get("companyName")) == match_text(theirs.get("companyName")):
        return Part(what="name", points=55, words="the same name")
    if found.is_same:
        return Part(what="name", points=55, words="the same name, written differently")
    if found.conflict:
        return Part(what="name", points=points, words="each name has words that the other has not")
    words = "much the same name" if found.share >= 0.8 else "a similar name" if found.share >= 0.5 else "another name"
    return Part(what="name", points=points, words=words)


def _domain(ours: Values, theirs: Values) -> Part | None:
    left, right = domain_of(ours.get("webAddress")), domain_of(theirs.get("webAddress"))
    if left is None or right is None:
        return None
    if left == right or left.endswith(f".{right}") or right.endswith(f".{left}"):
        return Part(what="domain", points=13, words="the same web domain")
    if left.partition(".")[0] == right.partition(".")[0]:
        return Part(what="domain", points=6, words="the same web domain but for its ending")
    return Part(what="domain", points=-10, words="other web domains")


def _phone(fields: tuple[str, ...], points: int, ours: Values, theirs: Values) -> Part | None:
    left, right = ({phone_key(side.get(name)) for name in fields} - {None} for side in (ours, theirs))
    if not left or not right:
        return None
    if left & right:
        return Part(what="phone", points=points, words="the same phone number")
    return Part(what="phone", points=-4, words="other phone numbers")


def _street(ours: Values, theirs: Values) -> Part | None:
    if not ours.get("address1") or not theirs.get("address1"):
        return None
    if is_same_street(ours["address1"], theirs["address1"]):
        return Part(what="street", points=10, words="the same street and number")
    return Part(what="street", points=-6, words="other streets or numbers")


def _city(ours: Values, theirs: Values) -> Part | None:
    left, right = ours.get("city"), theirs.get("city")
    if not left or not right:
        return None
    if is_same_word(left, right):
        return Part(what="city", points=4, words="the same city")
    stands_there = any(
        part is not None and part.points > 0 for part in (_street(ours, theirs), _postal_code(ours, theirs))
    )
    if stands_there:
        return Part(what="city", points=0, words="another city, though the rest of the address is the same")
    return Part(what="city", points=-20, words="other cities")


def _postal_code(ours: Values, theirs: Values) -> Part | None:
    left, right = (
        "".join(each for each in match_text(side.get("postalCode")) if each.isalnum()) for side in (ours, theirs)
    )
    if not left or not right:
        return None
    if left == right or (left[:5].isdigit() and left[:5] == right[:5]):
        return Part(what="postal code", points=4, words="the same postal code")
    return Part(what="postal code", points=-3, words="other postal codes")


def _state(ours: Values, theirs: Values) -> Part | None:
    left, right = state_code(ours.get("state")), state_code(theirs.get("state"))
    if not left or not right:
        return None
    if left == right:
        return Part(what="state", points=2, words="the same state")
    return Part(what="state", points=-8, words="other states")


def _last_name(ours: Values, theirs: Values) -> Part | None:
    left, right = (_names(side) for side in (ours, theirs))
    if is_same_word(left[1], right[1]):
        return Part(what="last name", points=30, words="the same last name")
    if is_same_word(left[0], right[1]) and is_same_word(left[1], right[0]):
        return Part(what="last name", points=25, words="first and last name swapped")
    return Part(what="last name", points=-20, words="other last names")


def _first_name(ours: Values, theirs: Values) -> Part | None:
    left, right = (_names(side) for side in (ours, theirs))
    if left[0] in ("", "-") or right[0] in ("", "-"):
        return None
    if is_same_word(left[0], right[0]):
        return Part(what="first name", points=25, words="the same first name")
    if is_nickname(left[0], right[0]):
        return Part(what="first name", points=18, words="a short form of the first name")
    if is_same_word(left[0], right[1]) and is_same_word(left[1], right[0]):
        return Part(what="first name", points=20, words="first and last name swapped")
    return Part(what="first name", points=-30, words="other first names")


def _names(side: Values) -> tuple[str, str]:
    return match_text(side.get("firstName")), match_text(side.get("lastName"))


def _mail(ours: Values, theirs: Values) -> Part | None:
    left, right = (match_text(side.get("emailAddress")) for side in (ours, theirs))
    if not left or not right:
        return None
    if left == right:
        return Part(what="e-mail", points=35, words="the same e-mail address")
    if left.partition("@")[0] == right.partition("@")[0]:
        return Part(what="e-mail", points=10, words="the same name in front of the e-mail address's @")
    return Part(what="e-mail", points=-5, words="other e-mail addresses")


_COMPANY: tuple[Rule, ...] = (
    _company_name,
    _domain,
    partial(_phone, ("phone", "alternatePhone1"), 12),
    _street,
    _city,
    _postal_code,
    _state,
)
_CONTACT: tuple[Rule, ...] = (
    _last_name,
    _first_name,
    _mail,
    partial(_phone, ("phone", "mobilePhone", "alternatePhone"), 10),
)
