"""The extension page over HTTP, from nothing to an import (S1 to S13)."""

import re
from html import unescape

import pytest

from taskforce.connection_config import MASK
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from taskforce_simulators.core.faults import Fault
from tests.end_to_end.office import NAME, Office, SilentProgress
from tests.end_to_end.pages.conftest import Enter, scheduling
from tests.end_to_end.pages.visitor import PASSWORD, Visitor, words

ROOT = "/admin/extensions/other/salesforce/"
PAGE = f"{ROOT}connections/{NAME}/"


def typed(office: Office) -> dict[str, str]:
    """What an administrator types for client credentials, in the form's names."""
    salesforce, autotask = office.pair.salesforce.credentials(), office.pair.autotask.credentials()
    return {
        "method": "client_credentials",
        "url": office.pair.salesforce_url,
        "client_id": str(salesforce["client_id"]),
        "client_secret": str(salesforce["client_secret"]),
        "autotask_url": office.pair.autotask_url,
        "autotask_username": str(autotask["username"]),
        "autotask_secret": str(autotask["secret"]),
        "autotask_integration_code": str(autotask["integration_code"]),
    }


def shown(page: str) -> dict[str, str]:
    """What stands in the form of a page, as a browser would send it."""
    form = page[page.index('id="settings"') : page.index("</form>", page.index('id="settings"'))]
    values = {}
    for tag in re.findall(r"<input [^>]*>", form):
        marks = {name: unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        is_choice = marks.get("type") in ("checkbox", "radio")
        if "name" in marks and (not is_choice or re.search(r"\schecked\b", tag)):
            values[marks["name"]] = marks.get("value", "on" if is_choice else "")
    for name, inside in re.findall(r'<select name="([^"]+)"(.*?)</select>', form, flags=re.DOTALL):
        found = re.search(r'<option value="([^"]*)"[^>]*\sselected', inside)
        values[name] = found[1] if found else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, flags=re.DOTALL):
        values[name] = unescape(text).strip()
    values.pop("csrfmiddlewaretoken", None)
    return values


def save(visitor: Visitor, path: str = PAGE, **changes: str) -> str:
    """Open the page, change some fields, press Save; what it says then."""
    fields = {**shown(visitor.get(path).text), **changes}
    return words(visitor.send(path, **fields))


def latest_deed(office: Office) -> tuple[Deed, dict[str, str]]:
    """What the audit says last."""
    (entry,) = office.installation.audit.latest(1)
    return entry.deed, dict(entry.details)


def test_set_up_from_nothing_to_an_import(office: Office, enter: Enter) -> None:
    """The dashboard leads here; tested, saved, launched, and the account stands in Autotask."""
    office.installation.book.remove(NAME)
    office.account(Name="Ash")
    visitor = enter(Role.ADMINISTRATOR)

    begin = words(visitor.get("/"))
    fields = {**shown(visitor.get(f"{ROOT}add/").text), **typed(office), "name": NAME}
    tested = words(visitor.send(f"{ROOT}add/test/", **fields))
    unconfirmed = words(visitor.send(f"{ROOT}add/", **fields))
    names = office.installation.names()
    saved = words(visitor.send(f"{ROOT}add/", **{**fields, "own_password": PASSWORD, "active": "on"}))
    with scheduling(office):
        visitor.send(f"/connections/{NAME}/launch/", from_extension="yes")
        for _ in range(600):
            if office.companies():
                break
            visitor.get(f"{PAGE}live/")

    assert "Four steps to the first import" in begin
    assert ("An import can run." in tested, "The first import creates the user-defined fields" in tested) == (
        True,
        True,
    )
    assert ("type it." in unconfirmed, names) == (True, [])
    assert "Saved. Two user-defined fields were created in Autotask. The first import runs at " in saved
    assert [str(company["companyName"]) for company in office.companies()] == ["Ash"]


def test_the_page_has_what_people_know(office: Office, enter: Enter) -> None:
    """Title, buttons, tabs, headings and words, each in its place."""
    page = words(enter(Role.ADMINISTRATOR).get(ROOT))

    known = [
        "Admin Extensions & Integrations Other Extensions & Tools Salesforce",
        "Salesforce Extension Settings Save Cancel General Notification",
        "Salesforce Account and Contact Import Active",
        "Last Import Date/Time N/A",
        "Next Scheduled Import N/A",
        "Launch",
        "Web Service Name URL Username Password",
        "Web Service for Salesforce",
        "OK Cancel",
        "Advanced Configuration Options Do not send e-mail unless new or updated companies or contacts are found",
        "If the Salesforce account owner does not exist in Autotask",
    ]
    places = [page.find(piece) for piece in known]
    assert [piece for piece, place in zip(known, places, strict=True) if place < 0] == []
    assert places == sorted(places)


def test_secrets_never_come_back(office: Office, enter: Enter) -> None:
    """The page holds none of those stored, nor of those typed when it is refused; left empty they are kept."""
    visitor = enter(Role.ADMINISTRATOR)
    stored = office.installation.connection(NAME).plain()
    secrets = [stored["salesforce"]["client_secret"], stored["autotask"]["secret"], "typed in vain"]

    page = visitor.get(PAGE).text
    refused = visitor.send(PAGE, **{**shown(page), "password": "typed in vain", "interval_minutes": "0"}).text
    kept = save(visitor, interval_minutes="30")

    assert [each for each in secrets if each in page or each in refused] == []
    assert ("Saved." in kept, office.installation.connection(NAME).autotask.secret) == (True, secrets[1])
    assert MASK in page
    assert latest_deed(office) == (Deed.SETTINGS_CHANGED, {"settings.interval_minutes": "20 → 30"})


@pytest.mark.parametrize("own_password", ["", "wrong password"])
def test_credentials_change_only_by_who_signs_in_again(office: Office, enter: Enter, own_password: str) -> None:
    """Without the own password nothing is saved; with it, also what follows within ten minutes."""
    visitor = enter(Role.ADMINISTRATOR)

    refused = save(visitor, autotask_secret="a new secret", own_password=own_password)
    before = office.installation.connection(NAME).autotask.secret
    save(visitor, autotask_secret="a new secret", own_password=PASSWORD)
    save(visitor, autotask_secret="a newer secret")

    assert ("Nothing was saved" in refused, before != "a new secret") == (True, True)
    assert office.installation.connection(NAME).autotask.secret == "a newer secret"


@pytest.mark.parametrize(("field", "secret"), [("url", "client_secret"), ("autotask_url", "autotask_integration_code")])
def test_another_address_asks_for_the_secrets(office: Office, enter: Enter, field: str, secret: str) -> None:
    """Neither saving nor testing sends a stored secret to an address it was not given for."""
    visitor = enter(Role.ADMINISTRATOR)
    fields = {**shown(visitor.get(PAGE).text), field: "https://elsewhere.example"}

    saved = visitor.send(PAGE, **{**fields, "own_password": PASSWORD})
    tested = words(visitor.send(f"{PAGE}test/", **fields))

    for page in (words(saved), tested):
        assert "The address is another one: type this again" in page
    assert f'id="id_{secret}_error"' in saved.text
    assert "https://elsewhere.example" not in str(office.installation.connection(NAME).plain())


@pytest.mark.parametrize(
    ("url", "method", "advice"),
    [
        (
            "https://www.salesforce.com/services/Soap/u/12.0",
            "password",
            "Put https://login.salesforce.com/services/Soap/u/64.0.",
        ),
        ("https://login.salesforce.com/services/Soap/u/12.0", "client_credentials", "Put your org's own address"),
        ("http://plain.example", "client_credentials", "must begin with https://"),
        ("ftp://<script>", "client_credentials", "must be an address"),
    ],
)
def test_an_address_that_will_not_do(office: Office, enter: Enter, url: str, method: str, advice: str) -> None:
    """The page says what to put instead, and shows what was typed as text."""
    visitor = enter(Role.ADMINISTRATOR)
    fields = {
        **shown(visitor.get(PAGE).text),
        **typed(office),
        "url": url,
        "method": method,
        "username": "u@x.example",
        "password": "p",
    }

    answer = visitor.send(PAGE, **{**fields, "own_password": PASSWORD})

    assert (advice in words(answer), "<script>" in answer.text.replace("<script src", "")) == (True, False)


def test_requests_at_once_are_one_to_three(office: Office, enter: Enter) -> None:
    """More is refused where it stands, and the number that is saved is the one that imports go by."""
    visitor = enter(Role.ADMINISTRATOR)

    save(visitor, autotask_at_once="4")
    refused = office.installation.connection(NAME).settings.autotask_at_once
    save(visitor, autotask_at_once="3")

    assert (refused, office.installation.connection(NAME).settings.autotask_at_once) == (2, 3)


def test_the_second_of_two_who_save_is_told(office: Office, enter: Enter) -> None:
    """What the first one saved stands."""
    first = enter(Role.ADMINISTRATOR)
    fields = shown(first.get(PAGE).text)

    save(first, interval_minutes="30")
    told = words(first.send(PAGE, **{**fields, "interval_minutes": "45"}))

    assert "This connection was changed meanwhile, by somebody or in another window." in told
    assert office.installation.connection(NAME).settings.interval_minutes == 30


def test_saving_while_autotask_does_not_answer(office: Office, enter: Enter) -> None:
    """It is saved, and said that the fields were not looked at."""
    office.pair.autotask.faults.add(Fault(action="status", status=500, times=None))

    said = save(enter(Role.ADMINISTRATOR), interval_minutes="30")

    assert ("Saved." in said, "Autotask could not be asked" in said) == (True, True)
    assert office.installation.connection(NAME).settings.interval_minutes == 30


def test_saving_while_an_import_is_under_way(office: Office, enter: Enter) -> None:
    """Rules are saved, and the import sees to the fields; another address has to wait."""
    visitor = enter(Role.ADMINISTRATOR)
    elsewhere = {**typed(office), "autotask_username": "another@office.example", "own_password": PASSWORD}

    with office.installation.world(NAME, progress=SilentProgress(), should_stop=lambda: False):
        saved = save(visitor, interval_minutes="30")
        refused = save(visitor, **elsewhere)

    assert ("Saved." in saved, "An import is under way" in saved) == (True, True)
    assert ("Another import of this connection is under way." in refused, "Nothing was saved" in refused) == (
        True,
        True,
    )
    assert office.installation.connection(NAME).autotask.username != "another@office.example"


def test_the_field_of_the_earlier_extension_is_adopted(office: Office, enter: Enter) -> None:
    """Only the other one is created, and the page says which is used (S10)."""
    office.control("autotask", "udf", entity="Companies", name="Salesforce Account ID", active=True)

    said = save(enter(Role.ADMINISTRATOR))

    assert "Saved. One user-defined field was created in Autotask." in said
    assert 'The user-defined field "Salesforce Account ID" of the earlier extension is used' in said


def test_a_second_pair_is_refused(office: Office, enter: Enter) -> None:
    """Two connections of the same systems would create every record twice."""
    visitor = enter(Role.ADMINISTRATOR)

    said = save(visitor, f"{ROOT}add/", **typed(office), name="twice", own_password=PASSWORD)

    assert ("pairs the same Salesforce org" in said, office.installation.names()) == (True, [NAME])


def test_the_default_manager_is_an_active_resource(office: Office, enter: Enter) -> None:
    """A name that Autotask has not is refused once its resources are known."""
    visitor = enter(Role.ADMINISTRATOR)
    save(visitor)

    refused, taken = (
        save(visitor, default_account_manager="Nobody Here"),
        save(visitor, default_account_manager="Olivia Grant"),
    )

    assert ("Autotask has no resource of this name" in refused, "Saved." in taken) == (True, True)
    assert office.installation.connection(NAME).settings.default_account_manager == "Olivia Grant"


def test_who_is_told(office: Office, enter: Enter) -> None:
    """Active resources are offered, those chosen earlier stay though inactive; nothing else is taken."""
    olivia, helen = office.resource("Olivia Grant"), office.resource("Helen Marsh")
    office.settings(notified=[helen])
    office.edit("Resources", helen, isActive=False)
    visitor = enter(Role.ADMINISTRATOR)
    empty = words(visitor.get(f"{PAGE}notification/"))

    visitor.send(f"{PAGE}resources/")
    page = visitor.get(f"{PAGE}notification/")
    version = re.search(r'name="version" value="([^"]+)"', page.text)
    assert version is not None
    kept = words(visitor.send(f"{PAGE}notification/", version=version[1], notified=str(olivia)))

    assert f"Resource {helen} (name not known yet)" in empty
    assert ("Olivia Grant" in words(page), "Helen Marsh (inactive)" in words(page)) == (True, True)
    assert "Saved. 1 resource is told." in kept
    assert office.installation.connection(NAME).settings.notified == (olivia,)
    assert latest_deed(office) == (Deed.SETTINGS_CHANGED, {"settings.notified": f"{helen} → {olivia}"})


def test_nonsense_is_no_resource(office: Office, enter: Enter) -> None:
    """Whoever makes up a form gets no further."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get(f"{PAGE}notification/")

    assert visitor.send(f"{PAGE}notification/", notified="<script>").status_code == 400


def test_removing_asks_for_the_name(office: Office, enter: Enter) -> None:
    """In figures what is forgotten; then, with the name, it is gone."""
    office.account(Name="Ash")
    office.run()
    visitor = enter(Role.ADMINISTRATOR)

    asked = words(visitor.get(f"{PAGE}remove/"))
    refused = words(visitor.send(f"{PAGE}remove/", typed="other"))
    removed = words(visitor.send(f"{PAGE}remove/", typed=NAME))

    assert "1 linked companies, 0 linked contacts" in asked
    assert (f"Type {NAME}, exactly so." in refused, f"{NAME} was removed." in removed) == (True, True)
    assert (office.installation.names(), latest_deed(office)) == ([], (Deed.CONNECTION_REMOVED, {}))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_administrators_change_anything(office: Office, enter: Enter, role: Role) -> None:
    """Neither seen nor saved, and no menu leads there (S1)."""
    visitor = enter(role)
    before = office.installation.book.version(NAME)
    home = words(visitor.get("/"))

    answer = visitor.send(PAGE, interval_minutes="30")

    assert (answer.status_code, "Admin" in home.split(), office.installation.book.version(NAME)) == (403, False, before)
