"""The states of a pair."""

import pytest

from taskforce.domain.links import Link, LinkState
from taskforce.domain.records import Entity, SourceId, TargetId
from tests.builders import account_id, company, company_contact, contact_id


@pytest.mark.parametrize("state", LinkState)
def test_every_state_says_what_it_means(state: LinkState) -> None:
    """In a few words that go on a sentence."""
    assert state.meaning[0].islower()
    assert not state.meaning.endswith(".")


def test_no_two_states_mean_the_same() -> None:
    """They could not be told apart by those who read them."""
    assert len({state.meaning for state in LinkState}) == len(LinkState)


@pytest.mark.parametrize("state", LinkState)
def test_a_pair_gives_way_once_a_person_wants_another(state: LinkState) -> None:
    """Before the old record has given up its id, and after."""
    link = Link(entity=Entity.CONTACT, source_id=contact_id(), target_id=TargetId(7), state=state)

    assert link.gives_way is (state in (LinkState.LEAVING, LinkState.REPLACED))


def test_an_id_tells_what_it_belongs_to() -> None:
    """By its first three characters."""
    found = [Entity.of(each) for each in (account_id(), contact_id(), SourceId("005000000000001AAA"))]

    assert found == [Entity.COMPANY, Entity.CONTACT, None]


def test_autotask_records_are_called_by_their_names() -> None:
    """A company by its own, a contact by both of hers, as far as they are known."""
    unnamed = company_contact(firstName=None)

    assert [each.name for each in (company(), company_contact(), unnamed)] == ["Birch Dental", "Rosa Lind", "Lind"]
