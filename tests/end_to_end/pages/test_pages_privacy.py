"""Admin > Privacy, and the same for programs: what is kept about one person (B18)."""

from datetime import timedelta

from taskforce.adapters.store.models import AuditRow, ChangeRow, LinkRow, RunRow
from taskforce.domain.roles import Role
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Begin, Enter
from tests.end_to_end.pages.visitor import words

ROSA = "rosa.lind@birch.example"
EXPORTED = {"email", "exported_at", "items"}


def imported(office: Office) -> str:
    """A contact that was imported; its Salesforce id."""
    contact = office.contact(office.account(), Email="Rosa.Lind@birch.example")
    office.run()
    return contact


def test_somebody_is_found_exported_and_erased(office: Office, enter: Enter) -> None:
    """And an import after that creates nobody twice."""
    contact, visitor = imported(office), enter(Role.ADMINISTRATOR)

    empty = visitor.get("/admin/privacy/")
    before = words(empty)
    found = words(visitor.send("/admin/privacy/find/", email=ROSA))
    exported = visitor.send("/admin/privacy/export/", email=ROSA)
    unsure = words(visitor.send("/admin/privacy/erase/", email=ROSA, typed="rosa"))
    erased = words(visitor.send("/admin/privacy/erase/", email=ROSA, typed=ROSA))
    again = words(visitor.send("/admin/privacy/find/", email=ROSA))

    assert 'type="email"' not in empty.text  # browsers refuse zoë@…, and send …@exämple.de in another spelling
    assert "pruned after 400 days , once a day by a worker; that has not happened yet." in before
    assert "Records that carry or carried it: Rosa Lind ." in found
    assert set(exported.json()) == EXPORTED
    assert exported.headers["Content-Disposition"] == 'attachment; filename="person.json"'
    assert f"Type {ROSA}, exactly so." in unsure
    assert "Salesforce and Autotask are the sources: erase the person there, too." in erased
    assert "Nothing is kept about this address." in again
    assert not ChangeRow.objects.filter(name="Rosa Lind").exists()
    assert LinkRow.objects.filter(source_id=contact).exists()
    assert office.installation.audit.first_break() is None
    assert not any(ROSA in str(each) for each in AuditRow.objects.values_list("subject", "details"))

    office.change("Contact", contact, Title="Dentist")
    office.run()
    assert [(each["emailAddress"].casefold(), each["title"]) for each in office.people()] == [(ROSA, "Dentist")]


def test_what_is_no_address_is_told(enter: Enter) -> None:
    """At every form, and nothing is done."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get("/admin/privacy/")

    for path in ("find", "export", "erase"):
        assert "This is no mail address" in words(visitor.send(f"/admin/privacy/{path}/", email="rosa"))


def test_programs_do_the_same(office: Office, program: Begin) -> None:
    """Find, export, erase once that is confirmed; addresses stand in bodies only."""
    imported(office)
    shown = program(Role.ADMINISTRATOR)

    found = shown.post("/privacy/find", email=ROSA)
    exported = shown.post("/privacy/export", email=ROSA)
    unsure = shown.refused("POST", "/privacy/erase", json={"email": ROSA})
    unknown = shown.refused("POST", "/privacy/find", json={"email": "rosa"})
    erased = shown.post("/privacy/erase", email=ROSA, confirmed=True)
    again = shown.post("/privacy/find", email=ROSA)

    assert (found["names"], erased) == (["Rosa Lind"], found)
    assert [(each["place"], each["when_erased"]) for each in found["places"]] == [
        ("index", "blanked"),
        ("links", "kept"),
        ("runs", "blanked"),
    ]
    assert [each["place"] for each in exported["items"]] == ["index", "links", "runs"]
    assert unsure == (422, 'What is erased cannot be brought back. Say so with "confirmed": true.')
    assert unknown[0] == 422
    assert (again["names"], again["places"]) == ([], [])


def test_programs_prune(office: Office, program: Begin) -> None:
    """What is too old; a dry run first."""
    office.run()
    old = office.installation.clock.now() - timedelta(days=500)
    RunRow.objects.update(finished_at=old, started_at=old)
    office.run()
    shown = program(Role.ADMINISTRATOR)

    told, gone = shown.post("/prune", dry_run=True), shown.post("/prune")

    numbers = {"runs": 1, "changes": 0, "notices": 0, "mails": 0, "audit_values": 0}
    assert (told["dry_run"], told["keep_days"], told["pruned"], gone["pruned"]) == (True, 400, numbers, numbers)
    assert RunRow.objects.count() == 1
