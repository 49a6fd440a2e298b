"""What an answer of Autotask means: tables from status and text to a verdict, and from a verdict to an error.

Autotask answers most refusals with status 500, so that the text decides whether a create was carried out (protocol 2).
Only texts that are known to come from validation, before anything is stored, say "nothing was created".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from taskforce.errors import (
    AccessError,
    ApiError,
    BudgetExhausted,
    ProtocolError,
    RecordRejected,
    TransientError,
    WriteInDoubt,
)


class Effect(Enum):
    """What a request does if it is carried out."""

    READ = auto()
    """Nothing: it may be repeated at will."""
    UPDATE = auto()
    """Sets values of a record. It is repeated only after an answer that says that nothing was carried out: an abandoned
    one that is carried out late would undo what was written meanwhile."""
    CREATE = auto()
    """Makes a record; repeated as an update is: otherwise it would stand there twice."""


class Verdict(StrEnum):
    """What an answer says."""

    ACCEPTED = "accepted"
    LOGIN = "login"
    UNKNOWN_USER = "unknown_user"
    PERMISSION = "permission"
    THREAD_LIMIT = "thread_limit"
    TOO_MANY = "too_many_requests"
    REQUEST_LIMIT = "request_limit"
    NOT_OFFERED = "not_offered"
    NOT_FOUND = "not_found"
    REJECTED = "rejected"
    REDIRECTED = "redirected"
    BUSY = "busy"
    FAILED = "failed"
    STRANGE = "strange_answer"


@dataclass(frozen=True, slots=True)
class TextRule:
    """A known text: what it means, and who has seen it."""

    pattern: re.Pattern[str]
    verdict: Verdict
    code: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, its code (the verdict's own name unless a text says more), and the texts it came with."""

    verdict: Verdict
    code: str
    texts: tuple[str, ...] = ()


def _rule(pattern: str, verdict: Verdict, code: str, source: str) -> TextRule:
    return TextRule(re.compile(pattern, re.IGNORECASE), verdict, code, source)


_DENIED = re.compile(r"permissions? to (query|view|create|add|update|edit|delete)", re.IGNORECASE)

TEXT_RULES: Sequence[TextRule] = (
    _rule(r"thread threshold", Verdict.THREAD_LIMIT, "thread_limit", "django-autotask; n8n-nodes-autotask #107"),
    _rule(
        r"\b(requests?|usage|hourly|api)\b.*\b(threshold|limit|timeframe)\b.*(exceed|reach)|\bapi\b.*\bsuspended\b",
        Verdict.REQUEST_LIMIT,
        "request_limit",
        "inferred: no recorded text of the hourly limit exists",
    ),
    _rule(
        r"zone information could not be determined", Verdict.UNKNOWN_USER, "unknown_user", "live probes, October 2026"
    ),
    _rule(r"integrationcode is invalid", Verdict.LOGIN, "login", "py-autotask"),
    _rule(r"no matching records found", Verdict.NOT_FOUND, "not_found", "django-autotask"),
    _rule(
        _DENIED.pattern,
        Verdict.PERMISSION,
        "permission",
        "django-autotask; zone 19 live tests",
    ),
    _rule(r"value does not exist for the required field", Verdict.REJECTED, "required_missing", "zone 19 live tests"),
    _rule(r"^\W*\w+ is required\b", Verdict.REJECTED, "required_missing", "zone 19 live tests"),
    _rule(r"picklist value .* does not exist for", Verdict.REJECTED, "bad_picklist", "zone 19 live tests"),
    _rule(
        r"reference value on field: ?\w+ .*does not exist or is invalid",
        Verdict.REJECTED,
        "bad_reference",
        "n8n-nodes-autotask",
    ),
    _rule(
        r"exceeds (the )?maximum length",
        Verdict.REJECTED,
        "too_long",
        "n8n-nodes-autotask #48 (REST, 2025); opendns/autotask-php #91 (SOAP)",
    ),
    _rule(r"already exists with .*must be unique", Verdict.REJECTED, "duplicate", "vendor help (ContactGroups)"),
    _rule(r"unable to find \S.* in the \w+ entity", Verdict.REJECTED, "unknown_field", "n8n-nodes-autotask"),
    _rule(
        r"unexpected character encountered while parsing|error converting value|could not convert .* to \w+",
        Verdict.REJECTED,
        "bad_type",
        "n8n-nodes-autotask (first text); the others are the same reader's, before a record is made",
    ),
)

STATUSES: Mapping[int, Verdict] = {
    200: Verdict.ACCEPTED,
    201: Verdict.ACCEPTED,
    400: Verdict.REJECTED,
    401: Verdict.LOGIN,
    403: Verdict.PERMISSION,
    404: Verdict.NOT_FOUND,
    405: Verdict.NOT_OFFERED,
    429: Verdict.TOO_MANY,
    500: Verdict.FAILED,
    502: Verdict.BUSY,
    503: Verdict.BUSY,
    504: Verdict.BUSY,
}
"""By status alone, when no text says more; 5xx besides these are FAILED, 3xx REDIRECTED, others STRANGE."""

_SPEAKING_BY_STATUS = frozenset({Verdict.ACCEPTED, Verdict.LOGIN})
"""No text changes what these statuses say."""

_ERRORS: Mapping[Verdict, tuple[type[ApiError], type[ApiError]]] = {
    Verdict.LOGIN: (AccessError, AccessError),
    Verdict.UNKNOWN_USER: (AccessError, AccessError),
    Verdict.PERMISSION: (AccessError, AccessError),
    Verdict.THREAD_LIMIT: (TransientError, TransientError),
    Verdict.TOO_MANY: (BudgetExhausted, BudgetExhausted),
    Verdict.REQUEST_LIMIT: (BudgetExhausted, BudgetExhausted),
    Verdict.NOT_OFFERED: (AccessError, AccessError),
    Verdict.NOT_FOUND: (AccessError, RecordRejected),
    Verdict.REJECTED: (ProtocolError, RecordRejected),
    Verdict.REDIRECTED: (AccessError, WriteInDoubt),
    Verdict.BUSY: (TransientError, WriteInDoubt),
    Verdict.FAILED: (TransientError, WriteInDoubt),
    Verdict.STRANGE: (ProtocolError, WriteInDoubt),
}
"""The error after a read, and after a write."""


def judge(status: int, texts: Sequence[str]) -> Judgement:
    """What an answer says; `texts` are the sentences of its JSON body, if it had any."""
    verdict = STATUSES.get(status) or _of_other_status(status)
    known = None if verdict in _SPEAKING_BY_STATUS else _first_known(texts)
    if known is None:
        return Judgement(verdict=verdict, code=verdict.value, texts=tuple(texts))
    return Judgement(verdict=known.verdict, code=known.code, texts=tuple(texts))


def _of_other_status(status: int) -> Verdict:
    if status >= 500:
        return Verdict.FAILED
    return Verdict.REDIRECTED if 300 <= status < 400 else Verdict.STRANGE


def _first_known(texts: Sequence[str]) -> TextRule | None:
    return next((rule for rule in TEXT_RULES for text in texts if rule.pattern.search(text)), None)


def denied_action(texts: Sequence[str]) -> str | None:
    """What the user lacks the right to do, when a text says so: a write may fail for want of the right to query."""
    found = next(filter(None, (_DENIED.search(text) for text in texts)), None)
    return found.group(1).lower() if found else None


def may_be_repeated(judgement: Judgement, effect: Effect) -> bool:
    """Whether the same request may be sent again after a wait, as things stand with this answer."""
    if judgement.verdict in (Verdict.THREAD_LIMIT, Verdict.TOO_MANY):
        return True
    return effect is Effect.READ and judgement.verdict is Verdict.BUSY


def error_type(judgement: Judgement, effect: Effect) -> type[ApiError]:
    """The error that this answer becomes."""
    after_read, after_write = _ERRORS[judgement.verdict]
    return after_read if effect is Effect.READ else after_write
