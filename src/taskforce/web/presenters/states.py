"""The five states that everything is in, by word and shape as well as by colour."""

from enum import StrEnum

from taskforce.domain.run import Run, RunStatus


class State(StrEnum):
    """The value is the icon's name and the colour's class."""

    IN_STEP = "check"
    RUNNING = "running"
    NEEDS_YOU = "needs-you"
    FAILING = "failing"
    OFF = "off"

    @property
    def word(self) -> str:
        """What people read."""
        return {
            State.IN_STEP: "in step",
            State.RUNNING: "running",
            State.NEEDS_YOU: "needs you",
            State.FAILING: "failing",
            State.OFF: "off",
        }[self]


def state_of(run: Run) -> State:
    """How one run stands; what waits since earlier runs is theirs, or the line of the later one would say nothing."""
    if run.status is RunStatus.RUNNING:
        return State.RUNNING
    if run.status in (RunStatus.COULD_NOT_RUN, RunStatus.DONE_WITH_FAILURES):
        return State.FAILING
    if run.status is RunStatus.AWAITING_APPROVAL:
        return State.NEEDS_YOU
    if run.status in (RunStatus.CANCELLED, RunStatus.REJECTED):
        return State.OFF
    holds = any(each.held for each in run.counts.values())
    return State.NEEDS_YOU if holds and not run.is_dry_run else State.IN_STEP


def word_of(run: Run) -> str:
    """The same as a word; a preview that came to its end brings nothing into step, and needs nobody."""
    state = state_of(run)
    return "done" if run.is_dry_run and state is State.IN_STEP else state.word
