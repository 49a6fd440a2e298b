"""A filter as Salesforce counts it (B10): the same records as those that an import takes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from taskforce.adapters.salesforce.filter_soql import where
from taskforce.domain.filtering import Condition, Operator, RecordFilter, conditions_of, why_unfit
from taskforce.domain.records import Entity
from taskforce.errors import ConfigurationError
from tests.integration.salesforce.simulated_org import SimulatedOrg, read, records

COMPANY, CONTACT = Entity.COMPANY, Entity.CONTACT
TYPES = {
    "Name": "string",
    "Type": "picklist",
    "IsPartner": "boolean",
    "AnnualRevenue": "currency",
    "Opened__c": "date",
    "CreatedDate": "datetime",
    "Segments__c": "multipicklist",
}


def customers(*contacts: str) -> RecordFilter:
    """Customers, and those of their contacts."""
    return RecordFilter(accounts=(conditions_of("Type = Customer"),), contacts=tuple(map(conditions_of, contacts)))


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Type = Customer", "Type = 'Customer'"),
        ('Type in a, "b\'c"', r"Type IN ('a', 'b\'c')"),
        ("Type is not blank", "Type != null"),
        ("Name contains 50%_", r"Name LIKE '%50\%\_%'"),
        ("Name starts with A", "Name LIKE 'A%'"),
        ("IsPartner = yes", "IsPartner = TRUE"),
        ("AnnualRevenue >= 1e3", "AnnualRevenue >= 1000"),
        ("Opened__c < 2026-03-31", "Opened__c < 2026-03-31"),
        ("CreatedDate <= 2026-03-31", "CreatedDate < 2026-04-01T00:00:00Z"),
        ("CreatedDate > 2026-03-31", "CreatedDate >= 2026-04-01T00:00:00Z"),
        ("CreatedDate < 2026-03-31", "CreatedDate < 2026-03-31T00:00:00Z"),
        ("CreatedDate >= 2026-03-31", "CreatedDate >= 2026-03-31T00:00:00Z"),
        (
            "CreatedDate != 2026-03-31",
            "(NOT (CreatedDate >= 2026-03-31T00:00:00Z AND CreatedDate < 2026-04-01T00:00:00Z))",
        ),
        ("Segments__c = A", "Segments__c INCLUDES ('A')"),
        ("Segments__c = A;C", "Segments__c INCLUDES ('A;C')"),
        ("Segments__c not in A, B", "Segments__c EXCLUDES ('A', 'B')"),
        ("Type = a and Name = b", "(Type = 'a' AND Name = 'b')"),
    ],
)
def test_how_a_condition_is_asked(text: str, clause: str) -> None:
    """By the field's type; what people write cannot end the quotes, and is no pattern."""
    assert where((conditions_of(text),), TYPES) == clause


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("AnnualRevenue > much", "AnnualRevenue is compared with a number, not 'much'."),
        ("IsPartner = perhaps", "IsPartner is compared with yes or no, not 'perhaps'."),
        ("Opened__c = soon", "Opened__c is compared with a day such as 2026-03-31, not 'soon'."),
        ("CreatedDate = soon", "CreatedDate is compared with a day such as 2026-03-31, not 'soon'."),
        ("CreatedDate > 20260331", "CreatedDate is compared with a day such as 2026-03-31, not '20260331'."),
        ("CreatedDate = 9999-12-31", "CreatedDate is compared with a day such as 2026-03-31, not '9999-12-31'."),
        ("AnnualRevenue > 1e99999", "AnnualRevenue is compared with a number, not '1e99999'."),
        ("Segments__c contains A", "Salesforce looks for no part of Segments__c (multipicklist): use = or in."),
        ("AnnualRevenue starts with 1", "Salesforce looks for no part of AnnualRevenue (currency): use = or in."),
        ("IsPartner > no", "IsPartner (boolean) has no order: compare it with = or in."),
        ("Secret__c = x", "Salesforce shows its user no field Secret__c."),
    ],
)
def test_what_cannot_be_compared_is_said(text: str, sentence: str) -> None:
    """Before anything is asked."""
    with pytest.raises(ConfigurationError) as refused:
        where((conditions_of(text),), TYPES)

    assert refused.value.problems == (sentence,)


def test_records_are_counted(org: SimulatedOrg) -> None:
    """Contacts by their account's fields too; deleted ones and contacts without an account do not count."""
    customer, prospect = (str(org.save("Account", Name=name, Type=name)["Id"]) for name in ("Customer", "Prospect"))
    for account, title in ((customer, "Head"), (customer, None), (prospect, "Head"), (None, "Head")):
        org.save("Contact", LastName="Doe", AccountId=account, Title=title)
    gone = org.save("Account", Name="Gone", Type="Customer")
    org.save("Account", Id=gone["Id"], IsDeleted=True)
    source = org.source()

    found = [source.count(entity, customers(*own)) for entity in Entity for own in ((), ("Title = head",))]

    assert found == [1, 1, 2, 1]
    assert [source.count(entity, RecordFilter()) for entity in Entity] == [2, 3]


@pytest.mark.parametrize("text", ["Description contains x", "BillingAddress = x", "Id = 1"])
def test_a_condition_that_salesforce_does_not_take_is_named(org: SimulatedOrg, text: str) -> None:
    """The field is shown and mapped as it should be, so nothing else is said of it."""
    with pytest.raises(ConfigurationError) as refused:
        org.source().count(COMPANY, RecordFilter(accounts=(conditions_of(text),)))

    assert refused.value.problems == (f"Salesforce takes no such condition on {text.split()[0]}.",)


WORDS = ("Ash", "ash tree", "Birch", "50% off", "a_b", "o'k", "\\", "10", "2026-11-23")
PEOPLE_SAVE = some.fixed_dictionaries(
    {
        "Name": some.sampled_from(WORDS),
        "Type": some.sampled_from([None, "Customer", "Prospect"]),
        "NumberOfEmployees": some.sampled_from([None, 0, 9, 10, 200]),
        "Segments__c": some.sampled_from([None, "Retail", "Retail;Care", "Care;Farming"]),
    }
)
LISTED = (Operator.EQUALS, Operator.DIFFERS, Operator.IN, Operator.NOT_IN)
COMPARED = {
    "Name": (tuple(Operator), WORDS),
    "Type": (tuple(each for each in Operator if each[0] not in "<>"), ("customer", "Prospect", "Cold", "P", "")),
    "NumberOfEmployees": (
        tuple(each for each in Operator if "with" not in each and each != "contains"),
        ("0", "10", "11.5"),
    ),
    "Segments__c": (
        (*LISTED, Operator.IS_BLANK, Operator.IS_NOT_BLANK),
        ("retail", "Care", "Care;Retail", "Care;Mining"),
    ),
    "CreatedDate": (
        (Operator.EQUALS, Operator.DIFFERS, Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST),
        ("2026-11-22", "2026-11-23", "2026-11-24"),
    ),
}


@some.composite
def conditions(draw: some.DrawFn) -> Condition:
    """Any comparison that makes sense for the field."""
    field = draw(some.sampled_from(sorted(COMPARED)))
    operators, values = COMPARED[field]
    operator = draw(some.sampled_from(operators))
    given_values = draw(some.lists(some.sampled_from(values), min_size=1, max_size=2))
    chosen = given_values if operator.takes_list else given_values[:1]
    return Condition(field=field, operator=operator, values=tuple(chosen) if operator.takes_value else ())


GROUPS = some.lists(some.lists(conditions(), min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saved=some.lists(PEOPLE_SAVE, max_size=5), groups=GROUPS)
def test_both_judge_alike(
    org: SimulatedOrg, saved: list[dict[str, object]], groups: tuple[tuple[Condition, ...], ...]
) -> None:
    """What Salesforce counts is what an import would take, whatever is compared with whatever."""
    org.simulator.reset()
    org.simulator.change_settings({"custom_fields": {"Account": [{"name": "Segments__c", "type": "multipicklist"}]}})
    for fields in saved:
        org.save("Account", **fields)
    wanted, source = RecordFilter(accounts=groups), org.source()

    counted = source.count(COMPANY, wanted)

    found = records(read(source, sorted(COMPARED)))
    assert counted == sum(why_unfit(each, wanted) is None for each in found)
