"""What the environment says, and what is said about it."""

import pytest

from taskforce.config import InstallationSettings
from taskforce.errors import ConfigurationError

EXAMPLE = '"postgresql://user:password@host:5432/name"'


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        (
            "TASKFORCE_DATABASE_URL",
            "mysql://ann:pa55w0rd@example",
            f"TASKFORCE_DATABASE_URL: must be an address such as {EXAMPLE}, or not be set.",
        ),
        (
            "TASKFORCE_PAGES_PORT",
            "pa55w0rd",
            "TASKFORCE_PAGES_PORT: must be a valid integer, unable to parse string as an integer.",
        ),
        ("TASKFORCE_PAGES_PORT", "70000", "TASKFORCE_PAGES_PORT: must be less than or equal to 65535."),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_without_its_value(
    variable: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has to be stands there; what it is may be a secret."""
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigurationError) as told:
        InstallationSettings.from_environment()

    assert told.value.problems == (problem,)
