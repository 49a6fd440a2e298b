"""By what else records are matched, as an administrator says so in a browser (B4)."""

import re

import pytest

from taskforce.domain.audit import Deed
from taskforce.domain.reasons import Reason
from taskforce.domain.roles import Role
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import words

PAGE = f"/admin/extensions/other/salesforce/connections/{NAME}/match-rules/"
EXTENSION = f"/admin/extensions/other/salesforce/connections/{NAME}/"


def chosen(kind: str, *rules: tuple[str, str]) -> dict[str, str]:
    """Rows of the form as a browser sends them."""
    return {
        f"{kind}-{place}-{part}": value
        for place, rule in enumerate(rules)
        for part, value in zip(("trait", "verdict"), rule, strict=True)
    }


def rows(page: str) -> list[str]:
    """What is chosen in a page: traits and verdicts in turn."""
    return re.findall(r'<option value="([^"]*)" selected', page)


def test_tried_saved_and_obeyed(office: Office, enter: Enter) -> None:
    """Trying saves nothing; saving is in the audit, the next import obeys, and the queue suggests what was found."""
    office.contact(office.account(Name="Earlier"))
    office.run()
    company = office.company(companyName="Other Name", webAddress="https://acme.example")
    office.account(Name="Later", BillingStreet="2 Main St")
    office.run()
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    account = office.account(Name="Acme", Website="www.acme.example")
    sent = chosen("companies", ("", "hold"), ("domain", "hold"), ("phone", "link"))

    tried = words(visitor.send(PAGE, **sent, do="try"))
    before = office.installation.connection(NAME).settings.match_rules.companies
    version = office.installation.book.version(NAME)
    saved = visitor.send(PAGE, **sent, do="save", version=version)
    run = office.run()

    assert "Companies: 1 without a pair, 2 with one" in tried
    assert "domain of the website 0 1 0 0 0" in tried
    assert f"Acme ({account}) would be held for review: Other Name ({company})" in tried
    assert before == ()
    assert "Saved. What is held by a rule is looked at again by the next import." in words(saved)
    assert rows(saved.text) == ["domain", "hold", "phone", "link", *["hold"] * 5]
    assert "Match rules : companies by domain of the website (hold), phone (link)" in words(visitor.get(EXTENSION))
    [entry] = office.installation.audit.latest(1)
    assert (entry.deed, dict(entry.details)) == (
        Deed.SETTINGS_CHANGED,
        {"settings.match_rules": "none → companies by domain of the website (hold), phone (link)"},
    )
    outcome = office.outcomes(run)[account]
    assert (outcome.kind, outcome.reason) == ("hold", Reason.RULE_MATCH_HELD)
    queue = words(visitor.get("/review/?reason=rule_match_held"))
    assert "found by a match rule" in queue
    assert "match rule: found by the match rule: domain of the website" in queue


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (chosen("companies", ("domain", "hold"), ("domain", "link")), "companies: has domain twice."),
        (chosen("contacts", ("domain", "hold")), "contacts: cannot be matched by domain"),
        (chosen("contacts", ("email", "perhaps")), "contacts.1.verdict: must be 'link' or 'hold'."),
    ],
)
@pytest.mark.parametrize("do", ["save", "try"])
def test_what_makes_no_sense_is_said(office: Office, enter: Enter, sent: dict[str, str], told: str, do: str) -> None:
    """Nothing is saved."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)

    answer = visitor.send(PAGE, **sent, do=do, version=office.installation.book.version(NAME))

    assert f"Nothing was saved. {told}" in words(answer)
    assert office.installation.connection(NAME).settings.match_rules.companies == ()


def test_before_the_first_import_there_is_nothing_to_try_them_on(office: Office, enter: Enter) -> None:
    """The page says what can be done, and keeps what was chosen."""
    office.account()
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)

    answer = visitor.send(PAGE, **chosen("contacts", ("email", "link")), do="try")

    assert "Autotask has not been read yet: use taskforce match NAME try, or import once." in words(answer)
    assert "email" in rows(answer.text)


def test_somebody_else_was_quicker(office: Office, enter: Enter) -> None:
    """What they saved stays, what was chosen is there still, and may be saved knowing that."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(PAGE)
    version = office.installation.book.version(NAME)
    office.settings(interval_minutes=30)

    answer = visitor.send(PAGE, **chosen("companies", ("name", "hold")), do="save", version=version)

    assert "Nothing was saved. This connection was changed meanwhile, by somebody or in another window" in words(answer)
    assert office.installation.connection(NAME).settings.match_rules.companies == ()
    [version] = re.findall(r'name="version" value="([^"]*)"', answer.text)
    again = visitor.send(PAGE, **chosen("companies", ("name", "hold")), do="save", version=version)
    assert "Saved." in words(again)
