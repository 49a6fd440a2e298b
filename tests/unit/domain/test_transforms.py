"""What may happen to a value on its way (S19 to S26 and spec section 2)."""

from decimal import Decimal

import pytest

from taskforce.domain.mapped import Mapped, Use
from taskforce.domain.mapping_context import MappingContext
from taskforce.domain.reasons import Note, Reason
from taskforce.domain.records import SourceRecord, TargetId, Value
from taskforce.domain.schema import Country, PicklistValue, Resource
from taskforce.domain.settings import Overflow
from taskforce.domain.standard_mapping import STANDARD
from taskforce.domain.transforms import bound
from tests.builders import (
    COLD,
    COUNTRIES,
    CUSTOMER,
    GERMANY,
    HEALTH_CARE,
    LEAD,
    MAX,
    OLIVIA,
    RESOURCES,
    UNITED_KINGDOM,
    UNITED_STATES,
    account,
    account_id,
    contact,
    context,
    target_schema,
)

LONG = "Long " * 40
LEFT_ALONE = Mapped(use=Use.NEVER)
CLEARED = Mapped(value=None)


def mapped(record: SourceRecord, target: str, known: MappingContext | None = None) -> Mapped:
    """What becomes of the one field `target`."""
    field_map = next(each for each in STANDARD.of(record.entity).fields if each.target == target)
    result = bound(field_map, record.entity, known or context())(record.fields.get(field_map.source), record.fields)
    return result if isinstance(result, Mapped) else Mapped(value=result)


def left_out(reason: Reason, field: str, **evidence: Value) -> Mapped:
    """A value that is not written, and why."""
    return Mapped(use=Use.NEVER, notes=(Note(reason=reason, field=field, evidence=evidence),))


def test_a_text_is_written_without_outer_space() -> None:
    """Leading and trailing space never reaches Autotask."""
    assert mapped(account(Name="  Birch Dental "), "companyName") == Mapped(value="Birch Dental")


@pytest.mark.parametrize(
    ("record", "target"),
    [
        (account(Fax=" "), "fax"),
        (account(BillingStreet=None), "address1"),
        (account(AnnualRevenue=None), "assetValue"),
        (account(BillingCountry=None), "countryID"),
        (account(Industry=None), "marketSegmentID"),
        (account(Rating=None), "classification"),
        (account(ParentId=None), "parentCompanyID"),
    ],
)
def test_a_blank_clears_unless_the_settings_say_otherwise(record: SourceRecord, target: str) -> None:
    """By default a blank is kept current like any other value; with clear_blanks off it leaves what is there."""
    assert mapped(record, target) == CLEARED
    assert mapped(record, target, context(clear_blanks=False)) == LEFT_ALONE


@pytest.mark.parametrize(
    ("record", "target", "length"),
    [
        (account(Name=LONG), "companyName", 100),
        (account(BillingStreet=f"{LONG}\nSuite 4"), "address1", 128),
        (account(BillingStreet=f"12 Elm Street\n{LONG}"), "address2", 128),
        (account(BillingCity=LONG), "city", 30),
        (contact(FirstName=LONG), "firstName", 50),
        (contact(LastName=LONG), "lastName", 50),
        (contact(Title=LONG), "title", 50),
        (contact(MailingStreet=f"{LONG}\nSuite 4"), "addressLine", 128),
        (contact(MailingStreet=f"12 Elm Street\n{LONG}"), "addressLine1", 128),
        (contact(MailingCity=LONG), "city", 32),
    ],
)
def test_names_titles_streets_and_cities_are_cut_and_the_original_told(
    record: SourceRecord, target: str, length: int
) -> None:
    """Prose is cut at the limit of Autotask's metadata, without a space at its end."""
    note = Note(reason=Reason.VALUE_CUT, field=target, evidence={"original": LONG.strip(), "limit": length})
    assert mapped(record, target) == Mapped(value=LONG[:length].rstrip(), notes=(note,))


@pytest.mark.parametrize("target", ["companyName", "city", "address1", "address2"])
def test_refused_texts_are_left_out_as_too_long(target: str) -> None:
    """The other setting cuts nothing: the value is left out, and the record will be held."""
    record = account(Name=LONG, BillingCity=LONG, BillingStreet=f"{LONG}\n{LONG}")

    result = mapped(record, target, context(overflow=Overflow.REFUSE))

    limit = context().field(record.entity, target).length
    assert result == left_out(Reason.TOO_LONG, target, original=LONG.strip(), limit=limit)


@pytest.mark.parametrize(
    ("record", "target"),
    [
        (account(AccountNumber=LONG), "companyNumber"),
        (account(BillingPostalCode=LONG), "postalCode"),
        (account(Fax=LONG), "fax"),
        (account(Sic=LONG), "sicCode"),
        (account(TickerSymbol=LONG), "stockSymbol"),
        (account(Website=LONG * 2), "webAddress"),
        (contact(Email=LONG * 2), "emailAddress"),
        (contact(Phone=LONG), "phone"),
        (contact(MobilePhone=LONG), "mobilePhone"),
        (contact(OtherPhone=LONG), "alternatePhone"),
        (contact(Fax=LONG), "faxNumber"),
        (contact(MailingPostalCode=LONG), "zipCode"),
    ],
)
@pytest.mark.parametrize("overflow", Overflow)
def test_codes_and_addresses_are_never_cut(record: SourceRecord, target: str, overflow: Overflow) -> None:
    """Half a number is a wrong number: it is left out and told, whatever the setting for names."""
    result = mapped(record, target, context(overflow=overflow))

    assert result.use is Use.NEVER
    assert [(note.reason, note.field) for note in result.notes] == [(Reason.VALUE_LEFT_OUT, target)]


def test_a_text_as_long_as_its_field_fits() -> None:
    """The limit itself is allowed."""
    assert mapped(account(BillingCity="C" * 30), "city") == Mapped(value="C" * 30)


def test_a_field_without_a_length_takes_any_text() -> None:
    """Length 0, or a field that the metadata do not list, limits nothing."""
    assert mapped(account(Name=LONG), "companyName", context(target_schema(lengths={"companyName": 0}))) == Mapped(
        value=LONG.strip()
    )
    assert context().field(account().entity, "unheardOf").length == 0


def test_a_blank_phone_of_a_company_falls_back_to_its_stand_in() -> None:
    """Autotask requires it, Salesforce does not; the stand-in is a setting."""
    note = Note(reason=Reason.STAND_IN, field="phone", evidence={"stand_in": "000"})

    assert mapped(account(Phone=None), "phone", context(phone_stand_in="000")) == Mapped(
        use=Use.FALLBACK, value="000", notes=(note,)
    )


def test_a_phone_too_long_is_left_out_and_falls_back() -> None:
    """A company needs some phone: both remarks are made."""
    result = mapped(account(Phone="3" * 26), "phone")

    assert (result.use, result.value) == (Use.FALLBACK, "000-000-0000")
    assert [note.reason for note in result.notes] == [Reason.VALUE_LEFT_OUT, Reason.STAND_IN]


def test_a_blank_first_name_falls_back_to_its_stand_in() -> None:
    """Autotask requires it, Salesforce does not; the stand-in is a setting."""
    note = Note(reason=Reason.STAND_IN, field="firstName", evidence={"stand_in": "N."})

    assert mapped(contact(FirstName=""), "firstName", context(first_name_stand_in="N.")) == Mapped(
        use=Use.FALLBACK, value="N.", notes=(note,)
    )


@pytest.mark.parametrize("value", ["much", "NaN"])
def test_an_amount_that_is_no_number_is_left_out(value: str) -> None:
    """What is there stays, and it is told."""
    assert mapped(account(AnnualRevenue=value), "assetValue") == left_out(Reason.NOT_A_NUMBER, "assetValue")


def test_an_amount_in_the_currency_of_autotask_is_written() -> None:
    """In a multi-currency org the record's currency decides."""
    record = account(AnnualRevenue=5, CurrencyIsoCode="EUR")

    assert mapped(record, "assetValue", context(autotask_currency="EUR")) == Mapped(value=Decimal(5))


@pytest.mark.parametrize(("setting", "told"), [("USD", "USD"), ("", None)])
def test_an_amount_in_another_currency_is_left_out(setting: str, told: str | None) -> None:
    """Nothing is converted, and nothing is assumed while the setting is empty."""
    result = mapped(account(AnnualRevenue=5, CurrencyIsoCode="EUR"), "assetValue", context(autotask_currency=setting))

    assert result == left_out(Reason.CURRENCY_DIFFERS, "assetValue", currency="EUR", autotask_currency=told)


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("Germany", GERMANY),
        (" germany ", GERMANY),
        ("DE", GERMANY),
        ("Deutschland", GERMANY),
        ("United States", UNITED_STATES),
        ("United States of America", UNITED_STATES),
        ("USA", UNITED_STATES),
        ("uk", UNITED_KINGDOM),
    ],
)
def test_a_country_is_found_by_name_code_and_usual_spelling(written: str, country: TargetId) -> None:
    """Name, display name, ISO code, or a spelling that people use for one."""
    assert mapped(account(BillingCountry=written), "countryID") == Mapped(value=country)


def test_a_country_code_comes_before_its_name() -> None:
    """Where the org keeps ISO codes, the code counts, and the name when the code says nothing."""
    by_code = account(BillingCountry="Allemagne", BillingCountryCode="DE")
    by_name = account(BillingCountry="Germany", BillingCountryCode="X1")

    assert mapped(by_code, "countryID") == Mapped(value=GERMANY)
    assert mapped(by_name, "countryID") == Mapped(value=GERMANY)


def test_contacts_have_a_country_as_companies_have() -> None:
    """The same rule, by the mailing address."""
    assert mapped(contact(MailingCountry="Allemagne", MailingCountryCode="DE"), "countryID") == Mapped(value=GERMANY)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (account(BillingCountry="Ruritania"), "Ruritania"),
        (account(BillingCountry=None, BillingCountryCode="X1"), "X1"),
        (account(BillingCountry="Soviet Union"), "Soviet Union"),
    ],
)
def test_an_unknown_or_inactive_country_leaves_what_is_there(record: SourceRecord, told: str) -> None:
    """It is told with what was written."""
    assert mapped(record, "countryID") == left_out(Reason.COUNTRY_UNKNOWN, "countryID", country=told)


@pytest.mark.parametrize("name", ["United States", "United Kingdom", "Czechia"])
def test_a_country_is_found_by_its_very_name_where_the_tenant_kept_no_code(name: str) -> None:
    """S25: by name or ISO code; that a name has an alias does not make the name wrong."""
    known = context(target_schema(countries=(Country(id=TargetId(5), code="", name=name),)))

    assert mapped(account(BillingCountry=name), "countryID", known) == Mapped(value=TargetId(5))


def test_the_first_country_of_a_name_counts() -> None:
    """Two countries of one name: the tenant's first one."""
    twins = (*COUNTRIES, Country(id=TargetId(1000), code="", name="Germany"))

    assert mapped(account(BillingCountry="Germany"), "countryID", context(target_schema(countries=twins))) == Mapped(
        value=GERMANY
    )


def test_an_owner_is_found_by_exactly_the_same_name() -> None:
    """First and last name make the account manager (S19)."""
    assert mapped(account(owner=("Max", "Weber")), "ownerResourceID") == Mapped(value=MAX)


TWINS = (*RESOURCES, Resource(id=TargetId(510), first_name="Max", last_name="Weber"))


@pytest.mark.parametrize(
    ("owner", "reason", "told"),
    [
        (("Nadia", "Petrova"), Reason.OWNER_UNKNOWN, "Nadia Petrova"),
        (("olivia", "grant"), Reason.OWNER_UNKNOWN, "olivia grant"),
        (("Paul", "Ast"), Reason.OWNER_INACTIVE, "Paul Ast"),
        (("Max", "Weber"), Reason.OWNER_AMBIGUOUS, "Max Weber"),
        ((None, "Grant"), Reason.OWNER_UNKNOWN, "Grant"),
        ((None, None), Reason.OWNER_UNKNOWN, ""),
    ],
)
def test_an_owner_who_is_not_found_falls_back_to_the_default_manager(
    owner: tuple[str | None, str | None], reason: Reason, told: str
) -> None:
    """Unknown, spelled otherwise, inactive and ambiguous all count as not found, and are told (S8)."""
    known = context(target_schema(resources=TWINS), default_account_manager="Olivia Grant")

    result = mapped(account(owner=owner), "ownerResourceID", known)

    note = Note(reason=reason, field="ownerResourceID", evidence={"owner": told})
    assert result == Mapped(use=Use.FALLBACK, value=OLIVIA, notes=(note,))


@pytest.mark.parametrize("default", ["", "Nobody Here", "Paul Ast"])
def test_without_a_usable_default_nobody_becomes_manager(default: str) -> None:
    """An unset, unknown or inactive default gives none; whoever stands in Autotask stays."""
    result = mapped(account(owner=("Nadia", "Petrova")), "ownerResourceID", context(default_account_manager=default))

    assert result == left_out(Reason.OWNER_UNKNOWN, "ownerResourceID", owner="Nadia Petrova")


def test_first_and_last_name_count_each_for_itself() -> None:
    """S19: first and last name are exactly those of the owner, not merely the two in a row."""
    known = context(
        target_schema(resources=(Resource(id=TargetId(511), first_name="Mary Ann", last_name="Lee"),)),
        default_account_manager="",
    )

    result = mapped(account(owner=("Mary", "Ann Lee")), "ownerResourceID", known)

    assert result == left_out(Reason.OWNER_UNKNOWN, "ownerResourceID", owner="Mary Ann Lee")


def test_a_type_is_found_by_its_name() -> None:
    """The Autotask type of the same name (S20), whatever its letter case."""
    assert mapped(account(Type="lead"), "companyType") == Mapped(value=LEAD)


@pytest.mark.parametrize("label", ["Franchise", "Cancelation"])
def test_a_type_without_counterpart_becomes_customer(label: str) -> None:
    """Unknown and inactive types become the fallback type always, and that is told (S20)."""
    note = Note(reason=Reason.TYPE_UNKNOWN, field="companyType", evidence={"type": label})

    assert mapped(account(Type=label), "companyType") == Mapped(value=CUSTOMER, notes=(note,))


def test_a_blank_type_is_a_fallback() -> None:
    """It becomes the fallback type only where there is none yet."""
    assert mapped(account(Type=None), "companyType") == Mapped(use=Use.FALLBACK, value=CUSTOMER)
    assert mapped(account(Type=None), "companyType", context(fallback_company_type="Lead")) == Mapped(
        use=Use.FALLBACK, value=LEAD
    )


@pytest.mark.parametrize("label", [None, "Franchise"])
def test_a_tenant_without_the_fallback_type_gets_no_type(label: str | None) -> None:
    """Picklists differ everywhere: what the tenant does not have cannot be written, nor claimed to be used."""
    known = context(target_schema(company_types=(PicklistValue(code=3, label="Kunde"),)))

    assert mapped(account(Type=label), "companyType", known).use is Use.NEVER


def test_an_industry_is_found_by_its_name() -> None:
    """The market segment of the same name (S21)."""
    assert mapped(account(Industry=" health  care"), "marketSegmentID") == Mapped(value=HEALTH_CARE)


@pytest.mark.parametrize("clear_blanks", [True, False])
def test_an_industry_without_counterpart_empties_the_segment(clear_blanks: bool) -> None:
    """Otherwise empty, says S21, and it is told; the setting for blanks has no say."""
    note = Note(reason=Reason.INDUSTRY_UNKNOWN, field="marketSegmentID", evidence={"industry": "Mining"})

    assert mapped(account(Industry="Mining"), "marketSegmentID", context(clear_blanks=clear_blanks)) == Mapped(
        value=None, notes=(note,)
    )


def test_a_rating_is_found_by_its_label() -> None:
    """Rating goes to classification (S22)."""
    assert mapped(account(Rating="Cold"), "classification") == Mapped(value=COLD)


def test_a_rating_without_counterpart_leaves_what_is_there() -> None:
    """It is told."""
    result = mapped(account(Rating="Warm"), "classification")

    assert result == left_out(Reason.RATING_UNKNOWN, "classification", rating="Warm")


def test_a_tenant_without_a_picklist_knows_no_value() -> None:
    """A field without values, and a field that is not there, hold no label."""
    known = context(target_schema(classifications=None))

    assert mapped(account(Rating="Hot"), "classification", known) == left_out(
        Reason.RATING_UNKNOWN, "classification", rating="Hot"
    )


def test_a_parent_is_a_reference_to_its_account() -> None:
    """Which company that is gets known while planning."""
    assert mapped(account(ParentId=account_id(7)), "parentCompanyID") == Mapped(use=Use.REFERENCE, value=account_id(7))


@pytest.mark.parametrize(("resource", "active"), [(OLIVIA, True), (503, False), (999, False), (None, False)])
def test_a_present_manager_may_be_inactive(resource: Value, active: bool) -> None:
    """Inactive and unknown resources, and nobody, are no active manager."""
    assert context().is_active_resource(resource) is active


def test_a_state_is_not_among_the_values_that_may_never_be_cut() -> None:
    """The specification names neither way for states; they are cut as cities are."""
    assert mapped(account(BillingState=LONG), "state").value == LONG[:40].rstrip()
