"""Where a value comes from, as an administrator writes it (B9): a field, a constant, a text made of several fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from taskforce.domain.records import Value
from taskforce.domain.values import text_or_none

_NAME = r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)?"
_FIELD = re.compile(_NAME, re.ASCII)
_CONSTANT = re.compile(r"\s*\"((?:[^\"\\]|\\.)*)\"\s*", re.DOTALL)
_PART = re.compile(rf"\{{\s*({_NAME})\s*\}}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """Where a value comes from: one field, a constant, or a text made of several fields.

    `parts` are texts and field names in turn, beginning with a text: `"{City}, {State}"` is ("", "City", ", ", "State",
    ""). A field alone has two blank texts around it, a constant is a single text.
    """

    parts: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The Salesforce fields that it takes."""
        return tuple(dict.fromkeys(self.parts[1::2]))

    @property
    def single(self) -> str | None:
        """The one field that it is, if it is one."""
        return self.parts[1] if len(self.parts) == 3 and not self.parts[0] and not self.parts[2] else None

    def of(self, given: Mapping[str, Value]) -> Value:
        """The value, of a record whose fields are all seen; None when each of its fields is blank.

        White space that a blank field leaves behind is taken out, and so is a comma without anything before or after.
        """
        if self.single is not None:
            return given[self.single]
        values = [text_or_none(given[name]) for name in self.parts[1::2]]
        if values and all(value is None for value in values):
            return None
        texts = [*self.parts]
        texts[1::2] = [value or "" for value in values]
        return "".join(texts) if all(values) else _tidy("".join(texts))


def _tidy(text: str) -> str:
    spaced = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"\s*,(?:\s*,)+", ",", spaced).strip(", ")


@lru_cache(maxsize=512)
def source_text(text: str) -> SourceText:
    """Read a source: `Phone`, `Owner.Email`, `"Partner"`, or `{BillingCity}, {BillingState}`.

    Raises ValueError with words that say what is not understood.
    """
    plain = text.strip()
    if _FIELD.fullmatch(plain):
        return SourceText(parts=("", plain, ""))
    constant = _CONSTANT.fullmatch(text)
    if constant is not None:
        return SourceText(parts=(re.sub(r"\\(.)", r"\1", constant[1]),))
    parts = tuple(_PART.split(text.strip("\n")))
    left = "".join(parts[::2])
    if len(parts) > 1 and not re.search(r"[{}]", left):
        return SourceText(parts=parts)
    raise ValueError(
        f'{plain!r} is not understood: write a field (Phone), a text in quotes ("Partner"), or a text with fields in '
        "braces ({BillingCity}, {BillingState})"
    )
