"""What the package says it needs is what it is locked and tested with."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def names(lines: list[str]) -> set[str]:
    """The packages of requirements, without extras, versions and comments."""
    return {re.split(r"[\[<>=~! ]", line)[0].lower() for line in lines if line and not line.startswith("#")}


def test_the_package_asks_for_what_is_locked() -> None:
    """Whoever installs it without the lock file gets all it needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [each for extra in project["optional-dependencies"].values() for each in extra]
    wanted = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()

    assert names([*project["dependencies"], *optional]) == names(wanted)
