"""What both systems' metadata says against a mapping, and what it remarks upon (B9)."""

from dataclasses import replace

import pytest

from taskforce.domain.field_map import FieldMap, Mapping, TooLong, Transform, Wins
from taskforce.domain.mapping_checks import MappingProblem, lost_in_target, problems_of, remarks_of
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.records import Entity
from taskforce.domain.schema import FieldKind, SourceField, SourceSchema, TargetField
from taskforce.domain.standard_mapping import COMPANY_MAPPING, STANDARD
from tests.builders import context, source_schema, target_schema

COMPANY = Entity.COMPANY
UDF = TargetField(name="udf:Region", label="Region")


def there(*fields: TargetField) -> MappingContext:
    """The usual Autotask, with further fields of companies or others in the place of its own."""
    schema = target_schema()
    companies = {**schema.fields[COMPANY], **{each.name: each for each in fields}}
    return context(replace(schema, fields={**schema.fields, COMPANY: companies}))


def seen(**details: SourceField) -> SourceSchema:
    """Accounts as they are described, with what is told of some fields."""
    return replace(source_schema(extra=details), details={COMPANY: details})


def changed(target: str, **options: object) -> Mapping:
    """The standard rows of companies, one of them changed."""
    row = COMPANY_MAPPING.row(target)
    assert row is not None
    return COMPANY_MAPPING.with_row(replace(row, **options))  # type: ignore[arg-type]


def added(source: str = "Region__c", **options: object) -> Mapping:
    """The standard rows of companies, and one for the user-defined field."""
    return COMPANY_MAPPING.with_row(FieldMap(source=source, target="udf:Region", **options))  # type: ignore[arg-type]


def problem(target: str, message: str, mend: str = "", *, stops: bool = True) -> MappingProblem:
    """What is said about a row of companies."""
    return MappingProblem(entity=COMPANY, target=target, message=message, mend=mend, stops=stops)


@pytest.mark.parametrize("entity", Entity)
def test_the_standard_rows_are_in_order(entity: Entity) -> None:
    """As long as everything is there."""
    mapping = STANDARD.of(entity)

    assert (problems_of(mapping, seen(), context()), remarks_of(mapping, seen(), context())) == ([], [])


@pytest.mark.parametrize(
    ("mapping", "message", "mend"),
    [
        (added(transform=Transform.PICKLIST), "udf:Region has no picklist.", "Choose another transform."),
        (
            added(transform=Transform.PHONE_FORMAT, country="UX"),
            "UX is no country code for phone numbers.",
            "Write two letters, such as US.",
        ),
        (
            added('"next week"', transform=Transform.DATE),
            'The text "next week" cannot be written: The value is no date, so it was left out.',
            "Change the text.",
        ),
    ],
)
def test_options_that_make_no_sense_stop_the_edit(mapping: Mapping, message: str, mend: str) -> None:
    """Each with its mend."""
    found = problems_of(mapping, seen(Region__c=SourceField()), there(UDF))

    assert found == [problem("udf:Region", message, mend)]


def test_a_country_by_which_phone_numbers_are_read_is_fine() -> None:
    """In capitals or not."""
    for country in ("US", "de"):
        mapping = added(transform=Transform.PHONE_FORMAT, country=country)
        assert problems_of(mapping, seen(Region__c=SourceField()), there(UDF)) == []


@pytest.mark.parametrize(
    ("kind", "transform", "is_fine"),
    [
        (FieldKind.TEXT, Transform.DATE, True),
        (FieldKind.MOMENT, Transform.DATE, True),
        (FieldKind.MOMENT, Transform.TEXT, False),
        (FieldKind.WHOLE, Transform.NUMBER, True),
        (FieldKind.WHOLE, Transform.YES_NO, True),
        (FieldKind.NUMBER, Transform.AMOUNT, True),
        (FieldKind.NUMBER, Transform.YES_NO, False),
        (FieldKind.NUMBER, Transform.DATE, False),
        (FieldKind.YES_NO, Transform.YES_NO, True),
        (FieldKind.YES_NO, Transform.NUMBER, False),
    ],
)
def test_a_field_gets_what_it_holds(kind: FieldKind, transform: Transform, is_fine: bool) -> None:
    """Only a transform that makes one may fill it."""
    found = problems_of(added(transform=transform), seen(Region__c=SourceField()), there(replace(UDF, kind=kind)))

    wrong = problem("udf:Region", f"udf:Region holds a {kind.value}.", "Choose a transform that makes one.")
    assert found == ([] if is_fine else [wrong])


@pytest.mark.parametrize("name", ["udf:Salesforce Company ID", "lastActivityDate", "udf:Closed"])
def test_what_others_write_is_left_to_them(name: str) -> None:
    """The field of the Salesforce id above all."""
    mapping = COMPANY_MAPPING.with_row(FieldMap(source="Name", target=name))
    fields = TargetField(name=name, is_read_only=name == "udf:Closed")

    assert problems_of(mapping, seen(), there(fields)) == [
        problem(name, f"{name} cannot be written by a mapping.", "Choose another field.")
    ]


@pytest.mark.parametrize(("hidden", "stops"), [("Fax", False), ("Region__c", True)])
def test_a_hidden_field_stops_only_where_somebody_chose_it(hidden: str, stops: bool) -> None:
    """A standard row whose field is hidden is left out, as ever."""
    mapping = added() if hidden == "Region__c" else COMPANY_MAPPING
    target = "udf:Region" if hidden == "Region__c" else "fax"

    assert problems_of(mapping, source_schema(hidden=[hidden]), there(UDF)) == [
        problem(
            target,
            f"The Salesforce user sees no field {hidden} of Account.",
            "Make it visible by field-level security, or choose another field.",
            stops=stops,
        )
    ]


@pytest.mark.parametrize(("wins", "is_fine"), [(wins, wins not in (Wins.FILL_EMPTY, Wins.KEEP_EDITS)) for wins in Wins])
def test_a_reference_is_written_as_a_whole_or_not(wins: Wins, is_fine: bool) -> None:
    """Nobody can tell whether another company is an edit."""
    found = problems_of(changed("parentCompanyID", wins=wins), seen(), context())

    assert [(each.target, each.stops) for each in found] == ([] if is_fine else [("parentCompanyID", True)])


@pytest.mark.parametrize(
    ("length", "too_long", "is_told"),
    [(41, TooLong.DEFAULT, True), (40, TooLong.DEFAULT, False), (41, TooLong.REFUSE, False), (0, TooLong.CUT, False)],
)
def test_longer_texts_are_remarked_upon(length: int, too_long: TooLong, is_told: bool) -> None:
    """Unless they fit, or the row says that such a record is held."""
    details, target = SourceField(length=length), replace(UDF, length=40)
    found = remarks_of(added(too_long=too_long), seen(Region__c=details), there(target))

    message = "Region__c takes 41 letters, udf:Region 40: longer texts are cut or left out, and each is reported."
    assert found == ([problem("udf:Region", message, stops=False)] if is_told else [])


@pytest.mark.parametrize(
    ("options", "unknown"),
    [
        ({}, "Partner, Old customer"),
        ({"table": (("old CUSTOMER", "Customer"),)}, "Partner"),
        ({"table": (("Partner", "Cancelation"),)}, "Partner, Old customer"),
        ({"default": "Customer"}, ""),
    ],
)
def test_values_without_a_counterpart_are_named(options: dict[str, object], unknown: str) -> None:
    """Those that neither an active label nor the table has, unless the row has a default."""
    details = SourceField(kind=FieldKind.TEXT, picklist=("customer", "Partner", "Old customer"))
    found = remarks_of(changed("companyType", **options), seen(Type=details), context())

    message = f"Values of Type without one of companyType: {unknown}."
    told = problem("companyType", message, "Pair them in the table of the row.", stops=False)
    assert found == ([told] if unknown else [])


def test_a_field_that_autotask_asks_people_for_is_remarked_upon() -> None:
    """Nothing fills it; once a row does, nothing is said."""
    asked = there(replace(UDF, is_required=True))

    assert remarks_of(COMPANY_MAPPING, seen(), asked) == [
        problem(
            "udf:Region",
            "Autotask asks people for Region, and no row fills it.",
            "Add a row for it, if it should be filled.",
            stops=False,
        )
    ]
    assert remarks_of(added(), seen(), asked) == remarks_of(COMPANY_MAPPING, seen(), there(UDF)) == []


def test_what_autotask_lost_stops_no_import() -> None:
    """A field whose row is left out, and a value of the table that was set inactive."""
    stored = changed("companyType", table=(("Partner", "Cancelation"),)).with_row(
        FieldMap(source="Region__c", target="udf:Region")
    )

    assert lost_in_target(stored, context()) == [
        problem(
            "companyType",
            "The picklist of companyType has no active value Cancelation.",
            "Choose one that it has.",
            stops=False,
        ),
        problem(
            "udf:Region", "Autotask has no field udf:Region of companies any more.", "Remove its row.", stops=False
        ),
    ]
    assert lost_in_target(added(), there(UDF)) == []
