"""How alike two names, streets or states are, though they are written differently: tables and small functions.

Legal forms, punctuation, accents and umlauts, the order of words, usual abbreviations and single typing errors are
forgiven; another number, or words of one's own on both sides, are not.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from taskforce.domain.likeness_tables import (
    FORGOTTEN_WORDS,
    GENERIC_WORDS,
    NICKNAMES,
    SHORT_FORMS,
    SOFTENED,
    STATES,
    STREET_FORMS,
)
from taskforce.domain.records import Value
from taskforce.domain.values import LEGAL_FORMS

TYPING_ERROR = 80
"""From this ratio (0 to 100) on two words of four letters or more are one word with a typing error."""


def folded(value: Value) -> str:
    """A text without letter case, accents and umlauts: "Müller" and "Mueller" are one."""
    text = str(value or "").casefold().translate(SOFTENED)
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return re.sub(r"([aou])e(?![aeiou])", r"\1", plain)


def name_words(name: Value) -> tuple[str, ...]:
    """The words that tell a company: no legal form, no "the" and "and", abbreviations written out, initials joined."""
    text = re.sub(r"['\u2019`]", "", folded(name))
    text = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", text)
    words = _with_joined_initials(re.sub(r"[^\w\s]", " ", text).replace("_", " ").split())
    forms = LEGAL_FORMS | FORGOTTEN_WORDS
    kept = [word for word in words if word not in forms] or words
    return tuple(_stem(_SHORT_FORMS.get(word, word)) for word in kept)


def _with_joined_initials(words: Sequence[str]) -> list[str]:
    """ "j p morgan" is "jp morgan"."""
    joined: list[str] = []
    was_letter = False
    for word in words:
        is_letter = len(word) == 1 and word.isalpha()
        if is_letter and was_letter:
            joined[-1] += word
        else:
            joined.append(word)
        was_letter = is_letter
    return joined


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


_SHORT_FORMS = {folded(short): folded(long) for short, long in SHORT_FORMS.items()}
_GENERIC = frozenset(_stem(folded(word)) for word in GENERIC_WORDS)
_GENERIC_WEIGHT = 0.35
"""A word that many companies have tells less."""

_UNITS = re.compile(r"\b(suite|ste|unit|floor|fl|room|rm|apt|bldg|building|level|etage|og|#)\b\.?\s*#?\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLikeness:
    """`share` (0 to 1): how much of both names is the same; `conflict`: how much each has that the other has not."""

    share: float
    conflict: float
    is_same: bool


def name_likeness(ours: Value, theirs: Value) -> NameLikeness:
    """How alike two company names are."""
    left, right = name_words(ours), name_words(theirs)
    if not left or not right:
        return NameLikeness(share=0, conflict=0, is_same=False)
    if sorted(left) == sorted(right) or "".join(left) == "".join(right):
        return NameLikeness(share=1, conflict=0, is_same=True)
    if _is_acronym(left, right) or _is_acronym(right, left):
        return NameLikeness(share=0.85, conflict=0, is_same=False)
    return _by_words(left, right)


def _by_words(left: Sequence[str], right: Sequence[str]) -> NameLikeness:
    total = _weight(left) + _weight(right)
    alike, rest, own = 0.0, list(right), []
    for word in left:
        best = max(rest, key=lambda other: _word_likeness(word, other), default="")
        likeness = _word_likeness(word, best)
        if likeness:
            alike += (_weight([word]) + _weight([best])) * likeness
            rest.remove(best)
        else:
            own.append(word)
    numbers = {word for word in (*own, *rest) if word.isdigit()}
    conflict = min(_weight(own), _weight(rest)) + (1.0 if numbers else 0.0)
    return NameLikeness(share=alike / total, conflict=conflict, is_same=False)


def _word_likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if word.isdigit() or other.isdigit():
        return 0.0
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) >= 3 and len(longer) >= 5 and longer.startswith(shorter):
        return 0.85
    ratio = fuzz.ratio(word, other)
    return ratio / 100 if len(shorter) >= 4 and ratio >= TYPING_ERROR else 0.0


def _weight(words: Iterable[str]) -> float:
    return sum(_GENERIC_WEIGHT if word in _GENERIC else 1.0 for word in words)


def _is_acronym(short: Sequence[str], long: Sequence[str]) -> bool:
    return len(short) == 1 and len(long) >= 3 and short[0] == "".join(word[0] for word in long)


def street_words(street: Value) -> tuple[str, ...]:
    """A street line as words, "St" and "Street" the same, without suite and floor; the house number among them."""
    text = re.sub(r"(?<=[a-z])strasse\b|(?<=[a-z])str\b\.?", " strasse", _UNITS.sub(" ", folded(street)))
    words = re.sub(r"[^\w\s]", " ", text).split()
    return tuple(sorted(STREET_FORMS.get(word, word) for word in words))


def is_same_street(ours: Value, theirs: Value) -> bool:
    """The same house: the same numbers, and a street name that is the same but for a typing error."""
    left, right = street_words(ours), street_words(theirs)
    numbers = [[word for word in words if word[0].isdigit()] for words in (left, right)]
    names = [" ".join(word for word in words if not word[0].isdigit()) for words in (left, right)]
    return bool(left) and numbers[0] == numbers[1] and fuzz.ratio(*names) >= TYPING_ERROR


def state_code(state: Value) -> str:
    """A state by its code, whether its name or its code was written."""
    text = " ".join(re.sub(r"[^a-z]", " ", folded(state)).split())
    return STATES.get(text, text)


def is_same_word(ours: Value, theirs: Value) -> bool:
    """Two names of a place or a person are the same but for accents, punctuation and a typing error."""
    left, right = (re.sub(r"[\W_]", "", folded(each)) for each in (ours, theirs))
    return bool(left) and (left == right or (len(left) >= 5 and fuzz.ratio(left, right) >= 88))


def is_nickname(ours: Value, theirs: Value) -> bool:
    """One first name is a short form of the other, or its initial."""
    left, right = (re.sub(r"[\W_]", "", folded(each)) for each in (ours, theirs))
    shorter, longer = sorted((left, right), key=len)
    is_initial = len(shorter) == 1 and longer.startswith(shorter)
    return is_initial or any({left, right} <= names for names in NICKNAMES)


_UMLAUTS = (("ü", "ue", "u"), ("ö", "oe", "o"), ("ä", "ae", "a"))


def spellings(simple_name: str) -> frozenset[str]:
    """How else a simple name may begin: with umlauts written otherwise, with its last word, longer or shorter.

    What is looked for by its first letters is found by these too.
    """
    words = simple_name.split()
    if not words:
        return frozenset()
    found = {simple_name, f"{simple_name} ", words[0], " ".join([words[-1], *words[:-1]])}
    for umlaut, long, short in _UMLAUTS:
        for name in tuple(found):
            found |= {name.replace(umlaut, long), name.replace(umlaut, short), name.replace(long, umlaut)}
    return frozenset(found - {simple_name})
