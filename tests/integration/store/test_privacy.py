"""Everything about one mail address is found, and what can go goes (B18)."""

import pytest

from taskforce.adapters.store import codec
from taskforce.adapters.store.audit import Audit
from taskforce.adapters.store.erasing import Erasing
from taskforce.adapters.store.history import History
from taskforce.adapters.store.models import (
    AuditRow,
    ChangeRow,
    DeliveryRow,
    InboxRow,
    IndexRow,
    IntentRow,
    LinkRow,
    LockRow,
    MailRow,
    NoticeRow,
    RunRow,
    User,
)
from taskforce.adapters.store.persons import Persons
from taskforce.adapters.store.stores import DjangoStores
from taskforce.domain.audit import Deed
from taskforce.domain.ownership import LastWritten
from taskforce.domain.privacy import ERASED, Fate, Place, address_of
from taskforce.domain.run import RunKind
from taskforce.errors import ConfigurationError, DecisionRefused
from tests.builders import NOON

ROSA = "rosa.lind@birch.example"
SOURCE = "003A00000000001AAA"
OTHER = "003A00000000002AAA"
FIELDS = {"FirstName": "Rosa", "LastName": "Lind", "Email": "Rosa.Lind@Birch.example", "Phone": "312"}
KEYS = {"match": "m", "name": "n", "domain": None, "number": "3125550177", "mobile": "3125550178"}
WRITTEN = LastWritten.of({"emailAddress": ROSA})
BASIS = {"keys": KEYS, "fingerprint": "f", "references": {}, "revisit_after": None, "written": WRITTEN}


def inbox(number: int, source_id: str, fields: dict[str, str], entity: str = "contact") -> None:
    """A Salesforce record that is held."""
    document = codec.encode({"fields": fields, "deleted": False, "master": None})
    InboxRow.objects.create(
        connection_id=number,
        entity=entity,
        source_id=source_id,
        modified_at=NOON,
        document=document,
        state="held",
        attempts=0,
    )


def index(number: int, target_id: int, fields: dict[str, str]) -> None:
    """A contact in Autotask as last seen."""
    plain = {"fields": fields, "id_as_written": "", "id_field_seen": True, "changed_at": None}
    IndexRow.objects.create(
        connection_id=number,
        entity="contact",
        target_id=target_id,
        is_active=True,
        name="Rosa Lind",
        match="digest of the name",
        name_key="digest of the name",
        domain=fields.get("emailAddress", ""),
        number="3125550177",
        mobile="3125550178",
        document=codec.encode(plain),
        search="rosa lind",
    )


def change(run: int, source_id: str, document: dict[str, object], *, outcome: str = "updated", **more: object) -> int:
    """What a run decided."""
    whole = {"evidence": {}, "basis": BASIS, "company": None, **document}
    row = {"entity": "contact", "kind": "update", "reason": "no_candidate", "modified_at": NOON, "name": "Rosa Lind"}
    plain = {**row, "document": codec.encode(whole), "notes": b"", "outcome": outcome, **more}
    return ChangeRow.objects.create(run_id=run, source_id=source_id, **plain).pk


def begin(store: DjangoStores) -> tuple[int, int]:
    """The numbers of a run and of its connection."""
    run = store.runs.start(RunKind.IMPORT, is_dry_run=False, now=NOON)
    return run.id, RunRow.objects.get(pk=run.id).connection_id


def told(address: str = ROSA) -> dict[tuple[Place, Fate], int]:
    """How many, by where and what becomes of them, but in the audit, which other tests write too."""
    numbers: dict[tuple[Place, Fate], int] = {}
    for (place, fate, _), number in Persons().find(address).numbers.items():
        numbers[place, fate] = numbers.get((place, fate), 0) + number
    return {key: number for key, number in numbers.items() if key[0] is not Place.AUDIT}


def erase(address: str = ROSA) -> None:
    """As nobody imports."""
    Erasing().erase(address, Persons().find(address), lambda: None)


def everything() -> str:
    """All texts in which something could be left."""
    rows: list[str] = []
    for model in (InboxRow, IndexRow, ChangeRow, NoticeRow, MailRow, DeliveryRow, User):
        for row in model._default_manager.values():
            rows += [
                bytes(each).decode() if isinstance(each, bytes | memoryview) else str(each) for each in row.values()
            ]
    return " ".join(rows).casefold()


def _written_of(row: ChangeRow) -> object:
    """What a change remembers as written."""
    return codec.decode(row.document)["basis"]["written"]["entries"]


def test_a_contact_is_found_on_both_sides_and_in_runs_and_goes(store: DjangoStores) -> None:
    """Of all its changes, also those in which the address does not stand; ids stay."""
    run, number = begin(store)
    inbox(number, SOURCE, FIELDS)
    index(number, 7, {"emailAddress": ROSA, "firstName": "Rosa"})
    LinkRow.objects.create(
        connection_id=number,
        entity="contact",
        source_id=SOURCE,
        target_id=7,
        state="linked",
        fingerprint="f",
        carries_id=True,
        written=LastWritten.of({"emailAddress": ROSA}).entries,
    )
    for source_id in (SOURCE, OTHER):
        LockRow.objects.create(connection_id=number, entity="contact", source_id=source_id, field="emailAddress")
    values = {"values": {"emailAddress": ROSA, "lastName": "Lind"}, "evidence": {"name": "Rosa Lind"}}
    change(run, SOURCE, values, kind="create", outcome="created", detail="Rosa Lind's phone is too long.")
    phone = {"field_changes": [{"field": "phone", "before": None, "after": "312"}]}
    notes = codec.encode([{"reason": "near_match", "field": "", "evidence": {"name": "Rosa Lind"}}])
    change(run, SOURCE, phone, notes=notes)

    before = told()
    found = Persons().find(ROSA)
    names, [pair] = found.names, [each.document for each in found.items if each.place is Place.LINKS]
    erase()

    assert before == {
        (Place.INBOX, Fate.REMOVED): 1,
        (Place.INDEX, Fate.BLANKED): 1,
        (Place.LINKS, Fate.KEPT): 1,
        (Place.RUNS, Fate.BLANKED): 2,
    }
    assert (names, told()) == (["Rosa Lind"], {})
    assert [word for word in ("rosa", "lind", "312") if word in everything()] == []
    assert list(IndexRow.objects.values_list("target_id", "match", "name")) == [(7, "digest of the name", ERASED)]
    assert (pair["locked"], pair["state"]) == (["emailAddress"], "linked")
    assert [bytes(each.written) for each in LinkRow.objects.filter(source_id=SOURCE, target_id=7)] == [b""]
    assert list(LockRow.objects.values_list("source_id", flat=True)) == [OTHER]
    assert [_written_of(each) for each in ChangeRow.objects.all()] == ["", ""]
    assert [each.notes[0].evidence if each.notes else None for each in History().changes(run)] == [None, {}]


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("Straße@birch.example", "straße@birch.example"),
        ("strasse@birch.example", "Straße@birch.example"),
        ("İnci@birch.example", "i̇nci@birch.example"),
        ("Rene\u0301e@birch.example", "RENÉE@birch.example"),
        ("Renée@birch.example", "Rene\u0301e@birch.example"),
    ],
)
def test_however_its_letters_are_written(store: DjangoStores, kept: str, asked: str) -> None:
    """In capitals that are two letters, with accents of their own: nothing is left behind as if it were not there."""
    _, number = begin(store)
    index(number, 7, {"emailAddress": kept})

    before = told(address_of(asked))
    erase(address_of(asked))

    assert before == {(Place.INDEX, Fate.BLANKED): 1}
    assert "birch" not in everything()


def test_only_what_names_the_address_is_taken_from_others(store: DjangoStores) -> None:
    """Evidence about another contact, a company's run; a company's own data stay, and the one who has a longer name."""
    run, number = begin(store)
    change(run, OTHER, {"evidence": {"email": ROSA, "name": "Ann"}, "field_changes": []}, name="Ann Lind")
    inbox(number, "001A00000000001AAA", {"Name": "Birch", "Description": f"Ask {ROSA}."}, entity="company")
    inbox(number, OTHER, {**FIELDS, "Email": f"x{ROSA}"})
    text = f"Told {ROSA.upper()} and {ROSA}.au."
    NoticeRow.objects.create(connection_id=number, kind="no_import", subject="", text=text, told_at=NOON)

    before = told()
    erase()

    assert before == {
        (Place.INBOX, Fate.KEPT): 1,
        (Place.RUNS, Fate.BLANKED): 1,
        (Place.NOTICES, Fate.BLANKED): 1,
    }
    assert told() == {(Place.INBOX, Fate.KEPT): 1}
    row = ChangeRow.objects.get()
    assert (row.name, codec.decode(row.document)["evidence"]) == ("Ann Lind", {"email": ERASED, "name": "Ann"})
    assert NoticeRow.objects.get().text == f"Told {ERASED} and {ROSA}.au."


def test_mails_and_people_who_may_not_sign_in_go(store: DjangoStores) -> None:
    """Somebody who may is disabled first, so that nobody locks themselves out."""
    _, number = begin(store)
    mail = MailRow.objects.create(connection_id=number, subject="An import", text="", html="", written_at=NOON)
    DeliveryRow.objects.create(mail=mail, recipient=ROSA, message_id="1", state="waiting", due_at=NOON)
    for name, is_active in (("rosa", False), ("admin", True)):
        User.objects.create(username=name, email=ROSA, full_name="Rosa", is_active=is_active, created_at=NOON)

    before = told()
    erase()

    assert before == {(Place.MAILS, Fate.REMOVED): 1, (Place.USERS, Fate.BLANKED): 1, (Place.USERS, Fate.KEPT): 1}
    assert told() == {(Place.USERS, Fate.KEPT): 1}
    assert list(User.objects.order_by("id").values_list("email", "full_name")) == [("", ""), (ROSA, "Rosa")]


def test_the_audit_is_emptied_where_it_names_the_address(store: DjangoStores) -> None:
    """The chain stays whole; a name in the chain itself stays, and is told of."""
    audit, address = Audit(), "audited@birch.example"
    audit.add(Deed.MAIL_TRIED, who="helen", origin="here", now=NOON, details={"to": address})
    audit.add(Deed.USER_ADDED, who="helen", origin="here", now=NOON, subject=address, details={"role": "viewer"})

    def places() -> list[tuple[Place, Fate]]:
        return [(each.place, each.fate) for each in Persons().find(address).items]

    before = places()
    erase(address)

    assert before == [(Place.AUDIT, Fate.BLANKED), (Place.AUDIT, Fate.KEPT)]
    assert (places(), audit.first_break()) == ([(Place.AUDIT, Fate.KEPT)], None)
    assert list(AuditRow.objects.order_by("-id").values_list("details", flat=True)[:2]) == [{"role": "viewer"}, {}]


def test_a_plan_that_waits_is_made_anew(store: DjangoStores) -> None:
    """A blank value must never be written: what is not carried out yet goes as a whole, and the digest is another."""
    run, _ = begin(store)
    change(run, SOURCE, {"values": {"emailAddress": ROSA}}, kind="create", outcome="")
    change(run, OTHER, {"values": {"emailAddress": "ann@birch.example"}}, kind="create", outcome="")
    before = store.plan(run).digest()

    erase()

    assert store.plan(run).digest() != before
    assert list(ChangeRow.objects.values_list("source_id", flat=True)) == [OTHER]


def test_while_the_end_of_a_write_is_not_known_nothing_is_erased(store: DjangoStores) -> None:
    """Its answer is recognised by what was sent."""
    run, number = begin(store)
    sent = change(run, SOURCE, {"values": {"emailAddress": ROSA}}, kind="create", outcome="postponed")
    IntentRow.objects.create(
        connection_id=number,
        entity="contact",
        source_id=SOURCE,
        state="doubt",
        body_digest="",
        attempt=1,
        sent_at=NOON,
        change_id=sent,
    )

    with pytest.raises(DecisionRefused, match="not known yet what stands in Autotask"):
        erase()

    assert told() == {(Place.RUNS, Fate.BLANKED): 1}


@pytest.mark.parametrize("text", ["", "rosa", "rosa@", "@birch.example", "a b@c", "a@b, c@d", f"{'x' * 250}@b.example"])
def test_what_is_no_address(text: str) -> None:
    """Is not looked for."""
    with pytest.raises(ConfigurationError, match="This is no mail address"):
        address_of(text)
