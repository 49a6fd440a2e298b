"""What became of decisions, told to whoever made them and noted in the audit."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest

from taskforce.domain.audit import Deed
from taskforce.reviewing import Answer
from taskforce.web.noting import note

TOLD_ONE_BY_ONE = 5
"""More decisions than these are told in one sentence."""


def tell_answers(request: HttpRequest, connection: str, answers: Sequence[Answer]) -> None:
    """Say what stands and what was refused, and note what stands."""
    stands = [answer for answer in answers if answer.decided is not None]
    for answer in stands:
        _note(request, connection, answer)
    if len(stands) > TOLD_ONE_BY_ONE:
        messages.success(request, f"{len(stands)} decisions stand; the next import acts on them.")
    else:
        for answer in stands:
            if answer.decided is not None:
                messages.success(request, answer.decided.sentence)
    for answer in answers:
        if answer.decided is None:
            messages.warning(request, answer.refusal)


def wait_for_the_import(request: HttpRequest, connection: str) -> None:
    """Nothing is decided while an import works on the records."""
    messages.warning(
        request, f"An import of {connection} is under way: nothing was decided. Say it again when it ends."
    )


def _note(request: HttpRequest, connection: str, answer: Answer) -> None:
    wish = answer.wish
    details = {"decision": wish.choice.value}
    if wish.fields:
        details["fields"] = ", ".join(wish.fields)
    if wish.target_id is not None:
        details["autotask"] = str(wish.target_id)
    note(request, Deed.RECORD_DECIDED, connection=connection, subject=wish.source_id, details=details)
