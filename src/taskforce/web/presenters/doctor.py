"""What the doctor found, in words: what stops imports first, then what somebody should look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from taskforce.doctoring import Examined
from taskforce.domain.checking import Finding
from taskforce.web.presenters.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One finding; `mend` only where there is something to mend."""

    system: str
    state: State
    word: str
    message: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings that belong together, with their sum in one sentence."""

    name: str
    state: State
    sentence: str
    to_mend: Sequence[FindingLine]
    fine: Sequence[FindingLine]
    trouble: str = ""


def host_group(findings: Sequence[Finding]) -> Group:
    """This machine."""
    return _group("This machine", findings)


def connection_group(examined: Examined) -> Group:
    """One connection."""
    if examined.trouble:
        return Group(
            name=examined.connection,
            state=State.FAILING,
            sentence="It could not be checked.",
            to_mend=(),
            fine=(),
            trouble=examined.trouble,
        )
    return _group(examined.connection, examined.findings)


def headline(host: Group, connections: int) -> str:
    """The first line of the page."""
    told = {
        State.IN_STEP: "This machine is fit for imports.",
        State.NEEDS_YOU: "This machine is fit for imports, with something to look at.",
        State.FAILING: "Something on this machine stops imports.",
    }[host.state]
    if not connections:
        return told
    checked = "The connection is" if connections == 1 else f"{connections:,} connections are"
    return f"{told} {checked} checked below."


def _group(name: str, findings: Sequence[Finding]) -> Group:
    lines = [_line(finding) for finding in findings]
    stopping = sum(line.state is State.FAILING for line in lines)
    warnings = sum(line.state is State.NEEDS_YOU for line in lines)
    to_mend = sorted((line for line in lines if line.state is not State.IN_STEP), key=lambda line: line.state.value)
    return Group(
        name=name,
        state=State.FAILING if stopping else State.NEEDS_YOU if warnings else State.IN_STEP,
        sentence=_sentence(stopping, warnings, len(lines)),
        to_mend=to_mend,
        fine=[line for line in lines if line.state is State.IN_STEP],
    )


def _sentence(stopping: int, warnings: int, checks: int) -> str:
    if stopping:
        return f"{stopping} of {checks} checks {'stops' if stopping == 1 else 'stop'} imports."
    if warnings:
        return f"Imports can run; {warnings} of {checks} checks {'needs' if warnings == 1 else 'need'} a look."
    return f"All {checks} checks are fine."


def _line(finding: Finding) -> FindingLine:
    state = State.IN_STEP if finding.ok else State.FAILING if finding.stops_import else State.NEEDS_YOU
    word = {State.IN_STEP: "fine", State.FAILING: "stops imports", State.NEEDS_YOU: "look at this"}[state]
    mend = "" if finding.ok else finding.mend
    return FindingLine(system=finding.system, state=state, word=word, message=finding.message, mend=mend)
