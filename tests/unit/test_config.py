"""What the environment says, and what is said about it."""

import os
import subprocess
import sys

import pytest

from taskforce.config import InstallationSettings
from taskforce.errors import ConfigurationError

HOSTS = 'names or addresses of hosts with commas between, such as "psa.example, *.example"'
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
        *(
            (
                "TASKFORCE_ALLOWED_HOSTS",
                value,
                f"TASKFORCE_ALLOWED_HOSTS: must be {HOSTS}.",
            )
            for value in ("*", ".", "*.", "https://psa.example", "psa.example:443", "psa example", "10.0.0.0/8")
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


def test_allowed_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, suffixes and addresses, with commas and blanks between; none when nothing is set."""
    monkeypatch.setenv("TASKFORCE_ALLOWED_HOSTS", "psa.example, *.acme.example,.b.example,127.0.0.1 ,::1,")
    assert InstallationSettings.from_environment().hosts == (
        "psa.example",
        "*.acme.example",
        ".b.example",
        "127.0.0.1",
        "::1",
    )
    monkeypatch.delenv("TASKFORCE_ALLOWED_HOSTS")
    assert InstallationSettings.from_environment().hosts == ()


NOBODY = """
import os
from taskforce.config import InstallationSettings
from taskforce.errors import ConfigurationError
os.setuid(54321)
try:
    InstallationSettings.from_environment()
except ConfigurationError as error:
    print(error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_user_without_a_home_folder_is_told_what_to_set() -> None:
    """Such as a container's, whose number no list of users knows; it was called a defect once."""
    here = {name: value for name, value in os.environ.items() if name not in ("HOME", "TASKFORCE_HOME")}
    said = subprocess.run([sys.executable, "-c", NOBODY], env=here, capture_output=True, text=True, check=True)

    assert said.stdout == "Your user has no home folder: set TASKFORCE_HOME to the folder of database and key.\n"
