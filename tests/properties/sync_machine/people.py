"""What people do on both sides, and the book of what they did."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from taskforce_simulators.salesforce.organization import USER_ID
from tests.properties.sync_machine.plant import Plant
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

COMPANY_ID_FIELD, CONTACT_ID_FIELD = "Salesforce Company ID", "Salesforce Contact ID"
ID_FIELDS = {COMPANIES: COMPANY_ID_FIELD, CONTACTS: CONTACT_ID_FIELD}
OBJECTS = {COMPANIES: "Account", CONTACTS: "Contact"}
UNMAPPED = {COMPANIES: "taxID", CONTACTS: "extension"}
"""A field of each kind that Taskforce has no business with."""

Target = tuple[str, int]
"""A kind of Autotask record and an id."""
Source = tuple[str, str]
"""The kind of its Autotask record, and a Salesforce id."""


@dataclass(slots=True)
class Book:
    """What people did that explains what Taskforce must or may leave alone."""

    typed: set[Target] = field(default_factory=set)
    """Autotask records that people made."""
    typed_ids: set[Source] = field(default_factory=set)
    """Salesforce ids that people wrote into Autotask."""
    separated: dict[Source, tuple[int, int]] = field(default_factory=dict)
    """Pairs whose id people took away: the Autotask record, and the number of its latest request then."""
    edited: set[tuple[str, int, str]] = field(default_factory=set)
    """Fields of Autotask records that people wrote."""
    typed_values: dict[tuple[str, int, str], object] = field(default_factory=dict)
    """What they wrote there since the last look."""
    ignored: set[Source] = field(default_factory=set)
    """Salesforce records that people left out."""
    rejected: dict[Source, str] = field(default_factory=dict)
    """Salesforce records of plans that people rejected, with their SystemModstamp then."""
    started_over: dict[Source, int] = field(default_factory=lambda: defaultdict(int))
    """How often a person decided that a record may be created once more."""
    was_gone: set[Source] = field(default_factory=set)
    """Salesforce records that were deleted, merged or hidden at some time."""
    unmapped_values: dict[Target, object] = field(default_factory=dict)
    """What people wrote into the field that Taskforce has no business with."""


class People:
    """Everybody who types something in somewhere."""

    def __init__(self, plant: Plant) -> None:
        self.book = Book()
        self._salesforce = plant.pair.salesforce
        self._autotask = plant.pair.autotask
        users = self._salesforce.records("User")
        self.users = {str(user["Name"]): str(user["Id"]) for user in users}
        self.names = {str(user["Id"]): (str(user["FirstName"]), str(user["LastName"])) for user in users}

    # --- Salesforce ---

    def living(self, kind: str) -> list[str]:
        """The Salesforce records that are not deleted and can be seen, in the order of their making."""
        hidden = self._salesforce.org.settings.hidden_records
        records = self._salesforce.records(OBJECTS[kind])
        return [str(each["Id"]) for each in records if not each["IsDeleted"] and each["Id"] not in hidden]

    def deleted(self, kind: str) -> list[str]:
        """The ones in the recycle bin."""
        return [str(each["Id"]) for each in self._salesforce.records(OBJECTS[kind]) if each["IsDeleted"]]

    def open_account(self, **values: object) -> str:
        """A new account."""
        record = {"Type": "Customer", "OwnerId": self.users["Olivia Grant"], **values}
        return str(self._salesforce.save_record("Account", record)["Id"])

    def add_contact(self, account: str | None, **values: object) -> str:
        """A new contact."""
        return str(self._salesforce.save_record("Contact", {"AccountId": account, **values})["Id"])

    def change(self, kind: str, source_id: str, **values: object) -> None:
        """Edit a Salesforce record."""
        self._salesforce.save_record(OBJECTS[kind], {"Id": source_id, **values})

    def hold_back(self, kind: str, source_id: str, delay: timedelta) -> None:
        """The latest change of a record becomes visible late."""
        self._salesforce.org.records.visibility.hold(OBJECTS[kind], source_id, delay)

    def delete(self, kind: str, source_id: str) -> None:
        """Into the recycle bin."""
        self._salesforce.org.records.delete(OBJECTS[kind], source_id, USER_ID)

    def undelete(self, kind: str, source_id: str) -> None:
        """Out of the recycle bin."""
        self._salesforce.org.records.undelete(OBJECTS[kind], source_id)

    def hard_delete(self, kind: str, source_id: str) -> None:
        """Gone without a trace."""
        self._salesforce.org.records.hard_delete(OBJECTS[kind], source_id)

    def merge(self, kind: str, master: str, loser: str) -> None:
        """The loser goes into the master, and its pair with it; should it be restored, it may get another one."""
        self.book.started_over[kind, loser] += 1
        self._salesforce.org.records.merge(OBJECTS[kind], master, [loser])

    def hide(self, ids: list[str]) -> None:
        """The Salesforce user of the connection sees all records but these."""
        self._salesforce.change_settings({"hidden_records": ids})

    # --- Autotask ---

    def standing(self, kind: str) -> list[dict[str, Any]]:
        """The Autotask records, without the MSP's own company."""
        return [dict(each) for each in self._autotask.records(kind) if each["id"] != 0]

    def type_company(self, **values: object) -> int:
        """A new company."""
        record = {"companyType": 1, "phone": "312-555-0100", "ownerResourceID": self._helen(), **values}
        return self._typed(COMPANIES, {"isActive": True, "taxID": "from the desk", **record})

    def type_person(self, company: int, **values: object) -> int:
        """A new contact under a company."""
        return self._typed(CONTACTS, {"companyID": company, "isActive": 1, "extension": "42", **values})

    def edit(self, kind: str, target_id: int, **values: object) -> None:
        """Change an Autotask record."""
        self._autotask.save_record(kind, {"id": target_id, **values})
        self.book.edited |= {(kind, target_id, name) for name in values}
        self.book.typed_values |= {(kind, target_id, name): value for name, value in values.items()}
        if UNMAPPED[kind] in values:
            self.book.unmapped_values[kind, target_id] = values[UNMAPPED[kind]]

    def write_id(self, kind: str, target_id: int, source_id: str) -> None:
        """Put a Salesforce id into the user-defined field, or clear that with ""."""
        record = next(each for each in self.standing(kind) if each["id"] == target_id)
        carried = carried_id(kind, record)
        if carried and carried != source_id:
            self.book.separated[kind, carried] = (target_id, self.latest_request())
        if source_id:
            self.book.typed_ids.add((kind, source_id))
        fields = [{"name": ID_FIELDS[kind], "value": source_id}]
        self._autotask.save_record(kind, {"id": target_id, "userDefinedFields": fields})

    def remove(self, kind: str, target_id: int, linked: set[Target]) -> None:
        """Delete an Autotask record with what stands under it; one that is linked is not to be made again."""
        under = [each for each in self.standing(CONTACTS) if kind == COMPANIES and each["companyID"] == target_id]
        itself = [each for each in self.standing(kind) if each["id"] == target_id]
        for each_kind, record in [*((CONTACTS, each) for each in under), *((kind, each) for each in itself)]:
            if (each_kind, int(record["id"])) not in linked:
                self.book.started_over[each_kind, carried_id(each_kind, record)] += 1
            self._autotask.remove_record(each_kind, str(record["id"]))

    def latest_request(self) -> int:
        """The number of the latest request to Autotask."""
        return max((entry.number for entry in self._autotask.journal.entries()), default=0)

    def _typed(self, kind: str, record: dict[str, object]) -> int:
        target_id = int(str(self._autotask.save_record(kind, record)["id"]))
        self.book.typed.add((kind, target_id))
        self.book.unmapped_values[kind, target_id] = record[UNMAPPED[kind]]
        return target_id

    def _helen(self) -> int:
        found = self._autotask.records("Resources")
        return next(int(str(each["id"])) for each in found if each["firstName"] == "Helen")


def carried_id(kind: str, record: dict[str, Any]) -> str:
    """The Salesforce id in the user-defined field; "" if there is none."""
    fields = {each["name"]: each["value"] for each in record.get("userDefinedFields") or ()}
    return str(fields.get(ID_FIELDS[kind]) or "")
