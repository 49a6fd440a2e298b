"""Every decision can be explained (B3)."""

import pytest

from taskforce.domain.reasons import Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained(reason: Reason) -> None:
    """Each code has a sentence, and what a person can do is a sentence too."""
    assert reason.sentence.endswith(".")
    assert reason.sentence[0].isupper()
    assert reason.mend == "" or (reason.mend.endswith(".") and reason.mend[0].isupper())


def test_no_two_reasons_say_the_same() -> None:
    """Two codes with one sentence could not be told apart by those who read them."""
    assert len({reason.sentence for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_codes_are_words_for_machines(reason: Reason) -> None:
    """A code is stable and plain: lower-case words with underscores."""
    assert reason.value.replace("_", "").isalpha()
    assert reason.value.islower()
