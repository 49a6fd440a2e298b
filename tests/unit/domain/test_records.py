"""Records in neutral form."""

from taskforce.domain.records import OWN_COMPANY_ID, ApiCalls, Counts, Entity
from tests.builders import account, account_id, contact


def test_each_entity_knows_its_words() -> None:
    """An account is a company, a contact a contact."""
    assert [(entity.plural, entity.source_object) for entity in Entity] == [
        ("companies", "Account"),
        ("contacts", "Contact"),
    ]


def test_a_contact_belongs_to_its_account() -> None:
    """The account is read off the contact; none when it is blank or hidden."""
    assert contact(account=account_id(3)).account_id == account_id(3)
    assert contact(account=None).account_id is None
    assert contact(hidden=["AccountId"]).account_id is None


def test_an_account_may_have_a_parent() -> None:
    """The parent is read off the account; none when it is blank or hidden."""
    assert account(ParentId=account_id(3)).parent_id == account_id(3)
    assert account().parent_id is None
    assert account(hidden=["ParentId"]).parent_id is None


def test_company_0_is_the_msp_itself() -> None:
    """It is never matched and never changed."""
    assert OWN_COMPANY_ID == 0


def test_counters_begin_at_nothing() -> None:
    """Of records and of calls."""
    assert Counts() == Counts(created=0, updated=0, linked=0, unchanged=0, skipped=0, held=0, failed=0)
    assert ApiCalls() == ApiCalls(salesforce=0, autotask=0)


def test_calls_are_subtracted_per_system() -> None:
    """What a phase cost is the difference of two counts."""
    spent = ApiCalls(salesforce=5, autotask=30) - ApiCalls(salesforce=2, autotask=10)

    assert spent == ApiCalls(salesforce=3, autotask=20)
