"""docs/reference/security.md: every requirement that applies has its row, and every test that is named exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \|", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")

APPLICABLE = """
7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.5 7.5.1 3.3.1 3.3.2 3.3.3 3.3.4
3.5.1 3.5.3 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 14.3.2
6.2.1 6.2.4 6.2.12 6.2.9 6.1.1 6.3.1 6.3.2 6.3.3 6.4.1 11.4.2
8.2.1 8.2.2 8.2.3 8.3.1
13.3.1 13.3.2 11.3.2 11.3.3 11.1.1 11.5.1 14.2.1
1.3.6 13.2.4 13.2.5 15.3.2 12.3.2
1.2.4 1.3.7 1.3.11 1.2.10 16.4.1 1.2.9 15.3.3
16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.2 16.5.1 13.4.2
15.1.1 15.1.2
""".split()
"""Of OWASP ASVS 5.0.0, level 2: what applies to a self-hosted application that holds two companies' keys."""


def test_every_requirement_that_applies_has_its_row() -> None:
    """Once."""
    listed = [number for row in ROW.findall(PAGE) for number in row.split(", ")]

    assert sorted(listed) == sorted(APPLICABLE)


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(PAGE))))
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    """In the file that is named, below tests/."""
    assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
