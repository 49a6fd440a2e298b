"""Country names that no standard lists."""

from taskforce.domain.countries import ALIASES
from taskforce.domain.values import match_text


def test_aliases_stand_in_the_form_in_which_they_are_looked_up() -> None:
    """A key that is not in normal form could never be found, nor could a code of another length."""
    assert all(alias == match_text(alias) for alias in ALIASES)
    assert all(code == match_text(code) and len(code) == 2 for code in ALIASES.values())


def test_the_ways_people_write_the_united_states_mean_one_country() -> None:
    """The usual spellings are one code."""
    assert {ALIASES[name] for name in ("usa", "u.s.a.", "u.s.", "america", "united states of america")} == {"us"}
