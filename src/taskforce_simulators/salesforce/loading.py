"""Whole records put in past every validation: scenarios in bulk, and single records by the control API."""

from collections.abc import Iterable, Mapping
from typing import Final

from taskforce_simulators.salesforce import naming
from taskforce_simulators.salesforce.store import Row, Store, stored

_ORDER: Final = ("Organization", "User", "Account", "Contact")


def stored_record(store: Store, object_name: str, record: Mapping[str, object]) -> Row:
    """A record's values as they are stored; an unknown field is a ValueError."""
    fields = store.fields(object_name)
    unknown = set(record) - set(fields) - {"attributes"}
    if unknown:
        raise ValueError(f"{object_name} has no {', '.join(sorted(unknown))}")
    return {name: stored(fields[name], value) for name, value in record.items() if name != "attributes"}


def load(store: Store, data: Mapping[str, object], *, now: str, user_id: str, currency: str) -> None:
    """Take in the records of a scenario; what they leave out is as if the default user had made them now."""
    with store.database.transaction():
        for name in _ORDER:
            records = data.get(name, ())
            if not isinstance(records, list | tuple):
                raise TypeError(f"{name} is to be a list of records")
            rows = [completed(store, name, r, now=now, user_id=user_id, currency=currency) for r in records]
            store.insert_many(name, rows)
            if name == "Account":
                _add_people(store, rows)


def completed(
    store: Store, object_name: str, record: Mapping[str, object], *, now: str, user_id: str, currency: str
) -> Row:
    """A whole new row: what was given and what a record cannot be without."""
    row = naming.with_codes(object_name, stored_record(store, object_name, record), strict=False)
    modified = row.get("LastModifiedDate") or row.get("SystemModstamp") or now
    standing: Row = {
        "CreatedDate": modified,
        "CreatedById": user_id,
        "LastModifiedDate": modified,
        "LastModifiedById": user_id,
        "SystemModstamp": modified,
        "OwnerId": user_id,
        "CurrencyIsoCode": currency,
        "IsActive": 1,
    }
    fields = store.fields(object_name)
    for name, value in standing.items():
        if name in fields and row.get(name) is None:
            row[name] = value
    row["Id"] = row.get("Id") or store.new_id(object_name)
    if object_name in {"Contact", "User"} and not row.get("Name"):
        row["Name"] = naming.full_name(row)
    return row


def _add_people(store: Store, accounts: Iterable[Row]) -> None:
    """Give each person account its contact, unless the scenario brings it along."""
    for account in accounts:
        if account.get("IsPersonAccount") and not account.get("PersonContactId"):
            add_person(store, account)


def add_person(store: Store, account: Mapping[str, object]) -> None:
    """Make the contact that stands for a person account."""
    identifier = store.new_id("Contact")
    kept = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp", "CurrencyIsoCode")
    contact = naming.person_as_contact(account) | {name: account.get(name) for name in kept}
    contact |= {"Id": identifier, "AccountId": account["Id"], "IsPersonAccount": 1, "Name": naming.full_name(account)}
    contact = {name: value for name, value in contact.items() if value is not None}
    store.insert("Contact", contact)
    store.update("Account", str(account["Id"]), {"PersonContactId": identifier})
