"""What the doctor found, in words."""

import pytest

from taskforce.doctoring import Examined
from taskforce.domain.checking import Finding
from taskforce.web.presenters.doctor import connection_group, headline, host_group
from taskforce.web.presenters.states import State

FINE = Finding(system="Autotask", name="login", ok=True, stops_import=False, message="It is fine.", mend="never told")
WARNING = Finding(system="Autotask", name="clock", ok=False, stops_import=False, message="Late.", mend="Set it.")
STOP = Finding(system="Salesforce", name="login", ok=False, stops_import=True, message="Refused.", mend="Mend it.")


@pytest.mark.parametrize(
    ("findings", "state", "sentence"),
    [
        ([FINE], State.IN_STEP, "All 1 checks are fine."),
        ([FINE, WARNING], State.NEEDS_YOU, "Imports can run; 1 of 2 checks needs a look."),
        ([WARNING, WARNING], State.NEEDS_YOU, "Imports can run; 2 of 2 checks need a look."),
        ([FINE, WARNING, STOP], State.FAILING, "1 of 3 checks stops imports."),
        ([STOP, STOP], State.FAILING, "2 of 2 checks stop imports."),
    ],
)
def test_the_sum_of_findings(findings: list[Finding], state: State, sentence: str) -> None:
    """In one sentence, the worst first."""
    group = connection_group(Examined(connection="acme", findings=findings))

    assert (group.name, group.state, group.sentence) == ("acme", state, sentence)


def test_what_stops_stands_above_what_warns() -> None:
    """What is fine is folded away, and has nothing to mend."""
    group = host_group([FINE, WARNING, STOP])

    assert [(line.word, line.message, line.mend) for line in group.to_mend] == [
        ("stops imports", "Refused.", "Mend it."),
        ("look at this", "Late.", "Set it."),
    ]
    assert [(line.word, line.message, line.mend) for line in group.fine] == [("fine", "It is fine.", "")]


def test_a_check_that_could_not_begin() -> None:
    """Says why, as a failure."""
    group = connection_group(Examined(connection="acme", trouble="The key is another one."))

    assert (group.state, group.trouble, group.to_mend) == (State.FAILING, "The key is another one.", ())


@pytest.mark.parametrize(
    ("findings", "connections", "told"),
    [
        ([FINE], 0, "This machine is fit for imports."),
        ([WARNING], 1, "This machine is fit for imports, with something to look at. The connection is checked below."),
        ([STOP], 2, "Something on this machine stops imports. 2 connections are checked below."),
    ],
)
def test_the_first_line(findings: list[Finding], connections: int, told: str) -> None:
    """This machine, and what follows."""
    assert headline(host_group(findings), connections) == told
