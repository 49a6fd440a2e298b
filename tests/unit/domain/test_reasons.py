"""Why something was decided, in words."""

from taskforce.domain.reasons import Reason


def test_a_reason_says_what_happened_and_what_to_do() -> None:
    """A person reads the sentence, and acts on the mend."""
    assert Reason.TAKEN.sentence == "The Autotask record that fits belongs to another Salesforce record."
    assert Reason.CANDIDATE_INACTIVE.mend == (
        "Activate it in Autotask. If it is another one: taskforce create NAME ID."
    )


def test_the_commands_of_a_mend_are_filled_in() -> None:
    """As they are typed for one connection and one record; without a record its place is kept."""
    told = Reason.AMBIGUOUS.advice("acme", "001Hs0000000001MAA")

    assert "taskforce relink acme 001Hs0000000001MAA AUTOTASK_ID" in told
    assert Reason.IGNORED.advice("acme") == "To have the rules decide again: taskforce forget acme ID."
    assert Reason.UNCHANGED.advice("acme") == ""


def test_a_reason_that_needs_nothing_has_no_mend() -> None:
    """An empty mend means that nobody has to act."""
    assert Reason.UNCHANGED.mend == ""


def test_the_codes_of_the_specification_are_stable() -> None:
    """Codes that the specification names are stored and read by others: they never change."""
    assert {
        Reason.AMBIGUOUS,
        Reason.TAKEN,
        Reason.CANDIDATE_INACTIVE,
        Reason.COMPANY_NOT_LINKED,
        Reason.OWNER_NOT_FOUND,
    } == {
        "ambiguous",
        "taken",
        "candidate_inactive",
        "company_not_linked",
        "owner_not_found",
    }
