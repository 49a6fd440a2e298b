"""What can go wrong with a request, and the course it takes then."""

from dataclasses import dataclass
from typing import Final, Literal

Action = Literal[
    "status",
    "html",
    "garbage",
    "empty",
    "truncated",
    "garbled",
    "repeat_page",
    "repeat_records",
    "delay",
    "trickle",
    "cut_before",
    "cut_midway",
    "cut_after",
    "half_close_before",
    "half_close_midway",
    "half_close_after",
    "late_commit",
    "no_effect",
    "expire_session",
    "expire_pages",
    "meanwhile",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a request goes; by default it is carried out, its answer is sent whole and the connection is kept."""

    carried_out: Literal["yes", "no", "if_applied", "undone", "later"] = "yes"
    sent: Literal["whole", "slowly", "half", "nothing"] = "whole"
    ended: Literal["kept", "cut", "half_closed"] = "kept"


ORDINARY: Final = Course()
_INSTEAD: Final = Course(carried_out="if_applied")

COURSES: Final[dict[Action, Course]] = {
    "status": _INSTEAD,
    "html": _INSTEAD,
    "garbage": _INSTEAD,
    "empty": _INSTEAD,
    "truncated": ORDINARY,
    "garbled": ORDINARY,
    "repeat_page": ORDINARY,
    "repeat_records": ORDINARY,
    "delay": ORDINARY,
    "trickle": Course(sent="slowly"),
    "cut_before": Course(carried_out="no", sent="nothing", ended="cut"),
    "cut_midway": Course(sent="half", ended="cut"),
    "cut_after": Course(sent="nothing", ended="cut"),
    "half_close_before": Course(carried_out="no", sent="nothing", ended="half_closed"),
    "half_close_midway": Course(sent="half", ended="half_closed"),
    "half_close_after": Course(sent="nothing", ended="half_closed"),
    "late_commit": Course(carried_out="later", sent="nothing", ended="cut"),
    "no_effect": Course(carried_out="undone"),
    "expire_session": ORDINARY,
    "expire_pages": ORDINARY,
    "meanwhile": ORDINARY,
}
