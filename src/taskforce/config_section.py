"""What every part of a connection's JSON object has in common."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from taskforce.errors import ConfigurationError


class Section(BaseModel):
    """No key is accepted that Taskforce does not know; texts lose their outer space."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


_SPACE = "Zs"
"""Unicode's category of spaces that break no line: names and labels of real tenants hold no-break spaces."""


def _one_line(text: str) -> str:
    if not all(letter.isprintable() or unicodedata.category(letter) == _SPACE for letter in text):
        raise ValueError("must be plain text on one line")
    return text


Line = Annotated[str, AfterValidator(_one_line)]

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no key that Taskforce knows",
    "string_too_short": "must not be empty",
    "model_type": "must be a JSON object",
    "dict_type": "must be a JSON object",
    "tuple_type": "must be a list",
    "too_long": "must have at most {max_length} entries",
}


def refusal(error: ValidationError, whole: str = "the object") -> ConfigurationError:
    """Every problem as a sentence that names the key, in lists counted from one, and never shows a value."""
    return ConfigurationError([_problem(each, whole) for each in error.errors(include_input=False)])


def _problem(error: Mapping[str, Any], whole: str) -> str:
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"]) or whole
    message = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "must")
    words = _WORDS.get(error["type"])
    return f"{where}: {message if words is None else words.format(**error.get('ctx', {}))}."
