"""Records: looked up, looked at, and decided about from the pages (B5, S23)."""

import csv
from io import StringIO
from urllib.parse import quote

import pytest

from taskforce.adapters.store.models import AuditRow
from taskforce.domain.audit import Deed
from taskforce.domain.links import LinkState
from taskforce.domain.records import Entity, SourceId
from taskforce.domain.roles import Role
from tests.end_to_end.office import COMPANY_ID_FIELD, NAME, Office, udf
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import Visitor, words

RECORDS = f"/connections/{NAME}/records/"


def page_of(source_id: str) -> str:
    """A record's page."""
    return f"{RECORDS}{source_id}/"


def choose(visitor: Visitor, source_id: str, choice: str, **fields: str) -> str:
    """Decide by a form of the record's page, as it stands; what the next page says."""
    seen = visitor.get(page_of(source_id)).text.split('name="seen" value="')[1].split('"')[0]
    return words(visitor.send(f"{page_of(source_id)}decide/", choice=choice, seen=seen, **fields))


def state(office: Office, source_id: str) -> LinkState | None:
    """How the pair of an account stands."""
    found = office.installation.stores(NAME).links.by_source(Entity.COMPANY, [SourceId(source_id)])
    return found[SourceId(source_id)].state if found else None


def some_records(office: Office) -> tuple[str, str]:
    """One linked account, and one for which several fit."""
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    linked, held = office.account(Name="Ash", Website="https://ash.example"), office.account(Name="Birch")
    office.contact(linked, FirstName="Rosa", LastName="Lind", Email="rosa@ash.example")
    office.run()
    return linked, held


# --- the list ---


def test_nothing_is_known_yet(office: Office, enter: Enter) -> None:
    """The page teaches what will be here."""
    page = words(enter(Role.VIEWER).get(RECORDS))

    assert "No record is known yet." in page
    assert "once an import has run" in page


def test_those_that_need_somebody_come_first(office: Office, enter: Enter) -> None:
    """The first line tells how all of them stand; filters tell how many stand how."""
    _, held = some_records(office)

    page = words(enter(Role.VIEWER).get("/records/"))

    assert "2 records are linked. 1 waits." in page
    assert ("everything 1 held 2 linked" in page, page.index("Birch") < page.index("Ash")) == (True, True)
    assert f"Birch account {held} held Several Autotask records fit, so none was touched." in page


@pytest.mark.parametrize(
    "asked", ["ash", "ROSA@ASH.example", "osa li", "{source_id}", "{short_id}", "{target_id}", "ash.example"]
)
def test_searched_by_name_address_or_id(office: Office, enter: Enter, asked: str) -> None:
    """Part of a name or an address in any letter case, a Salesforce id of either length, or an Autotask id."""
    linked, _ = some_records(office)
    target = office.company_of(linked)["id"]
    text = asked.format(source_id=linked, short_id=linked[:15], target_id=target)

    page = words(enter(Role.VIEWER).get(f"{RECORDS}?q={quote(text)}"))

    assert ("Ash" in page or "Rosa Lind" in page, "Birch" in page) == (True, False)


@pytest.mark.parametrize("text", ["%", "_", "'; --", "\0", "0" * 30, "<script>", "ש" * 300])
def test_a_search_that_finds_nothing_says_so(office: Office, enter: Enter, text: str) -> None:
    """Whatever is typed is text, and no pattern."""
    some_records(office)

    answer = enter(Role.VIEWER).get(f"{RECORDS}?q={quote(text)}")

    assert (answer.status_code, "<script>alert" in answer.text) == (200, False)
    assert "No record fits" in words(answer) or text == "\0"


@pytest.mark.parametrize(
    ("query", "found"),
    [("state=held", ["Birch"]), ("state=linked", ["Ash", "Rosa Lind"]), ("state=failing", []), ("page=99", None)],
)
def test_filters_stand_in_the_address(office: Office, enter: Enter, query: str, found: list[str] | None) -> None:
    """A view can be sent to a colleague, and exactly it is given to a spreadsheet."""
    some_records(office)
    visitor = enter(Role.VIEWER)

    answer = visitor.get(f"/connections/{NAME}/records.csv?{query}")
    rows = list(csv.DictReader(StringIO(answer.text)))

    assert sorted(row["name"] for row in rows) == (["Ash", "Birch", "Rosa Lind"] if found is None else found)
    assert visitor.get(f"{RECORDS}?{query}").status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{NAME}-records.csv"'


def test_no_cell_is_a_formula(office: Office, enter: Enter) -> None:
    """A name that begins like one is text for every spreadsheet."""
    office.account(Name="=HYPERLINK(1)")
    office.run()

    answer = enter(Role.VIEWER).get("/records.csv")

    assert [row["name"] for row in csv.DictReader(StringIO(answer.text))] == ["'=HYPERLINK(1)"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{RECORDS}?state=nonsense", 400),
        ("/connections/nobody/records/", 404),
        (page_of("001"), 404),
        (page_of("0015g000000zzzz"), 404),
        (page_of("0065g000000zzzz"), 404),
    ],
)
def test_what_is_not_there(office: Office, enter: Enter, path: str, status: int) -> None:
    """A page that says so."""
    assert enter(Role.VIEWER).get(path).status_code == status


def test_the_figures_of_the_dashboard_lead_here(office: Office, enter: Enter) -> None:
    """Linked to the records, held to the review queue."""
    some_records(office)

    page = enter(Role.VIEWER).get("/").text

    assert (f'href="{RECORDS}?state=linked"' in page, f'href="/review/?connection={NAME}"' in page) == (True, True)


# --- one record ---


def test_both_sides_of_a_linked_record(office: Office, enter: Enter) -> None:
    """Autotask's values in its own words, the story, and what may be decided."""
    linked, _ = some_records(office)

    page = words(enter(Role.OPERATOR).get(page_of(linked)))

    assert "Ash linked The pair is kept current." in page
    assert "companyName Ash" in page
    assert "ownerResourceID Olivia Grant" in page
    assert "Nothing in Autotask fits, so it was created." in page
    assert all(word in page for word in ("Un-map", "Ignore", "Try again", "Look now"))


def test_a_viewer_sees_and_decides_nothing(office: Office, enter: Enter) -> None:
    """No button stands on the page."""
    linked, _ = some_records(office)

    page = words(enter(Role.VIEWER).get(page_of(linked)))

    assert ("Un-map" in page, "Look now" in page, "companyName Ash" in page) == (False, False, True)


def test_looking_now_shows_what_differs(office: Office, enter: Enter) -> None:
    """Both sides are read, the changed part is marked inside the text, and nothing is written."""
    linked, _ = some_records(office)
    office.change("Account", linked, Phone="312-555-0142")
    mark, visitor = office.mark(), enter(Role.OPERATOR)
    visitor.get(page_of(linked))

    answer = visitor.send(f"{page_of(linked)}look/")

    assert "Both sides right now" in words(answer)
    assert "312-555-01<mark>42</mark>" in answer.text
    assert "312-555-01<mark>99</mark>" in answer.text
    assert office.writes(mark) == []


def test_looking_now_at_what_is_gone(office: Office, enter: Enter) -> None:
    """It says which side does not show it."""
    linked, _ = some_records(office)
    target = int(office.company_of(linked)["id"])
    office.pair.autotask.remove_record("Companies", str(target))
    visitor = enter(Role.OPERATOR)
    visitor.get(page_of(linked))

    assert "Autotask does not show the company." in words(visitor.send(f"{page_of(linked)}look/"))


def test_unmapped_and_joined_again(office: Office, enter: Enter) -> None:
    """Each says what the next import does, and the audit tells who decided."""
    linked, _ = some_records(office)
    visitor = enter(Role.OPERATOR)

    apart = choose(visitor, linked, "unmap")
    between = state(office, linked)
    again = choose(visitor, linked, "rejoin")

    assert ("is separated from" in apart, between) == (True, LinkState.UNMAPPED)
    assert ("is joined with" in again, state(office, linked)) == (True, LinkState.LINKED)
    entries = [each for each in office.installation.audit.latest(limit=9) if each.subject == linked]
    assert [(each.who, each.deed, dict(each.details)) for each in entries[:2]] == [
        ("a-operator", Deed.RECORD_DECIDED, {"decision": "rejoin"}),
        ("a-operator", Deed.RECORD_DECIDED, {"decision": "unmap"}),
    ]


def test_linked_with_a_candidate(office: Office, enter: Enter) -> None:
    """The one that is chosen gets the id by the next import."""
    _, held = some_records(office)
    second = max(int(each["id"]) for each in office.companies() if each["companyName"] == "Birch")

    told = choose(enter(Role.OPERATOR), held, "link", target=str(second))
    office.run()

    assert f"is joined with Autotask company {second}" in told
    assert (int(office.company_of(held)["id"]), state(office, held)) == (second, LinkState.LINKED)


def test_created_anyway(office: Office, enter: Enter) -> None:
    """A third one of the same name stands there after the next import."""
    _, held = some_records(office)

    told = choose(enter(Role.OPERATOR), held, "create")
    office.run()

    assert "is created by the next import, whatever stands in Autotask that is like it." in told
    carried = [udf(each, COMPANY_ID_FIELD) for each in office.companies() if each["companyName"] == "Birch"]
    assert sorted(map(str, carried)) == [held, "None", "None"]


def test_ignored_and_forgotten(office: Office, enter: Enter) -> None:
    """Out of every import, until the rules are to decide again."""
    _, held = some_records(office)
    visitor = enter(Role.OPERATOR)

    choose(visitor, held, "ignore")
    office.run()
    page = words(visitor.get(f"{RECORDS}?state=ignored"))
    choose(visitor, held, "forget")
    office.run()

    assert "1 record is ignored. " in page
    assert "Birch" in page
    assert "1 record is held." in words(visitor.get(f"{RECORDS}?state=held"))


def test_what_failed_is_tried_again(office: Office, enter: Enter) -> None:
    """By hand, after the cause was mended."""
    linked, _ = some_records(office)

    assert "is looked at again by the next import." in choose(enter(Role.OPERATOR), linked, "retry")


@pytest.mark.parametrize("typed", ["nine", "-1", "9" * 40, "٣", "1; drop"])
def test_an_id_that_is_none(office: Office, enter: Enter, typed: str) -> None:
    """Nothing is decided, and it says what an id looks like."""
    _, held = some_records(office)

    told = choose(enter(Role.OPERATOR), held, "link", typed=typed)

    assert ("is a whole number" in told, "No Autotask record was named." in told) == (True, True)
    assert state(office, held) is None


def test_a_decision_about_what_was_decided_meanwhile(office: Office, enter: Enter) -> None:
    """The second is told so; what the first decided stands."""
    linked, _ = some_records(office)
    visitor = enter(Role.OPERATOR)
    seen = visitor.get(page_of(linked)).text.split('name="seen" value="')[1].split('"')[0]
    choose(visitor, linked, "unmap")

    told = words(visitor.send(f"{page_of(linked)}decide/", choice="ignore", seen=seen))

    assert "somebody decided about it, or an import did. Look again." in told
    assert state(office, linked) is LinkState.UNMAPPED


@pytest.mark.parametrize("fields", [{}, {"choice": "explode"}])
def test_a_form_that_nobody_offers(office: Office, enter: Enter, fields: dict[str, str]) -> None:
    """Is not understood, and does nothing."""
    linked, _ = some_records(office)
    visitor = enter(Role.OPERATOR)
    visitor.get(page_of(linked))

    answer = visitor.send(f"{page_of(linked)}decide/", **fields)

    assert (answer.status_code, state(office, linked)) == (400, LinkState.LINKED)


def test_a_decision_without_having_seen_it(office: Office, enter: Enter) -> None:
    """Whoever did not see the record decides nothing."""
    linked, _ = some_records(office)
    visitor = enter(Role.OPERATOR)
    visitor.get(page_of(linked))

    told = words(visitor.send(f"{page_of(linked)}decide/", choice="unmap"))

    assert ("Look again." in told, state(office, linked)) == (True, LinkState.LINKED)


def test_nothing_is_decided_while_an_import_runs(office: Office, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so kindly."""
    linked, _ = some_records(office)
    monkeypatch.setattr("taskforce.reviewing.LONGEST_WAIT", 0.0)
    visitor = enter(Role.OPERATOR)
    visitor.get(page_of(linked))
    with office.installation.leasing.at_once(NAME):
        told = choose(visitor, linked, "unmap")

    assert (f"An import of {NAME} is under way: nothing was decided." in told, state(office, linked)) == (
        True,
        LinkState.LINKED,
    )


def test_names_are_shown_as_text(office: Office, enter: Enter) -> None:
    """Whatever stands in a record, it is no mark of the page; long and right-to-left names stand as they are."""
    name = "<script>alert(1)</script> " + "מגדל " * 40
    held = office.account(Name=name[:250])
    office.run()
    visitor = enter(Role.VIEWER)

    for path in (RECORDS, page_of(held), f"{RECORDS}?q=%3Cscript"):
        page = visitor.get(path).text
        assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


# --- who wins ---


def test_a_field_that_was_edited_in_autotask_is_marked_and_locked(office: Office, enter: Enter) -> None:
    """By a button beside it, which says afterwards what it is for; the next import leaves the field, and says so."""
    account = office.account(Name="Ash", Fax="312-555-0111")
    office.run()
    office.edit("Companies", int(office.company_of(account)["id"]), fax="312-555-0199")
    office.forget_the_look()
    office.forget_the_writes()
    operator = enter(Role.OPERATOR)
    live = words(operator.send(f"{page_of(account)}look/"))
    locked = choose(operator, account, "lock:fax")
    shown = words(operator.get(page_of(account)))
    office.change("Account", account, Fax="312-555-0122")
    office.run()
    kept = office.company_of(account)["fax"]
    story = words(operator.get(page_of(account)))
    unlocked = choose(operator, account, "unlock:fax")
    office.forget_the_writes()
    office.run()

    assert "fax · differs · edited in Autotask" in live
    assert "No import writes fax of Autotask company" in locked
    assert "Unlock fax" in shown
    assert kept == "312-555-0199"
    assert (
        "fax: The field of this record is locked, so it stays as it is in Autotask. "
        "Salesforce: 312-555-0122; Autotask: 312-555-0199."
    ) in story
    assert "The next import writes there what the mapping says." in unlocked
    assert office.company_of(account)["fax"] == "312-555-0122"
    decided = [each for each in AuditRow.objects.order_by("-id")[:9] if each.deed == Deed.RECORD_DECIDED]
    assert [each.details for each in decided[:2]] == [
        {"decision": "unlock", "fields": "fax"},
        {"decision": "lock", "fields": "fax"},
    ]


def test_the_preview_tells_which_edits_would_be_replaced(office: Office, enter: Enter) -> None:
    """Beside the fields that would change, with the values of both sides."""
    account = office.account(Name="Ash", Fax="312-555-0111")
    office.run()
    office.edit("Companies", int(office.company_of(account)["id"]), fax="312-555-0199")
    office.forget_the_writes()
    office.change("Account", account, Fax="312-555-0122")
    preview = office.run(is_dry_run=True)

    page = words(enter(Role.VIEWER).get(f"/runs/{preview.id}/plan/"))

    assert (
        "fax: Somebody edited the field in Autotask since it was last written; the value of Salesforce replaces that. "
        "Salesforce: 312-555-0122; Autotask: 312-555-0199."
    ) in page


def test_who_may_only_look_has_no_lock(office: Office, enter: Enter) -> None:
    """A viewer sees who wins; what nobody named, or what is no lock, is not understood."""
    account = office.account(Name="Ash", Fax="312-555-0111")
    office.run()
    viewer, operator = enter(Role.VIEWER), enter(Role.OPERATOR)

    assert "Lock fax" not in words(viewer.get(page_of(account)))
    assert "Lock fax" in words(operator.get(page_of(account)))
    assert viewer.send(f"{page_of(account)}decide/", choice="lock:fax", seen="?").status_code == 403
    for choice in ("lock", "lock:", "unmap:fax", ":fax"):
        assert operator.send(f"{page_of(account)}decide/", choice=choice, seen="?").status_code == 400
    assert "No such field is mapped: isActive." in choose(operator, account, "lock:isActive")
