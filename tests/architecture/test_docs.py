"""What people look up in the documents is what the program has."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from taskforce.cli.main import app
from taskforce.config import InstallationSettings
from taskforce.connection_config import AutotaskConfig, ConnectionConfig, SalesforceConfig, SettingsConfig
from taskforce.doctoring import HOST_CHECKS
from taskforce.domain.field_map import Blank, TooLong, Transform, Wins
from taskforce.domain.links import LinkState
from taskforce.domain.run import RunStatus
from taskforce.mail_config import MailEnvironment
from taskforce_simulators.__main__ import app as simulators
from tests.architecture.reasons_page import text as reasons_page
from tests.end_to_end.cli.check_lines import AUTOTASK_LINES, SALESFORCE_LINES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")


def page(name: str) -> str:
    """The text of one document."""
    return (DOCS / name).read_text(encoding="utf-8")


def commands(command: Any, *above: str) -> Iterator[tuple[str, list[str]]]:
    """Every command by its full name, what a group of commands is told first included, with its options."""
    groups = getattr(command, "commands", None)
    if groups is not None:
        above += tuple(each.name.upper() for each in command.params if each.param_type_name == "argument")
    if groups is None:
        yield " ".join(above), [max(each.opts, key=len) for each in command.params if each.param_type_name == "option"]
        return
    for name, below in groups.items():
        yield from commands(below, *above, name)


COMMANDS = [*commands(typer.main.get_command(app), "taskforce")]
SIMULATORS = [*commands(typer.main.get_command(simulators), "taskforce-simulators")]


def test_every_reason_is_listed() -> None:
    """Word for word; `python -m tests.architecture.reasons_page` writes the page anew."""
    assert page("reference/reasons.md") == reasons_page()


@pytest.mark.parametrize("section", [ConnectionConfig, SalesforceConfig, AutotaskConfig, SettingsConfig])
def test_every_key_of_a_connection_is_explained(section: type[ConnectionConfig]) -> None:
    """Sections and their keys, as they are written."""
    text = page("howto/connect-your-own.md")

    assert [name for name in section.model_fields if f"`{name}`" not in text and f'"{name}":' not in text] == []


def test_every_setting_has_its_default() -> None:
    """A row per setting."""
    listed = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", settings_table(), re.MULTILINE))))

    assert listed == set(SettingsConfig.model_fields)


def settings_table() -> str:
    """The part of the document that is about settings."""
    return page("howto/connect-your-own.md").partition("## Settings")[2].partition("\n## ")[0]


@pytest.mark.parametrize(("command", "options"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_is_listed(command: str, options: list[str]) -> None:
    """A row per command, with all its options."""
    rows = re.findall(rf"^\| `{command}(?: [^`]*)?` .*$", page("reference/command-line.md"), re.MULTILINE)

    assert len(rows) == 1
    assert [option for option in options if option not in rows[0]] == []


@pytest.mark.parametrize(("command", "options"), SIMULATORS, ids=[name for name, _ in SIMULATORS])
def test_every_option_of_the_simulators_is_listed(command: str, options: list[str]) -> None:
    """In a table of their own."""
    text = page("reference/command-line.md").partition("## `taskforce-simulators`")[2]

    assert command in text
    assert [option for option in options if f"`{option}`" not in text] == []


def test_every_status_of_a_run_is_listed() -> None:
    """With the exit status that a program gets; one that is under way has none."""
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (\d) \|$", page("reference/command-line.md"), re.MULTILINE))

    final = [status for status in RunStatus if status is not RunStatus.RUNNING]
    assert rows == {status.value: str(status.exit_status) for status in final}


def test_every_state_of_a_link_is_listed() -> None:
    """Under the name that programs get."""
    text = page("reference/command-line.md").partition("## What a decision tells")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [state.value for state in LinkState]


def test_every_check_is_listed() -> None:
    """Under the name that programs get."""
    text = page("reference/command-line.md").partition("## What a check tells")[2].partition("\n## ")[0]

    assert {line.name for line in (*SALESFORCE_LINES, *AUTOTASK_LINES) if f"`{line.name}`" not in text} == set()


def test_every_check_of_the_machine_is_listed() -> None:
    """A row for each thing that the doctor looks at."""
    text = page("reference/command-line.md").partition("## What the doctor tells")[2].partition("\n## ")[0]

    assert len(re.findall(r"^\| `\w+` \|", text, re.MULTILINE)) == len(HOST_CHECKS)


def test_every_choice_of_a_mapping_is_explained() -> None:
    """What can happen to a value, word for word as the pages say it, and the other words that a row may hold."""
    mapping, wins = page("howto/mapping.md"), page("howto/who-wins.md")

    assert [each for each in Transform if f"| `{each.value}` | {each.meaning} | " not in mapping] == []
    assert [each for each in (*Blank, *TooLong) if f"`{each.value}`" not in mapping] == []
    assert [each for each in Wins if f"`{each.value}`" not in wins] == []


def test_every_variable_is_listed() -> None:
    """What the environment may say."""
    text = page("reference/command-line.md").partition("## Environment")[2]

    assert [name for name in InstallationSettings.model_fields if f"`TASKFORCE_{name.upper()}`" not in text] == []
    assert [name for name in MailEnvironment.model_fields if f"`TASKFORCE_MAIL_{name.upper()}`" not in text] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """No link within the project is broken."""
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []
