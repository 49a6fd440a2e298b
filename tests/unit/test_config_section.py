"""What every part of a connection's JSON object has in common."""

import pytest
from pydantic import TypeAdapter, ValidationError

from taskforce.config_section import Line

LINE = TypeAdapter(Line)


@pytest.mark.parametrize("text", ["", "Birch Dental", "Zoë\u00a0Ash", "\u3000王", "🌲"])
def test_a_line_holds_any_letters_and_spaces(text: str) -> None:
    """No-break spaces, which labels of picklists hold, are among them."""
    assert LINE.validate_python(text) == text


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\u2028b", "a\x00b", "a\tb", "\x1b[31m", "\u200b"])
def test_what_breaks_or_hides_a_line_is_refused(text: str) -> None:
    """Line ends of any alphabet, control characters, and what nobody sees."""
    with pytest.raises(ValidationError, match="must be plain text on one line"):
        LINE.validate_python(text)
