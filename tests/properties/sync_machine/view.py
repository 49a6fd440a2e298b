"""Everything that stands on both sides and in the store at one moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from taskforce.adapters.store.codec import decode, decode_field_changes
from taskforce.adapters.store.models import ChangeRow, CursorRow, InboxRow, IntentRow, LinkRow, NoticeRow, RunRow
from taskforce.connection_config import SettingsConfig
from taskforce.domain.records import Entity
from taskforce_simulators.core.journal import JournalEntry
from tests.properties.sync_machine.fitting import LeftOut, brought_along, fits
from tests.properties.sync_machine.locks import Locks
from tests.properties.sync_machine.people import Book, Source, Target, carried_id
from tests.properties.sync_machine.plant import NAME, Plant
from tests.properties.sync_machine.restraint import Restraint
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS, Raw, Rules

KINDS = {Entity.COMPANY.value: COMPANIES, Entity.CONTACT.value: CONTACTS}
WRITTEN = frozenset({"created", "linked", "updated", "deactivated"})


@dataclass(slots=True)
class Witness:
    """Has looked after every step: what was seen first, and in which state."""

    first_seen: dict[Target, Raw] = field(default_factory=dict)
    """Every Autotask record as it was when it was first seen."""
    created: dict[Source, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The Autotask records that Taskforce made for a Salesforce record."""
    homeless: list[Target] = field(default_factory=list)
    """Contacts that Taskforce made under a company that was not their account's."""

    known: set[Source] = field(default_factory=set)
    """Every Salesforce record that was ever there."""
    accounts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The accounts that each contact ever had: a write that comes late goes by the one of its time."""
    stood_for: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The accounts that each company ever stood for, for the same reason: a twin may have taken it meanwhile."""
    restraint: Restraint = field(default_factory=Restraint)
    left_out: LeftOut = field(default_factory=LeftOut)
    locks: Locks = field(default_factory=Locks)

    def look(self, view: "View") -> None:
        """Take in what is new."""
        self._look_at_salesforce(view)
        self.restraint.look(view)
        self.left_out.look(view)
        self.locks.look(view)
        for company_id, company in view.targets[COMPANIES].items():
            self.stood_for[company_id] |= view.accounts_of(company)
        for kind, records in view.targets.items():
            for target_id, record in records.items():
                target = (kind, target_id)
                if target in self.first_seen:
                    continue
                self.first_seen[target] = record
                if target not in view.book.typed:
                    self._take_in(view, kind, record)

    def _look_at_salesforce(self, view: "View") -> None:
        there = {(kind, source_id) for kind, records in view.sources.items() for source_id in records}
        self.known |= there
        for source_id, contact in view.sources[CONTACTS].items():
            self.accounts[source_id].add(str(contact["AccountId"]))
        gone = {(kind, each) for kind, each in there if view.sources[kind][each]["IsDeleted"] or each in view.hidden}
        view.book.was_gone |= gone | (self.known - there)

    def _take_in(self, view: "View", kind: str, record: Raw) -> None:
        source_id = carried_id(kind, dict(record))
        self.created[kind, source_id].append(int(str(record["id"])))
        if kind != CONTACTS or source_id not in view.sources[kind]:
            return  # of what is gone for good nobody can tell the account
        if not self.accounts[source_id] & self.stood_for[int(str(record["companyID"]))]:
            self.homeless.append((kind, int(str(record["id"]))))


@dataclass(frozen=True, kw_only=True)
class View:
    """One moment. Salesforce records are known by (kind, id), as their Autotask counterparts are."""

    plant: Plant
    book: Book
    witness: Witness
    rules: Rules
    settings: SettingsConfig
    sources: dict[str, dict[str, Raw]]
    targets: dict[str, dict[int, Raw]]
    links: dict[Source, LinkRow]
    inbox: dict[Source, InboxRow]
    intents: dict[Source, IntentRow]
    hidden: frozenset[str]

    @classmethod
    def of(cls, plant: Plant, book: Book, witness: Witness, names: dict[str, tuple[str, str]]) -> "View":
        """Look at everything."""
        settings = plant.installation.connection(NAME).settings
        pair = plant.pair
        return cls(
            plant=plant,
            book=book,
            witness=witness,
            settings=settings,
            rules=Rules(
                pair=pair,
                clear_blanks=settings.clear_blanks,
                refuses_overflow=settings.overflow == "refuse",
                fallback_type=settings.fallback_company_type,
                users=names,
            ),
            sources={
                COMPANIES: {str(each["Id"]): each for each in pair.salesforce.records("Account")},
                CONTACTS: {str(each["Id"]): each for each in pair.salesforce.records("Contact")},
            },
            targets={
                kind: {int(str(each["id"])): each for each in pair.autotask.records(kind) if each["id"] != 0}
                for kind in (COMPANIES, CONTACTS)
            },
            links={(KINDS[row.entity], row.source_id): row for row in LinkRow.objects.all()},
            inbox={(KINDS[row.entity], row.source_id): row for row in InboxRow.objects.all()},
            intents={(KINDS[row.entity], row.source_id): row for row in IntentRow.objects.all()},
            hidden=frozenset(pair.salesforce.org.settings.hidden_records),
        )

    # --- what stands ---

    def in_scope(self) -> list[Source]:
        """The Salesforce records that are to be imported."""
        everything = [(kind, source_id) for kind, records in self.sources.items() for source_id in records]
        return [source for source in everything if self.is_in_scope(source)]

    def is_in_scope(self, source: Source) -> bool:
        """Whether a Salesforce record is shown, is no contact without an account, and the filter takes it."""
        kind, source_id = source
        if not self.is_shown(source) or (kind == CONTACTS and not self.sources[kind][source_id]["AccountId"]):
            return False
        return fits(self, source) is True or (kind == COMPANIES and source_id in self.brought)

    def is_shown(self, source: Source) -> bool:
        """Whether a Salesforce record is there and seen."""
        kind, source_id = source
        record = self.sources[kind].get(source_id)
        return record is not None and not record["IsDeleted"] and source_id not in self.hidden

    def is_settled(self, source: Source) -> bool:
        """Whether nothing is to be done for a record, though it may wait for another."""
        row = self.inbox.get(source)
        return row is None or row.state == "waiting"

    @cached_property
    def brought(self) -> frozenset[str]:
        """The accounts that are imported only as parents of others."""
        return brought_along(self)

    def target_of(self, source: Source) -> Raw | None:
        """The Autotask record of a linked pair, if it is there."""
        link = self.links.get(source)
        if link is None or link.state != "linked":
            return None
        return self.targets[source[0]].get(link.target_id)

    def company_of(self, account: object) -> int | None:
        """The Autotask id of an account's company, while the pair is linked."""
        link = self.links.get((COMPANIES, str(account)))
        return link.target_id if link is not None and link.state == "linked" else None

    def carriers(self, source: Source) -> list[int]:
        """The Autotask records whose user-defined field holds this Salesforce id."""
        kind, source_id = source
        return [number for number, record in self.targets[kind].items() if carried_id(kind, dict(record)) == source_id]

    def accounts_of(self, company: Raw) -> set[str]:
        """The accounts that a company stands for: the one whose id it carries, and those it is linked to."""
        linked = {row.source_id for (kind, _), row in self.links.items() if kind == COMPANIES}
        known = {each for each in linked if self.links[COMPANIES, each].target_id == company["id"]}
        return known | {carried_id(COMPANIES, dict(company))}

    # --- what was done ---

    @cached_property
    def runs(self) -> list[RunRow]:
        """Every run, in order."""
        return list(RunRow.objects.order_by("id"))

    @cached_property
    def changes(self) -> list[ChangeRow]:
        """Every change of every run that was not dry, in the order of the plans."""
        return list(ChangeRow.objects.filter(run__is_dry_run=False).order_by("id"))

    def writes_of(self, source: Source) -> list[ChangeRow]:
        """The changes of a Salesforce record's counterpart."""
        return [row for row in self.changes if (KINDS[row.entity], row.source_id) == source and row.outcome in WRITTEN]

    def version(self, source: Source) -> datetime:
        """When a Salesforce record was changed last."""
        return moment(self.sources[source[0]][source[1]]["SystemModstamp"])

    @cached_property
    def notices(self) -> list[NoticeRow]:
        """What people were told."""
        return list(NoticeRow.objects.all())

    @property
    def cursors(self) -> dict[str, CursorRow]:
        """How far reading has come."""
        return {KINDS[row.entity]: row for row in CursorRow.objects.all()}

    def written(self, row: ChangeRow) -> dict[str, Any]:
        """The values that a change wrote, by field."""
        return {each.field: each.after for each in decode_field_changes(decode(row.document))}

    def had_no_effect(self, source_id: str) -> bool:
        """Whether Autotask ever said that it wrote this id, and did not."""
        entries = self.plant.pair.autotask.journal.entries()
        return any((entry.fault or "").startswith("no_effect") and source_id in entry.body for entry in entries)

    def patches(self, target: Target, since: int) -> list[JournalEntry]:
        """The requests after `since` that changed an Autotask record, but for those that were given up before."""
        kind, number = target
        needle = f'"id":{number}'
        return [
            entry
            for entry in self.plant.pair.autotask.journal.entries(since)
            if entry.operation == "update"
            and entry.path.rstrip("/").endswith(kind)
            and needle in entry.body.replace(" ", "")
            and entry.fault != "late_commit carried out"
        ]


def moment(text: object) -> datetime:
    """A time as Salesforce writes it."""
    return datetime.fromisoformat(str(text))
