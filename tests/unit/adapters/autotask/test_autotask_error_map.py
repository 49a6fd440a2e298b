"""The tables from status and text to a verdict, and from a verdict to an error."""

import pytest

from taskforce.adapters.autotask.error_map import (
    TEXT_RULES,
    Effect,
    Judgement,
    Verdict,
    error_type,
    judge,
    may_be_repeated,
)
from taskforce.errors import AccessError, BudgetExhausted, RecordRejected, TransientError, WriteInDoubt

SURELY_NOTHING_CREATED = (AccessError, BudgetExhausted, RecordRejected, TransientError)


@pytest.mark.parametrize("effect", Effect)
@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.ACCEPTED])
def test_every_verdict_has_an_error(verdict: Verdict, effect: Effect) -> None:
    """No answer is left without a meaning; only writes can be in doubt."""
    judgement = Judgement(verdict=verdict, code=verdict.value)
    kind = error_type(judgement, effect)

    assert effect is not Effect.READ or kind is not WriteInDoubt


@pytest.mark.parametrize("status", [*range(300, 400), *range(402, 403), *range(405, 429), *range(430, 600)])
def test_statuses_that_say_nothing_leave_a_create_in_doubt(status: int) -> None:
    """Only 400, 401, 403, 404, 405 and 429 say by themselves that nothing was created (protocol 2, step 4)."""
    kind = error_type(judge(status, ()), Effect.CREATE)

    assert (kind in SURELY_NOTHING_CREATED) is (status == 405)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 429])
def test_statuses_that_say_no(status: int) -> None:
    """Nothing was created."""
    assert error_type(judge(status, ()), Effect.CREATE) in SURELY_NOTHING_CREATED


def test_a_text_does_not_change_a_refused_login() -> None:
    """401 is 401."""
    assert judge(401, ["Value does not exist for the required field phone"]).verdict is Verdict.LOGIN


def test_one_known_text_among_several_decides() -> None:
    """The API adds a sentence that says nothing."""
    judgement = judge(500, ["Error creating entity for record number [1].", "Picklist value [3] does not exist for x"])

    assert (judgement.verdict, judgement.code) == (Verdict.REJECTED, "bad_picklist")


@pytest.mark.parametrize(
    ("status", "text"),
    [(500, ""), (500, "Timeout expired."), (500, "is required"), (503, "The service is unavailable.")],
)
def test_unknown_texts_decide_nothing(status: int, text: str) -> None:
    """What is not known stays in doubt."""
    assert error_type(judge(status, [text]), Effect.CREATE) is WriteInDoubt


@pytest.mark.parametrize(
    ("status", "text", "read", "write"),
    [
        (429, "", True, True),
        (500, "API thread threshold of 3 threads has been exceeded", True, True),
        (429, "The hourly request limit has been exceeded", False, False),
        (502, "", True, False),
        (503, "", True, False),
        (500, "", False, False),
        (400, "", False, False),
    ],
)
def test_what_may_be_sent_again(status: int, text: str, read: bool, write: bool) -> None:
    """A write only after an answer that says that nothing was carried out."""
    judgement = judge(status, [text])

    assert {effect: may_be_repeated(judgement, effect) for effect in Effect} == {
        Effect.READ: read,
        Effect.UPDATE: write,
        Effect.CREATE: write,
    }


def test_every_known_text_has_a_source() -> None:
    """A rule that nobody can check is a belief."""
    assert all(rule.source for rule in TEXT_RULES)
