"""One request travels while its predecessor's answer is worked on."""

from contextvars import ContextVar
from threading import Event, Timer, current_thread, main_thread

import pytest

from taskforce.adapters.http.ahead import Ahead
from taskforce.errors import BudgetExhausted

WHOSE: ContextVar[str] = ContextVar("WHOSE", default="nobody's")


def test_request_is_under_way_before_it_is_waited_for() -> None:
    """It goes on while its asker does something else, here what it waits for; the log's context goes along."""
    is_worked_on = Event()
    WHOSE.set("acme")

    def request() -> tuple[bool, str, bool]:
        return is_worked_on.wait(10), WHOSE.get(), current_thread() is main_thread()

    with Ahead() as ahead:
        answer = ahead.begin(request)
        is_worked_on.set()

        assert answer() == (True, "acme", False)


def test_refusal_comes_when_the_answer_is_asked_for() -> None:
    """Not before: what has arrived already is still handed out."""

    def request() -> None:
        raise BudgetExhausted("spent", system="Salesforce", operation="query", code="daily_share")

    with Ahead() as ahead:
        answer = ahead.begin(request)

        with pytest.raises(BudgetExhausted, match="spent"):
            answer()


def test_who_stops_early_leaves_nothing_under_way() -> None:
    """A connection is not closed below a request; what that would have raised concerns nobody any more."""
    is_answered, ended = Event(), Event()

    def request() -> None:
        is_answered.wait(10)
        ended.set()
        raise BudgetExhausted("spent", system="Salesforce", operation="query", code="daily_share")

    with Ahead() as ahead:
        ahead.begin(request)
        later = Timer(0.05, is_answered.set)
        later.start()

    assert ended.is_set()
    later.join()
