"""Which records fit a filter (B10), and how people write one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from taskforce.domain.filtering import Condition, Operator, RecordFilter, conditions_of, why_unfit
from taskforce.domain.reasons import Reason
from taskforce.domain.records import SourceRecord, Value
from taskforce.domain.scope import out_of_scope
from tests.builders import account, contact, settings


def accounts(*groups: str) -> RecordFilter:
    """A filter of accounts."""
    return RecordFilter(accounts=tuple(map(conditions_of, groups)))


@pytest.mark.parametrize(
    ("value", "text", "fits"),
    [
        ("Customer", "Type = customer", True),
        ("Customer", "Type = Prospect", False),
        (None, "Type = Customer", False),
        (None, "Type != Customer", True),
        ("Customer", "Type != Customer", False),
        ("Hot;Warm", "Type = Warm", True),
        ("Ash; Sons", "Type = Sons", False),
        ("Ash; Sons", 'Type = "Ash; Sons"', True),
        ("Hot;Warm", "Type not in Cold, Tepid", True),
        ("Customer", "Type in Prospect, Customer", True),
        ("Big Customer", "Type contains cust", True),
        (None, "Type contains cust", False),
        ("Customer", "Type starts with CUST", True),
        ("Customer", "Type starts with tomer", False),
        (None, "Type is blank", True),
        ("Customer", "Type is blank", False),
        ("Customer", "Type is not blank", True),
        (True, "Type = yes", True),
        (False, "Type = true", False),
        (False, "Type = no", True),
        (Decimal("10.50"), "Type = 10.5", True),
        (9, "Type < 10", True),
        (10, "Type <= 10", True),
        (10, "Type > 10", False),
        (10, "Type >= 10", True),
        (None, "Type < 10", False),
        (10, "Type < ten", False),
        ("Ash", "Type < Birch", True),
        ("2026-03-31T10:00:00.000+0000", "Type = 2026-03-31", True),
        ("2026-03-31T10:00:00.000+0000", "Type <= 2026-03-31", True),
        ("2026-03-31T10:00:00.000+0000", "Type > 2026-03-31", False),
        ("2026-03-31", "Type >= 2026-03-31", True),
    ],
)
def test_a_condition_holds_or_does_not(value: Value, text: str, fits: bool) -> None:
    """Letter case says nothing; numbers, yes and no, and days are compared as such; what is blank is only blank."""
    assert why_unfit(account(Type=value), accounts(text)) is (None if fits else Reason.UNFIT)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((), None),
        (("Type = Customer and Rating = Hot",), None),
        (("Type = Customer and Rating = Cold",), Reason.UNFIT),
        (("Type = Prospect", "Rating = Hot"), None),
        (("Type = Prospect", "Rating = Cold"), Reason.UNFIT),
        (("Secret__c = x",), Reason.FIELD_NOT_VISIBLE),
        (("Secret__c = x and Type = Prospect",), Reason.UNFIT),
        (("Secret__c = x", "Type = Customer"), None),
        (("Secret__c = x", "Type = Prospect"), Reason.FIELD_NOT_VISIBLE),
    ],
)
def test_all_of_one_group(groups: tuple[str, ...], expected: Reason | None) -> None:
    """A group is and, several are or; a hidden field decides nothing, unless the rest decides without it."""
    assert why_unfit(account(), accounts(*groups)) is expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (contact(**{"Account.Type": "Customer", "Title": "Owner"}), None),
        (contact(**{"Account.Type": "Customer", "Title": None}), Reason.UNFIT),
        (contact(**{"Account.Type": "Prospect", "Title": "Owner"}), Reason.ACCOUNT_UNFIT),
        (contact(Title="Owner"), Reason.FIELD_NOT_VISIBLE),
    ],
)
def test_a_contact_follows_its_account(record: SourceRecord, expected: Reason | None) -> None:
    """And has to fit the contacts' own filter besides."""
    wanted = RecordFilter(accounts=(conditions_of("Type = Customer"),), contacts=(conditions_of("Title is not blank"),))

    assert why_unfit(record, wanted) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Type=Customer", [("Type", "=", "Customer")]),
        ("Type = Big Customer and Rating != Cold", [("Type", "=", "Big Customer"), ("Rating", "!=", "Cold")]),
        ("Type IN a, 'b, and c' AND X__c Not In \"d\"", [("Type", "in", "a", "b, and c"), ("X__c", "not in", "d")]),
        ("Owner.Email is not blank", [("Owner.Email", "is not blank")]),
        (r'Name = "say \"hi\""', [("Name", "=", 'say "hi"')]),
        ("Name = Anders and Sons", None),
        ("Name = 'Anders and Sons'", [("Name", "=", "Anders and Sons")]),
        ("", None),
        ("Type", None),
        ("Type =", None),
        ("Type in a,", None),
        ("Type = a or Type = b", [("Type", "=", "a or Type = b")]),
        ("Type = 'a' or Type = b", None),
        ("a.b.c = d", None),
    ],
)
def test_how_conditions_are_written(text: str, expected: list[tuple[str, ...]] | None) -> None:
    """None: refused."""
    if expected is None:
        with pytest.raises(ValueError, match=r"Type = Customer|value is expected|joined by and"):
            conditions_of(text)
    else:
        found = conditions_of(text)
        assert [(each.field, each.operator.value, *each.values) for each in found] == expected


CONDITIONS = some.builds(
    lambda field, operator, values: Condition(
        field=field,
        operator=operator,
        values=tuple(values if operator.takes_list else values[:1]) if operator.takes_value else (),
    ),
    some.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}(\.[A-Za-z]{1,5})?", fullmatch=True).filter(
        lambda name: not name.lower().endswith(("in", "not"))
    ),
    some.sampled_from(Operator),
    some.lists(some.text(some.characters(categories=("L", "N", "P", "S", "Zs"))), min_size=1, max_size=3),
)


@given(some.lists(CONDITIONS, min_size=1, max_size=3))
def test_what_is_written_is_read_again(conditions: list[Condition]) -> None:
    """A group in its own spelling is the same group, whatever stands in its values."""
    assert conditions_of(" and ".join(map(str, conditions))) == tuple(conditions)


@pytest.mark.parametrize("hidden", [[], ["Type"]])
def test_a_parent_that_is_brought_along_needs_no_filter(hidden: list[str]) -> None:
    """Whether it does not fit, or nobody can see whether it does; by itself it is left out or held."""
    only_leads = settings(record_filter=RecordFilter(accounts=(conditions_of("Type = Lead"),)))
    parent = account(hidden=hidden)
    alone = out_of_scope(parent, None, only_leads)

    assert out_of_scope(parent, None, only_leads, is_brought=True) is None
    assert alone is not None
    assert alone.reason is (Reason.FIELD_NOT_VISIBLE if hidden else Reason.UNFIT)
