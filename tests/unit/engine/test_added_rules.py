"""Added match rules in imports: asked once S15 and S16 found nothing, and never more daring than those (B4)."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from taskforce.domain.added_rules import MatchRule, MatchRules, RuleVerdict, Trait
from taskforce.domain.outcome import OutcomeKind
from taskforce.domain.reasons import Reason
from taskforce.domain.records import Entity, Value
from taskforce.domain.run import Run
from taskforce.domain.settings import ConnectionSettings
from taskforce.editing import look_again_by
from taskforce.engine.suggesting import suggest
from tests.builders import account_id
from tests.unit.engine.deciding_office import an_office, approve, asked
from tests.unit.engine.office import SETTINGS, Office

LINK, HOLD = RuleVerdict.LINK, RuleVerdict.HOLD
LINKED = (OutcomeKind.LINKED, Reason.RULE_MATCH)
CREATED = (OutcomeKind.CREATED, Reason.NO_CANDIDATE)
ELSEWHERE = {"address1": "9 Other Rd", "phone": "312-555-0199"}


def rules(*companies: MatchRule, contacts: tuple[MatchRule, ...] = ()) -> ConnectionSettings:
    """The usual settings with these rules."""
    return replace(SETTINGS, match_rules=MatchRules(companies=companies, contacts=contacts))


def by(trait: Trait, verdict: RuleVerdict = LINK) -> MatchRule:
    """One rule."""
    return MatchRule(trait=trait, verdict=verdict)


def evidence(here: Office, run: Run) -> Mapping[str, object]:
    """That of the only decision of a run."""
    [entry] = here.stores.plan(run.id).entries()
    return entry.decision.evidence


def held(reason: Reason) -> tuple[OutcomeKind, Reason]:
    """How a record that waits ended."""
    return (OutcomeKind.HELD, reason)


@pytest.mark.parametrize(
    ("trait", "ours", "theirs"),
    [
        (Trait.DOMAIN, {"Website": "https://www.acme.example/start"}, {"webAddress": "acme.example"}),
        (Trait.PHONE, {"Phone": "+1 (217) 555-0177"}, {"phone": "217.555.0177"}),
        (Trait.ACCOUNT_NUMBER, {"AccountNumber": "A-0017"}, {"companyNumber": "a-0017"}),
        (Trait.NAME, {"Name": "Acme, Inc."}, {"companyName": "ACME LLC"}),
    ],
)
def test_a_company_that_shares_the_trait_is_linked(
    trait: Trait, ours: dict[str, Value], theirs: dict[str, Value]
) -> None:
    """Without the rule it is created beside the other."""
    outcomes = []
    for settings in (rules(by(trait)), SETTINGS):
        here = Office(settings=settings)
        here.company(**{"companyName": "Another", **ELSEWHERE, **theirs})
        account = here.account(**ours)
        outcomes.append(here.outcomes(here.run())[account])

    assert outcomes == [LINKED, CREATED]


@pytest.mark.parametrize(
    ("trait", "ours", "theirs"),
    [
        (Trait.EMAIL, {"Email": "Jo@Acme.example"}, {"emailAddress": "jo@acme.example"}),
        (Trait.PHONE, {"Phone": "217 555 0133"}, {"phone": "(217) 555-0133"}),
        (Trait.MOBILE_PHONE, {"MobilePhone": "217 555 0134"}, {"mobilePhone": "(217) 555-0134"}),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_contact_that_shares_the_trait_is_linked_within_its_company(
    trait: Trait, ours: dict[str, Value], theirs: dict[str, Value], is_there: bool
) -> None:
    """One that stands under another company is none of its business."""
    here = Office(settings=rules(contacts=(by(trait),)))
    company, other = here.company(), here.company(companyName="Other")
    here.account()
    here.contact(company if is_there else other, **{"firstName": "Joanna", "emailAddress": None, **theirs})
    person = here.person(**{"Email": None, **ours})

    assert here.outcomes(here.run())[person] == (LINKED if is_there else CREATED)


@pytest.mark.parametrize(
    ("settings", "ours", "theirs"),
    [
        (rules(by(Trait.DOMAIN)), {"Website": "https://gmail.com"}, {"webAddress": "gmail.com"}),
        (rules(by(Trait.DOMAIN)), {"Website": "facebook.com/acme"}, {"webAddress": "facebook.com/birch"}),
        (rules(by(Trait.DOMAIN)), {"Website": None}, {"webAddress": None}),
        (rules(by(Trait.ACCOUNT_NUMBER)), {"AccountNumber": "N/A"}, {"companyNumber": "n/a"}),
        (rules(by(Trait.ACCOUNT_NUMBER)), {"AccountNumber": "0000"}, {"companyNumber": "0000"}),
        (rules(by(Trait.NAME)), {"Name": "Test"}, {"companyName": "Test Inc"}),
        (
            replace(rules(by(Trait.PHONE)), phone_stand_in="555-123-4567"),
            {"Phone": "555-123-4567"},
            {"phone": "555-123-4567"},
        ),
    ],
)
def test_what_says_nothing_matches_nothing(
    settings: ConnectionSettings, ours: dict[str, Value], theirs: dict[str, Value]
) -> None:
    """Free mail, sites where everybody has a page, blanks and stand-ins."""
    here = Office(settings=settings)
    here.company(**{"companyName": "Birch", **ELSEWHERE, **theirs})
    account = here.account(**ours)

    assert here.outcomes(here.run())[account] == CREATED


@pytest.mark.parametrize("address", ["info@acme.example", "none@none.example", "no address"])
def test_a_mailbox_of_nobody_matches_nobody(address: str) -> None:
    """Two people who share an office mailbox stay two."""
    here = Office(settings=rules(contacts=(by(Trait.EMAIL),)))
    company = here.company()
    here.account()
    here.contact(company, firstName="Al", lastName="Bell", emailAddress=address)
    person = here.person(Email=address)

    assert here.outcomes(here.run())[person] == CREATED


def test_the_number_of_the_office_is_nobodys_own() -> None:
    """A contact's phone that is its company's tells no one apart."""
    here = Office(settings=rules(contacts=(by(Trait.PHONE),)))
    company = here.company()
    here.account()
    here.contact(company, firstName="Al", lastName="Bell", phone="217-555-0100")
    person = here.person(Phone="217-555-0100")

    assert here.outcomes(here.run())[person] == CREATED


def test_the_key_goes_before_any_rule() -> None:
    """S15 finds one; what the rule would have found is not looked at."""
    here = Office(settings=rules(by(Trait.DOMAIN)))
    exact = here.company()
    here.company(companyName="Other", webAddress="acme.example")
    account = here.account(Website="acme.example")

    assert here.outcomes(here.run())[account] == (OutcomeKind.LINKED, Reason.EXACT_MATCH)
    assert {each.id: each.source_id for each in here.companies()}[exact] == account


@pytest.mark.parametrize(
    ("first", "second", "outcome", "name"),
    [
        (by(Trait.DOMAIN), by(Trait.PHONE, HOLD), LINKED, "By domain"),
        (by(Trait.PHONE, HOLD), by(Trait.DOMAIN), held(Reason.RULE_MATCH_HELD), None),
        (by(Trait.ACCOUNT_NUMBER, HOLD), by(Trait.DOMAIN), LINKED, "By domain"),
    ],
)
def test_the_first_rule_that_finds_something_decides(
    first: MatchRule, second: MatchRule, outcome: object, name: str | None
) -> None:
    """In the order in which they stand; one that finds nothing leaves it to the next."""
    here = Office(settings=rules(first, second))
    here.company(companyName="By domain", webAddress="acme.example", **ELSEWHERE)
    here.company(companyName="By phone", address1="8 Far St")
    account = here.account(Website="acme.example", AccountNumber="A-17")

    run = here.run()

    assert here.outcomes(run)[account] == outcome
    assert [each.id for each in here.companies() if each.source_id] == [
        each.id for each in here.companies() if name is not None and each.source_id == account
    ]


@pytest.mark.parametrize(
    ("companies", "reason"),
    [
        ([{}, {"companyName": "Third"}], Reason.AMBIGUOUS),
        ([{"is_active": False}], Reason.CANDIDATE_INACTIVE),
        ([{"carries": account_id(9)}], Reason.TAKEN),
    ],
)
@pytest.mark.parametrize("verdict", list(RuleVerdict))
def test_what_s15_would_leave_to_a_person_a_rule_does_too(
    companies: list[dict[str, object]], reason: Reason, verdict: RuleVerdict
) -> None:
    """Whatever the rule's verdict; its name is in the evidence."""
    here = Office(settings=rules(by(Trait.DOMAIN, verdict)))
    for each in companies:
        here.company(**{"companyName": "Other", "webAddress": "acme.example", **ELSEWHERE, **each})  # type: ignore[arg-type]
    account = here.account(Website="acme.example")

    run = here.run()

    assert here.outcomes(run) == {account: held(reason)}
    assert evidence(here, run)["rule"] == "domain of the website"


def test_two_accounts_do_not_get_the_same_company() -> None:
    """One to one, within a plan too (B4)."""
    here = Office(settings=rules(by(Trait.DOMAIN)))
    here.company(companyName="Other", webAddress="acme.example", **ELSEWHERE)
    one, two = here.account(1, Website="acme.example"), here.account(2, Name="Birch", Website="acme.example")

    assert here.outcomes(here.run()) == {one: LINKED, two: held(Reason.TAKEN)}


def test_a_hidden_field_is_no_blank() -> None:
    """What would be created might be found by it."""
    here = Office(settings=rules(by(Trait.DOMAIN)))
    here.source.visible[Entity.COMPANY] -= {"Website"}
    account = here.account(Website="acme.example")

    assert here.outcomes(here.run()) == {account: held(Reason.FIELD_NOT_VISIBLE)}


def test_what_a_rule_holds_is_suggested() -> None:
    """Also where nothing else speaks for it; the rule is named."""
    here = Office(settings=rules(by(Trait.ACCOUNT_NUMBER, HOLD)))
    company = here.company(companyName="Quite Other", companyNumber="A-17", city="Reno", state="NV", **ELSEWHERE)
    account = here.account(AccountNumber="A-17")
    run = here.run()

    [suggestion] = suggest(here.stores, here.settings, Entity.COMPANY, [account])[account].suggestions

    assert here.outcomes(run) == {account: held(Reason.RULE_MATCH_HELD)}
    assert (suggestion.record.id, suggestion.obstacle) == (company, "")
    assert suggestion.score.parts[0].words == "found by the match rule: account number"


def test_what_a_rule_holds_is_looked_at_again_when_its_candidate_changes() -> None:
    """Somebody takes the domain away from the company in Autotask."""
    here = Office(settings=rules(by(Trait.DOMAIN, HOLD)))
    company = here.company(companyName="Other", webAddress="acme.example", **ELSEWHERE)
    account = here.account(Website="acme.example")
    here.run()
    here.target.edit(Entity.COMPANY, company, {"webAddress": "other.example"})

    assert here.outcomes(here.run()) == {account: CREATED}


def test_what_a_rule_holds_is_looked_at_again_when_an_exact_one_turns_up() -> None:
    """Somebody types the customer in."""
    here = Office(settings=rules(by(Trait.DOMAIN, HOLD)))
    here.company(companyName="Other", webAddress="acme.example", **ELSEWHERE)
    account = here.account(Website="acme.example")
    here.run()
    exact = here.company()

    assert here.outcomes(here.run()) == {account: (OutcomeKind.LINKED, Reason.EXACT_MATCH)}
    assert {each.id: each.source_id for each in here.companies()}[exact] == account


@pytest.mark.parametrize("later", [(), (by(Trait.DOMAIN, LINK),), (by(Trait.PHONE, HOLD),)])
def test_other_rules_are_for_what_is_held_too(later: tuple[MatchRule, ...]) -> None:
    """At no request to read anything anew."""
    here = Office(settings=rules(by(Trait.DOMAIN, HOLD)))
    here.company(companyName="Other", webAddress="acme.example", **ELSEWHERE)
    account = here.account(Website="acme.example")
    here.run()
    before, here.settings = here.settings, rules(*later)
    look_again_by(here.stores, before, here.settings)

    run = here.run()

    assert here.outcomes(run) == {account: LINKED if later and later[0].verdict is LINK else CREATED}


def test_a_plan_that_waited_is_held_to_the_rules_of_today() -> None:
    """What was to be created may be found by now, what was to be linked may not be any more."""
    here = an_office(9)
    [imported] = here.companies()
    other = here.company(companyName="Other", webAddress="acme.example", **ELSEWHERE)
    account = here.account(Website="acme.example")
    to_create = asked(here)
    here.settings = replace(here.settings, match_rules=MatchRules(companies=(by(Trait.DOMAIN),)))
    created = approve(here, to_create)
    to_link = asked(here)
    here.settings = replace(here.settings, match_rules=MatchRules())
    linked = approve(here, to_link)

    left = {account: held(Reason.CHANGED_SINCE_PLANNED)}
    assert (here.outcomes(created), here.outcomes(linked)) == (left, left)
    assert {each.id: each.source_id for each in here.companies()} == {imported.id: account_id(9), other: None}
