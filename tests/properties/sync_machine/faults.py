"""Trouble by name, for either system; delays stay below what protocol 2 allows for."""

from collections.abc import Mapping
from typing import Any

from taskforce_simulators.core.faults import Fault

Ordered = Mapping[str, Any]

_WRITES = {"path": r"/(Companies|Contacts)/?$"}
_UNKNOWN_TEXT = {"errors": ["Object reference not set to an instance of an object."]}
_KNOWN_TEXT = {"errors": ["The picklist value 99 does not exist for the field companyType."]}

ANYWHERE: Mapping[str, Ordered] = {
    "answer lost before": {"action": "cut_before"},
    "answer lost after": {"action": "cut_after"},
    "answer cut midway": {"action": "cut_midway"},
    "half closed before": {"action": "half_close_before"},
    "half closed midway": {"action": "half_close_midway"},
    "half closed after": {"action": "half_close_after"},
    "busy": {"action": "status", "status": 503},
    "bad gateway after the write": {"action": "status", "status": 502, "apply": True},
    "page of HTML": {"action": "html", "status": 500},
    "page of HTML with 200": {"action": "html", "status": 200},
    "page of HTML after the write": {"action": "html", "status": 500, "apply": True},
    "garbage": {"action": "garbage"},
    "empty": {"action": "empty"},
    "empty after the write": {"action": "empty", "apply": True},
    "truncated": {"action": "truncated"},
    "garbled": {"action": "garbled"},
    "slow": {"action": "delay", "delay_seconds": 20},
    "too slow": {"action": "delay", "delay_seconds": 90},
    "trickle": {"action": "trickle", "delay_seconds": 30},
}

AUTOTASK: Mapping[str, Ordered] = {
    **ANYWHERE,
    "too many requests": {"action": "status", "status": 429},
    "server error": {"action": "status", "status": 500},
    "server error with a text": {"action": "status", "status": 500, "body": _UNKNOWN_TEXT},
}

AUTOTASK_WRITES: Mapping[str, Ordered] = {
    **{f"{name} (write)": {**ordered, **_WRITES} for name, ordered in AUTOTASK.items()},
    "carried out late": {"action": "late_commit", "delay_seconds": 45, **_WRITES},
    "carried out later": {"action": "late_commit", "delay_seconds": 200, **_WRITES},
    "carried out very late": {"action": "late_commit", "delay_seconds": 540, **_WRITES},
    "server error after the write": {
        "action": "status",
        "status": 500,
        "body": _UNKNOWN_TEXT,
        "apply": True,
        **_WRITES,
    },
    "refused": {"action": "status", "status": 500, "body": _KNOWN_TEXT, **_WRITES},
    "200 without effect": {"action": "no_effect", **_WRITES},
}

SALESFORCE: Mapping[str, Ordered] = {
    **ANYWHERE,
    "session expired": {"action": "expire_session"},
    "locator gone": {"action": "expire_pages"},
    "page repeated": {"action": "repeat_page"},
    "records repeated": {"action": "repeat_records"},
    "server error": {"action": "status", "status": 500},
    "out of requests": {
        "action": "status",
        "status": 403,
        "body": [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}],
    },
}


LATE = ("carried out late", "carried out later", "carried out very late")
"""The answer is lost, and the write is carried out all the same: within the settle time, or just before its end."""

OF: Mapping[str, Mapping[str, Ordered]] = {
    "autotask": AUTOTASK,
    "writes": AUTOTASK_WRITES,
    "any": {**AUTOTASK, **AUTOTASK_WRITES},
    "salesforce": SALESFORCE,
}
"""What can go wrong: with any request to Autotask, with its writes alone, with either, with requests to Salesforce."""


def fault(ordered: Ordered, *, skip: int, times: int) -> Fault:
    """The fault as a simulator takes it."""
    return Fault(**{**ordered, "skip": skip, "times": times})
