"""The page of reasons as it has to be; `python -m tests.architecture.reasons_page` writes it after a change."""

from collections.abc import Iterator
from pathlib import Path

from taskforce.domain.reasons import Reason

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "reasons.md"

_HEAD = """# Reasons

Every record of a run has a reason, and may carry remarks on single fields. The codes are stable:
`taskforce run RUN_ID --json` gives them as `reason`, the words beside them as `sentence` and `mend`, and the figures,
ids and names behind them as `evidence`. Where the last column is empty, nobody needs to do anything.
"""

_GROUPS = {
    Reason.NO_CANDIDATE: (
        "Written, or as it should be",
        "The record is paired, and Autotask holds what Salesforce says.",
    ),
    Reason.NO_ACCOUNT: ("Left alone", "Counted as `skipped`; nothing is written, and nothing waits."),
    Reason.AMBIGUOUS: (
        "Waiting",
        "Counted as `held`: the record is kept, and looked at again when what it waits for has changed.",
    ),
    Reason.REJECTED: (
        "Failed",
        "Counted as `failed`: the record is kept and tried again, later each time; an import by hand tries at once.",
    ),
    Reason.STAND_IN: (
        "Remarks",
        "On records that were written all the same; the field is named beside the remark.",
    ),
}
"""Each begins with one code and goes on, in the order of the codes, to where the next begins."""


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield from _HEAD.splitlines()
    for reason in Reason:
        if reason in _GROUPS:
            title, text = _GROUPS[reason]
            yield from ("", f"## {title}", text, "", "| code | meaning | what to do |", "|---|---|---|")
        yield f"| `{reason.value}` | {reason.sentence} | {reason.mend} |"


def text() -> str:
    """The whole page."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
