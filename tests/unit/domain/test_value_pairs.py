"""How a value of Salesforce found its counterpart in an Autotask list (B9)."""

import pytest

from taskforce.domain.field_map import FieldMap, Transform
from taskforce.domain.records import Entity
from taskforce.domain.value_pairs import By, PairedValue, paired
from tests.builders import context


@pytest.mark.parametrize(
    ("value", "counterpart", "by"),
    [("Zzz", "Vendor", By.DEFAULT), ("vendor", "Vendor", By.NAME), ("Reseller", "Vendor", By.TABLE)],
)
def test_a_default_is_told_from_the_same_label_by_name_or_by_the_table(value: str, counterpart: str, by: By) -> None:
    """All three become the same, and only the first has nobody who said so."""
    row = FieldMap(
        source="Type",
        target="companyType",
        transform=Transform.PICKLIST,
        table=(("reseller", "Vendor"),),
        default="Vendor",
    )

    assert paired(row, Entity.COMPANY, [(value, 3)], context()) == [
        PairedValue(value=value, count=3, counterpart=counterpart, by=by)
    ]
