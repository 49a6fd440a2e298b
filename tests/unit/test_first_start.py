"""The code of the first start."""

import re
from datetime import UTC, datetime, timedelta

from taskforce.first_start import SetUpCode

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_code_is_good_once() -> None:
    """However it is typed; another one never is."""
    code = SetUpCode(NOW)

    taken = [code.take(given, NOW) for given in ("AAAA-AAAA-AAAA-AAAA", "", code.text.lower().replace("-", " "))]

    assert re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code.text)
    assert (taken, code.take(code.text, NOW)) == ([False, False, True], False)


def test_a_code_that_was_given_back_is_good_again() -> None:
    """It had made nobody an administrator."""
    code = SetUpCode(NOW)
    code.take(code.text, NOW)
    code.give_back()

    assert code.take(code.text, NOW)


def test_a_code_lasts_a_day() -> None:
    """A clock that was set back does not make it last longer."""
    code, hour = SetUpCode(NOW), timedelta(hours=1)

    assert [code.take(code.text, NOW + at) for at in (-hour, 24 * hour)] == [False, False]
    assert code.take(code.text, NOW + 23 * hour)
