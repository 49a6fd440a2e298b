"""A trial of match rules: what each would do with the present data, in figures that can be checked (B4)."""

from dataclasses import replace

import pytest

from taskforce.domain.added_rules import MatchRule, MatchRules, RuleVerdict, Trait
from taskforce.domain.filtering import RecordFilter, conditions_of
from taskforce.domain.records import ApiCalls, Entity, TargetId
from taskforce.engine import trying
from taskforce.engine.trying import EXAMPLES, Bench, Example, Line, Trial, try_rules
from taskforce.errors import BudgetExhausted, ConfigurationError
from taskforce.testing.progress import RecordedProgress
from tests.builders import account_id
from tests.unit.engine.office import COMPANY, CONTACT, SETTINGS, Office
from tests.unit.engine.reviewing import review

ELSEWHERE = {"address1": "9 Other Rd", "phone": "312-555-0199"}
LINK, HOLD = RuleVerdict.LINK, RuleVerdict.HOLD
UNUSED = {"exact": {}, "domain": {}, "phone": {}, "account_number": {}, "name": {}}


def trial(here: Office, *companies: MatchRule, contacts: tuple[MatchRule, ...] = (), is_quick: bool = False) -> Trial:
    """A trial of these rules."""
    settings = replace(here.settings, match_rules=MatchRules(companies=companies, contacts=contacts))
    world = here.world()
    return try_rules(
        Bench(
            stores=world.stores,
            settings=settings,
            source=world.source,
            target=world.target,
            clock=world.clock,
            progress=RecordedProgress(),
            is_quick=is_quick,
        )
    )


def by(trait: Trait, verdict: RuleVerdict = LINK) -> MatchRule:
    """One rule."""
    return MatchRule(trait=trait, verdict=verdict)


def figures(found: Trial, entity: Entity = COMPANY) -> dict[str, dict[str, int]]:
    """What each rule comes to, in order."""
    return {line.rule: dict(line.counts) for line in found.of(entity)}


def line_of(found: Trial, rule: str) -> Line:
    """One rule for companies."""
    [line] = [each for each in found.of(COMPANY) if each.rule == rule]
    return line


def other(here: Office, **fields: object) -> TargetId:
    """A company that S15 takes for another one."""
    return here.company(**{"companyName": "Other", **ELSEWHERE, **fields})  # type: ignore[arg-type]


def test_before_the_first_import_both_sides_are_read_and_nothing_is_kept() -> None:
    """What S15, the rules in use, and those that might be added would do."""
    here = Office()
    one = other(here, webAddress="acme.example", companyNumber="A-17")
    account = here.account(Website="acme.example", AccountNumber="A-17")

    found = trial(here, by(Trait.DOMAIN))
    unused = trial(here)

    assert figures(found) == {**UNUSED, "domain": {"link": 1}}
    assert figures(unused) == {**UNUSED, "domain": {"hold": 1}, "account_number": {"hold": 1}}
    assert line_of(found, "domain").examples == [
        Example(source_id=account, name="Acme", outcome="link", candidates={one: "Other"})
    ]
    assert dict(unused.seen[COMPANY]) == {"unlinked": 1, "created": 1}
    assert found.calls.autotask > 0
    assert (here.stores.index.count(COMPANY), here.stores.schemas.target()) == (0, None)
    assert [each.source_id for each in here.companies()] == [None]


def test_after_an_import_only_salesforce_is_asked() -> None:
    """A request for each kind, and one to count it; what is stored stays as it is."""
    here = Office()
    here.account(Website="acme.example")
    here.person()
    here.run()
    before = here.stores.state.copy()

    found = trial(here, by(Trait.DOMAIN))

    assert found.calls == ApiCalls(salesforce=4, autotask=0)
    assert here.stores.state == before


@pytest.mark.parametrize(
    ("more", "agreement"),
    [
        ([], "same"),
        ([{"webAddress": "acme.example"}], "several"),
    ],
)
def test_how_a_rule_agrees_with_the_pairs_there_are(more: list[dict[str, object]], agreement: str) -> None:
    """Whether it would have found the counterpart, and that alone."""
    here = Office()
    here.account(Website="acme.example")
    here.run()
    for each in more:
        other(here, **each)
    here.account(2, Name="Later", BillingStreet="2 Main St")
    here.run()

    found = trial(here, by(Trait.DOMAIN))

    assert dict(found.seen[COMPANY]) == {"linked": 2}
    assert line_of(found, "domain").counts == {agreement: 1, "nothing": 1}
    assert line_of(found, "exact").counts == {"same": 2}


def test_a_rule_that_finds_another_than_the_counterpart_is_told_with_an_example() -> None:
    """That is what an administrator has to know before it links."""
    here = Office()
    account = here.account(Website="acme.example")
    here.run()
    [mine] = here.companies()
    here.target.edit(COMPANY, mine.id, {"webAddress": "old.example"})
    wrong = other(here, webAddress="acme.example")
    here.account(2, Name="Later", BillingStreet="2 Main St")
    here.run()

    found = line_of(trial(here, by(Trait.DOMAIN)), "domain")

    assert found.counts == {"other": 1, "nothing": 1}
    assert found.examples == [Example(source_id=account, name="Acme", outcome="other", candidates={wrong: "Other"})]


def test_one_to_one_holds_in_a_trial_too() -> None:
    """Two accounts share a domain: the second finds the company taken."""
    here = Office()
    other(here, webAddress="acme.example")
    here.account(1, Website="acme.example")
    here.account(2, Name="Birch", Website="acme.example", BillingStreet="2 Main St")

    found = trial(here, by(Trait.DOMAIN))

    assert line_of(found, "domain").counts == {"link": 1, "taken": 1}


@pytest.mark.parametrize(
    ("companies", "outcome"),
    [([{}, {"companyName": "Third"}], "ambiguous"), ([{"is_active": False}], "inactive")],
)
def test_what_a_person_would_have_to_decide(companies: list[dict[str, object]], outcome: str) -> None:
    """As the import would hold it."""
    here = Office()
    for each in companies:
        other(here, webAddress="acme.example", **each)
    here.account(Website="acme.example")

    assert line_of(trial(here, by(Trait.DOMAIN)), "domain").counts == {outcome: 1}


def test_contacts_are_looked_for_under_their_company_only() -> None:
    """One whose company is not linked waits; one that stands elsewhere is not found."""
    here = Office()
    company, elsewhere = here.company(), here.company(companyName="Elsewhere", address1="8 Far St")
    here.account()
    here.person(9, LastName="Early", Email="early@acme.example")
    here.run()
    here.contact(company, firstName="Joanna", emailAddress="jo@acme.example")
    here.contact(elsewhere, firstName="Al", emailAddress="al@acme.example")
    here.person(1)
    here.person(2, FirstName="Al", LastName="Bell", Email="al@acme.example")
    here.person(3, at=here.account(3, Name="Unread", BillingStreet="3 Main St"), LastName="Cole")
    here.stores.index.expire()

    found = trial(here, contacts=(by(Trait.EMAIL, HOLD),))

    assert figures(found, CONTACT) == {
        "exact": {"same": 1},
        "email": {"same": 1, "hold": 1},
        "phone": {"nothing": 1},
        "mobile_phone": {"nothing": 1},
    }
    assert dict(found.seen[CONTACT]) == {"linked": 1, "unlinked": 2, "created": 1, "waiting": 1}


def test_what_people_the_settings_or_an_id_decide_is_left_out() -> None:
    """Separated pairs stay apart, what somebody calls new is new, and what carries the id is linked by that."""
    here = Office()
    here.account(1)
    here.run()
    review(here).unmap(COMPANY, account_id(1))
    other(here, webAddress="acme.example")
    here.stores.index.expire()
    here.run()
    for number in (2, 3, 4):
        here.account(number, Name=f"Company {number}", Website="acme.example", IsPersonAccount=number == 3)
    here.source.visible[COMPANY] |= {"IsPersonAccount"}
    review(here).create(COMPANY, account_id(2))
    here.source.delete(COMPANY, here.account(5, Website="acme.example"))

    found = trial(here, by(Trait.DOMAIN))

    assert dict(found.seen[COMPANY]) == {"left_out": 3, "unlinked": 1}
    assert figures(found) == {**UNUSED, "domain": {"link": 1}}


def test_an_org_without_contacts_has_its_rules_tried_on_a_page() -> None:
    """No import reads Autotask's contacts then, so nothing more would be known however often one imports."""
    here = Office()
    here.account()
    here.run()

    found = trial(here, is_quick=True)

    assert dict(found.seen[COMPANY]) == {"linked": 1}


def test_what_carries_the_id_needs_no_rule() -> None:
    """It is linked by that, whatever the rules say."""
    here = Office()
    other(here, carries=here.account(Website="acme.example"), webAddress="acme.example")

    found = trial(here, by(Trait.DOMAIN))

    assert (dict(found.seen[COMPANY]), figures(found)) == ({"left_out": 1}, UNUSED)


def test_a_contact_of_a_separated_pair_waits() -> None:
    """The company that its account had is none of its account any more."""
    here = Office()
    account, person = here.account(), here.person()
    here.run()
    review(here).unmap(COMPANY, account)
    review(here).forget(CONTACT, person)

    assert dict(trial(here).seen[CONTACT]) == {"waiting": 1}


def test_of_each_outcome_some_examples_are_kept() -> None:
    """All are counted."""
    here = Office()
    other(here, webAddress="acme.example")
    ids = [
        here.account(number, Name=f"Company {number}", Website="acme.example", BillingStreet=f"{number} Far St")
        for number in range(1, EXAMPLES + 3)
    ]

    found = line_of(trial(here, by(Trait.DOMAIN, HOLD)), "domain")

    assert found.counts == {"hold": EXAMPLES + 2}
    assert [each.source_id for each in found.examples] == ids[:EXAMPLES]


def test_a_parent_that_is_brought_along_is_no_record_that_is_left_out() -> None:
    """It does not fit the filter, and is imported with its child all the same."""
    wanted = RecordFilter(accounts=(conditions_of("Type = Customer"),), bring_parents=True)
    here = Office(settings=replace(SETTINGS, record_filter=wanted))
    parent = here.account(1, Name="Acme Holding", Type="Prospect")
    here.account(2, Name="Acme", Type="Customer", ParentId=parent)
    here.account(3, Name="Birch", Type="Prospect")
    here.run()
    here.run()

    found = trial(here)

    assert dict(found.seen[COMPANY]) == {"linked": 2, "left_out": 1}


def test_who_waits_for_a_page_is_not_kept_waiting() -> None:
    """Reading all of Autotask is for the command line."""
    here = Office()
    here.account()

    with pytest.raises(ConfigurationError, match="use taskforce match NAME try, or import once"):
        trial(here, is_quick=True)


def test_who_waits_for_a_page_is_not_kept_waiting_by_many_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though Autotask is known already; as many as the limit are compared."""
    here = Office()
    here.account()
    here.person()
    here.run()
    monkeypatch.setattr(trying, "QUICK", 2)
    at_the_limit = dict(trial(here, is_quick=True).seen[COMPANY])
    here.person(2)

    with pytest.raises(ConfigurationError, match="Salesforce has more than 2 records: use taskforce"):
        trial(here, is_quick=True)
    assert at_the_limit == {"linked": 1}


def test_a_trial_keeps_to_the_share_of_the_limit() -> None:
    """Where it has to read all of Autotask, and others have used it up."""
    here = Office()
    here.account()
    here.target.use.limit, here.target.use.other_use = 10, 9

    with pytest.raises(BudgetExhausted):
        trial(here)
    assert here.target.calls <= 1
