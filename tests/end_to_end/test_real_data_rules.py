"""Every rule of spec section 2, over HTTP, with the value before and after."""

import pytest

from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.records import Counts, Entity
from taskforce.domain.run import Run, RunStatus
from tests.end_to_end.office import COMPANY_ID_FIELD, Office, udf


def notes(office: Office, run: Run, record: str) -> list[str]:
    """The codes of the remarks on a record."""
    return [note.reason.value for note in office.outcomes(run)[record].notes]


def ending(office: Office, run: Run, record: str) -> tuple[str, str]:
    """How a record ended in a run, and why."""
    change = office.outcomes(run)[record]
    assert change.outcome is not None
    return change.outcome.value, (change.outcome_reason or change.reason).value


def test_a_blank_phone_gets_its_stand_in_on_create_only(office: Office) -> None:
    """The stand-in is used on create, reported, and a real value later replaces it; a blank never clears it."""
    account = office.account(Phone=None)
    first = office.run()
    created = office.company_of(account)["phone"]
    office.change("Account", account, Phone="312-555-0142")
    office.run()
    filled = office.company_of(account)["phone"]
    office.change("Account", account, Phone=None)
    office.run()

    assert (created, filled) == ("000-000-0000", "312-555-0142")
    assert office.company_of(account)["phone"] == "312-555-0142"
    assert notes(office, first, account) == ["stand_in_used"]


def test_a_blank_first_name_gets_its_stand_in_and_never_overwrites_a_real_one(office: Office) -> None:
    """A contact without a first name is created with the stand-in; a first name typed in Autotask stays."""
    contact = office.contact(office.account(), FirstName=None)
    run = office.run()
    person = office.person_of(contact)
    office.edit("Contacts", person["id"], firstName="Maria")
    office.change("Contact", contact, Title="Owner")
    office.run()

    assert person["firstName"] == "-"
    assert notes(office, run, contact) == ["stand_in_used"]
    assert (office.person_of(contact)["firstName"], office.person_of(contact)["title"]) == ("Maria", "Owner")


def test_the_stand_ins_are_settings(office: Office) -> None:
    """Phone and first name stand-ins can be chosen."""
    office.settings(phone_stand_in="999", first_name_stand_in="Team")
    account = office.account(Phone=None)
    contact = office.contact(account, FirstName=None)
    office.run()

    assert office.company_of(account)["phone"] == "999"
    assert office.person_of(contact)["firstName"] == "Team"


def test_a_blank_type_becomes_customer_on_create_and_keeps_what_is_there_on_update(office: Office) -> None:
    """A blank Type takes the fallback only on create; a present company type stays, and that is reported."""
    created = office.account(Name="New One", Type=None)
    existing = office.company(companyName="Old One", companyType=2)
    linked = office.account(Name="Old One", Type=None)
    run = office.run()

    labels = office.labels("companyType")
    assert labels[office.company_of(created)["companyType"]] == "Customer"
    assert labels[office.company_of(linked)["companyType"]] == "Lead"
    assert office.company_of(linked)["id"] == existing
    assert (notes(office, run, created), notes(office, run, linked)) == (["type_defaulted"], ["type_kept"])


def test_an_unknown_type_becomes_customer_even_on_update(office: Office) -> None:
    """A Type that is not blank and has no counterpart becomes Customer (S20)."""
    account = office.account(Type="Partner")
    office.run()
    before = office.company_of(account)["companyType"]
    office.change("Account", account, Type="Franchise")
    run = office.run()

    labels = office.labels("companyType")
    assert (labels[before], labels[office.company_of(account)["companyType"]]) == ("Partner", "Customer")
    assert notes(office, run, account) == ["type_unknown"]


@pytest.mark.parametrize(
    ("owner", "why"),
    [("Nadia Petrova", "owner_unknown"), ("Sam Carter", "owner_ambiguous"), ("Erin Doyle", "owner_inactive")],
)
def test_an_owner_who_is_not_found_gives_the_default_account_manager(office: Office, owner: str, why: str) -> None:
    """Unknown, ambiguous and inactive owners count as not found: the default is used on create, and reported (S8)."""
    account = office.account(OwnerId=office.user(owner))
    run = office.run()

    assert office.company_of(account)["ownerResourceID"] == office.resource("Helen Marsh")
    assert notes(office, run, account) == [why, "owner_defaulted"]


def test_a_present_active_account_manager_stays_when_the_owner_is_not_found(office: Office) -> None:
    """The fallback is for creating: a present account manager who is active stays, and that is reported."""
    account = office.account(OwnerId=office.user("Olivia Grant"))
    office.run()
    office.change("Account", account, OwnerId=office.user("Nadia Petrova"))
    run = office.run()

    assert office.company_of(account)["ownerResourceID"] == office.resource("Olivia Grant")
    assert notes(office, run, account) == ["owner_unknown", "manager_kept"]


def test_a_company_is_held_when_there_is_neither_owner_nor_default(office: Office) -> None:
    """Without a default account manager a company whose owner is not found is held, and goes when one is set."""
    office.settings(default_account_manager="")
    account = office.account(OwnerId=office.user("Nadia Petrova"))
    first = office.run()
    office.settings(default_account_manager="Helen Marsh")
    second = office.run()

    assert ending(office, first, account) == ("held", "owner_not_found")
    assert ending(office, second, account) == ("created", "no_candidate")
    assert office.company_of(account)["ownerResourceID"] == office.resource("Helen Marsh")


def test_an_unknown_country_leaves_what_is_there(office: Office) -> None:
    """A country without counterpart leaves what is there, and is reported."""
    account = office.account(BillingCountry="Canada")
    office.run()
    office.change("Account", account, BillingCountry="Ruritania")
    run = office.run()

    assert office.company_of(account)["countryID"] == office.country("CA")
    assert notes(office, run, account) == ["country_unknown"]


def test_long_names_are_cut_and_the_original_is_reported(office: Office) -> None:
    """Prose longer than the Autotask field is cut at the length that its metadata names."""
    name = "Long " * 25 + "Name"
    account = office.account(Name=name)
    run = office.run()

    (cut,) = office.outcomes(run)[account].notes
    assert office.company_of(account)["companyName"] == name[:100].rstrip()
    assert (cut.reason.value, cut.field, dict(cut.evidence)) == (
        "value_cut",
        "companyName",
        {"original": name, "limit": 100},
    )


def test_long_names_hold_the_record_when_the_setting_says_refuse(office: Office) -> None:
    """With overflow set to refuse nothing is written for the record; shortened, it goes."""
    office.settings(overflow="refuse")
    account = office.account(Name="Long " * 25)
    first = office.run()
    held = office.companies()
    office.change("Account", account, Name="Short")
    office.run()

    assert (ending(office, first, account), held) == (("held", "too_long"), [])
    assert office.company_of(account)["companyName"] == "Short"


def test_codes_that_are_too_long_are_left_out_and_reported(office: Office) -> None:
    """Phone, fax, postal code, e-mail, web address and codes are never cut: what is there stays."""
    account = office.account(BillingPostalCode="60601")
    office.run()
    office.change("Account", account, BillingPostalCode="60601-1234-5678", Fax="312-555-0100 extension 12345 ask")
    run = office.run()

    company = office.company_of(account)
    assert (company["postalCode"], company["fax"] or None) == ("60601", None)
    assert notes(office, run, account) == ["value_left_out", "value_left_out"]


def test_matching_ignores_letter_case_and_white_space(office: Office) -> None:
    """S15: name, first street line, city and state are compared without letter case, outer and repeated spaces."""
    company = office.company(companyName="BIRCH  dental ", address1=" 1 elm ST", city="chicago", state="il")
    account = office.account(BillingStreet="1 Elm St\nSuite 5", BillingCity="Chicago", BillingState="IL")
    run = office.run()

    assert ending(office, run, account) == ("linked", "exact_match")
    assert office.company_of(account)["id"] == company
    assert office.company_of(account)["companyName"] == "Birch Dental"


def test_linking_is_one_patch_with_the_id_and_the_differences(office: Office) -> None:
    """Linking costs one write."""
    office.company(fax="312-555-0100")
    account = office.account()
    office.run()

    assert office.writes() == ["patch /companies"]
    assert udf(office.company_of(account), COMPANY_ID_FIELD) == account


def test_another_street_is_another_company(office: Office) -> None:
    """The inherited match is exact: another city makes another company, marked as a near match."""
    office.company(city="Evanston")
    account = office.account(BillingCity="Chicago")
    run = office.run()

    assert ending(office, run, account) == ("created", "no_candidate")
    assert "near_match" in notes(office, run, account)
    assert len(office.companies()) == 2


def test_several_fitting_companies_are_left_for_a_person(office: Office) -> None:
    """Two Autotask companies that fit: nothing is created and nothing is overwritten."""
    both = [office.company(), office.company()]
    account = office.account()
    run = office.run()

    assert ending(office, run, account) == ("held", "ambiguous")
    assert list(office.outcomes(run)[account].evidence["candidates"]) == both
    assert (run.counts[Entity.COMPANY], office.writes()) == (Counts(held=1), [])


def test_a_company_that_belongs_to_another_account_is_left_alone(office: Office) -> None:
    """One that fits but is linked already: the second account waits."""
    first = office.account()
    office.run()
    second = office.account()
    run = office.run()

    assert ending(office, run, second) == ("held", "taken")
    assert office.outcomes(run)[second].evidence["belongs_to"] == first
    assert len(office.companies()) == 1


def test_twins_in_salesforce_make_one_company(office: Office) -> None:
    """Creates planned in the same run are candidates too."""
    first, second = office.account(), office.account()
    run = office.run()

    endings = sorted([ending(office, run, first), ending(office, run, second)])
    assert endings == [("created", "no_candidate"), ("held", "taken")]
    assert len(office.companies()) == 1


def test_an_inactive_company_that_fits_is_left_for_a_person(office: Office) -> None:
    """One that fits and is inactive: nothing is created; it is linked once somebody has activated it."""
    company = office.company(isActive=False)
    account = office.account()
    first = office.run()
    office.edit("Companies", company, isActive=True)
    office.account(Name="Another One")
    second = office.run()

    assert ending(office, first, account) == ("held", "candidate_inactive")
    assert ending(office, second, account) == ("linked", "exact_match")


def test_a_contact_is_matched_within_its_company_only(office: Office) -> None:
    """S16: same first and last name under the linked company."""
    company = office.company()
    person = office.person(company, firstName="ROSA", lastName=" lind")
    contact = office.contact(office.account())
    run = office.run()

    assert ending(office, run, contact) == ("linked", "exact_match")
    assert (office.person_of(contact)["id"], office.person_of(contact)["firstName"]) == (person, "Rosa")


def test_a_contact_under_a_namesake_company_is_held(office: Office) -> None:
    """A contact of the same name under another company of the same name waits for a person."""
    elsewhere = office.company(city="Evanston")
    office.person(elsewhere)
    contact = office.contact(office.account(BillingCity="Chicago"))
    run = office.run()

    assert ending(office, run, contact) == ("held", "same_name_other_company")
    assert len(office.people()) == 1


def test_a_contact_without_an_account_is_not_imported(office: Office) -> None:
    """S17: it is skipped and counted."""
    contact = office.contact(None)
    run = office.run()

    assert ending(office, run, contact) == ("skipped", "no_account")
    assert (run.status, run.counts[Entity.CONTACT], office.people()) == (RunStatus.DONE, Counts(skipped=1), [])


def test_contacts_wait_for_their_held_account_and_go_with_it(office: Office) -> None:
    """Contacts of a held account are left alone, and go with it when it is linked."""
    keep, other = office.company(), office.company()
    account = office.account()
    contact = office.contact(account)
    first = office.run()
    office.edit("Companies", other, companyName="Something Else")
    office.account(Name="Wakes The Index")
    second = office.run()

    assert ending(office, first, contact) == ("held", "company_not_linked")
    assert ending(office, second, account) == ("linked", "exact_match")
    assert ending(office, second, contact) == ("created", "no_candidate")
    assert office.person_of(contact)["companyID"] == keep


def test_contacts_are_written_under_their_company_with_a_numeric_is_active(office: Office) -> None:
    """POST goes to /Companies/{id}/Contacts, and the new contact is active."""
    contact = office.contact(office.account())
    office.run()

    person = office.person_of(contact)
    assert office.writes() == ["post /companies", f"post /companies/{person['companyID']}/contacts"]
    assert person["isActive"] == 1


def test_a_contact_that_moved_to_another_account_is_held(office: Office) -> None:
    """A contact cannot be moved through the Autotask API."""
    first, second = office.account(Name="First"), office.account(Name="Second")
    contact = office.contact(first)
    office.run()
    before = office.person_of(contact)["companyID"]
    office.change("Contact", contact, AccountId=second)
    run = office.run()

    assert ending(office, run, contact) == ("held", "moved_to_other_account")
    assert office.person_of(contact)["companyID"] == before


def test_a_parent_loop_is_reported_and_imported_without_the_closing_link(office: Office) -> None:
    """Loops appear because data is read in pieces: all are imported, one parent is left out and reported."""
    first = office.account(Name="First")
    second = office.account(Name="Second", ParentId=first)
    office.change("Account", first, ParentId=second)
    run = office.run()

    companies = {account: office.company_of(account) for account in (first, second)}
    parents = {account: company["parentCompanyID"] for account, company in companies.items()}
    reported = [account for account in companies if "parent_loop" in notes(office, run, account)]
    assert run.status is RunStatus.DONE
    assert len(reported) == 1
    (closer,) = reported
    other = second if closer == first else first
    assert parents == {closer: None, other: companies[closer]["id"]}


def test_the_msp_itself_is_never_matched_and_never_changed(office: Office) -> None:
    """Company 0 is the MSP: an account that fits it makes a company of its own."""
    (own,) = [each for each in office.pair.autotask.records("Companies") if each["id"] == 0]
    account = office.account(
        Name=own["companyName"],
        BillingStreet=own["address1"],
        BillingCity=own["city"],
        BillingState=own["state"],
    )
    office.run()

    (unchanged,) = [each for each in office.pair.autotask.records("Companies") if each["id"] == 0]
    assert {name: unchanged[name] for name in own} == own
    assert office.company_of(account)["id"] != 0


def test_person_accounts_are_skipped_and_counted(office: Office) -> None:
    """Person accounts are left alone by default."""
    office.pair.salesforce.change_settings({"person_accounts": True})
    account = office.account(Name="Ada Moor", IsPersonAccount=True)
    contact = office.contact(account, FirstName="Ada", LastName="Moor", IsPersonAccount=True)
    run = office.run()

    assert ending(office, run, account) == ("skipped", "person_account")
    assert ending(office, run, contact) == ("skipped", "person_account")
    assert office.companies() == []


def test_person_accounts_become_a_company_with_one_contact_by_setting(office: Office) -> None:
    """With person_accounts set to import, both arrive."""
    office.settings(person_accounts="import")
    office.pair.salesforce.change_settings({"person_accounts": True})
    account = office.account(Name="Ada Moor", IsPersonAccount=True)
    contact = office.contact(account, FirstName="Ada", LastName="Moor", IsPersonAccount=True)
    office.run()

    assert office.company_of(account)["companyName"] == "Ada Moor"
    assert office.person_of(contact)["companyID"] == office.company_of(account)["id"]


def test_a_blank_clears_the_field(office: Office) -> None:
    """By default a blank in Salesforce clears the field in Autotask, because records are kept current."""
    account = office.account(Website="https://birch.example")
    office.run()
    before = office.company_of(account)["webAddress"]
    office.change("Account", account, Website=None)
    office.run()

    assert (before, office.company_of(account)["webAddress"] or None) == ("https://birch.example", None)


def test_a_blank_leaves_the_field_when_the_setting_says_so(office: Office) -> None:
    """With clear_blanks off, what is there stays."""
    office.settings(clear_blanks=False)
    account = office.account(Website="https://birch.example")
    office.run()
    office.change("Account", account, Website=None)
    office.run()

    assert office.company_of(account)["webAddress"] == "https://birch.example"


def test_an_amount_in_another_currency_is_left_out(office: Office) -> None:
    """Multi-currency orgs: only amounts in Autotask's currency are written."""
    office.settings(autotask_currency="USD")
    office.pair.salesforce.change_settings({"multi_currency": True})
    dollars = office.account(Name="Dollars", AnnualRevenue=1000, CurrencyIsoCode="USD")
    euros = office.account(Name="Euros", AnnualRevenue=1000, CurrencyIsoCode="EUR")
    run = office.run()

    assert (office.company_of(dollars)["assetValue"], office.company_of(euros)["assetValue"]) == (1000, None)
    assert "currency_differs" in notes(office, run, euros)


def test_clearing_the_field_in_autotask_separates_the_pair(office: Office) -> None:
    """S23: nothing more is written to a company whose Salesforce id was cleared, and it is not joined again (B5)."""
    account = office.account()
    office.run()
    company = office.company_of(account)["id"]
    office.edit("Companies", company, userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}])
    office.change("Account", account, Phone="312-555-0177")
    first = office.run()
    office.change("Account", account, Phone="312-555-0178")
    second = office.run()

    assert ending(office, first, account) == ("skipped", "unmapped")
    assert ending(office, second, account) == ("skipped", "unmapped")
    assert [each["phone"] for each in office.companies()] == ["312-555-0199"]


def test_the_old_extensions_field_is_adopted_with_its_ids(office: Office) -> None:
    """S10: a database that ran the old extension is taken over by its ids, 15 or 18 characters."""
    office.control("autotask", "udf", entity="Companies", name="Salesforce Account ID", active=True)
    account = office.account(Name="Renamed Since")
    company = office.company(userDefinedFields=[{"name": "Salesforce Account ID", "value": account[:15]}])
    run = office.run()

    (only,) = office.companies()
    assert (only["id"], only["companyName"]) == (company, "Renamed Since")
    assert udf(only, "Salesforce Account ID") == account
    assert office.outcomes(run)[account].outcome is OutcomeKind.LINKED


def test_a_deleted_account_is_left_as_it_is(office: Office) -> None:
    """A deletion in Salesforce does nothing in Autotask by default (B6)."""
    account = office.account()
    office.run()
    office.change("Account", account, IsDeleted=True)
    run = office.run()

    assert ending(office, run, account) == ("skipped", "deleted_in_salesforce")
    assert office.company_of(account)["isActive"] is True


def test_a_setting_that_concerns_all_records_takes_effect_at_the_next_import(office: Office) -> None:
    """Person accounts that were skipped arrive once the setting says so, although nothing changed in Salesforce."""
    office.pair.salesforce.change_settings({"person_accounts": True})
    account = office.account(Name="Ada Moor", IsPersonAccount=True)
    skipped = office.run()
    office.settings(person_accounts="import")
    imported = office.run()

    assert ending(office, skipped, account) == ("skipped", "person_account")
    assert ending(office, imported, account) == ("created", "no_candidate")


def test_a_child_gets_its_parent_while_the_linked_parent_waits_for_a_shorter_name(office: Office) -> None:
    """A linked company whose new values are held stands where it stood, also for accounts planned together with it."""
    office.settings(overflow="refuse")
    parent, child = office.account(Name="Birch Parent"), office.account(Name="Acorn Child")
    office.run()
    office.change("Account", parent, Name="Birch" * 30)
    office.change("Account", child, ParentId=parent)
    run = office.run()

    assert ending(office, run, parent) == ("held", "too_long")
    assert office.company_of(child)["parentCompanyID"] == office.company_of(parent)["id"]


def test_a_refused_record_is_kept_and_tried_again_when_a_person_imports(office: Office) -> None:
    """A record that Autotask refuses stops no other; once the cause is mended the next import by hand takes it."""
    good = office.account(Name="Good")
    bad = office.account(Name="Bad", BillingState="X" * 30)
    office.control("autotask", "field", entity="Companies", field="state", length=40)
    office.run()
    office.change("Account", bad, BillingState="Y" * 30)
    office.control("autotask", "field", entity="Companies", field="state", length=10)
    refused = office.run()
    office.control("autotask", "field", entity="Companies", field="state", length=40)
    accepted = office.run()

    assert office.company_of(good)["companyName"] == "Good"
    assert (refused.status, ending(office, refused, bad)) == (
        RunStatus.DONE_WITH_FAILURES,
        ("failed", "metadata_outdated"),
    )
    assert (accepted.status, office.company_of(bad)["state"]) == (RunStatus.DONE, "Y" * 30)
