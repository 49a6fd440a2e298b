"""The pages' view of the org: lists of accounts, contacts and users, and forms to change them."""

from collections.abc import Mapping, Sequence
from typing import Final

from taskforce_simulators.core.browsing import BrowsableObject, Form, FormField, Kind, Listing, RecordRefusedError, Tab
from taskforce_simulators.salesforce import organization, rendering
from taskforce_simulators.salesforce.errors import ApiError
from taskforce_simulators.salesforce.org import Org
from taskforce_simulators.salesforce.schema import Field, SObject
from taskforce_simulators.salesforce.store import Row

_COLUMNS: Final = {
    "Account": ("Name", "Type", "Industry", "Phone", "BillingCity", "SystemModstamp"),
    "Contact": ("Name", "Title", "Email", "Phone", "AccountId", "SystemModstamp"),
    "User": ("Name", "Username", "Email", "IsActive"),
}
_SYSTEM: Final = "System"
_KINDS: Final[dict[str, Kind]] = {
    "textarea": "textarea",
    "int": "number",
    "double": "number",
    "currency": "number",
    "boolean": "checkbox",
}


class Pages:
    """Lists and forms over the org's records; changes go by the rules of the API."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def objects(self) -> Sequence[BrowsableObject]:
        """What the menu lists."""
        return [
            BrowsableObject(name=name, label=f"{name}s", columns=columns, creatable=name != "User")
            for name, columns in _COLUMNS.items()
        ]

    def listing(self, object_name: str, *, search: str, offset: int, limit: int) -> Listing:
        """One page of the records that are not deleted and contain the text in a column."""
        columns = _COLUMNS[object_name]
        shown = "1" if object_name == "User" else "IsDeleted = 0"
        fits = " OR ".join(f'instr(folded("{column}"), ?) > 0' for column in columns)
        condition = f"{shown} AND ({fits})" if search else shown
        parameters = (search.casefold(),) * (len(columns) if search else 0)
        database, sobject = self._org.store.database, self._object(object_name)
        sql = f'FROM "{object_name}" WHERE {condition}'
        total = database.execute(f"SELECT COUNT(*) {sql}", parameters)[0][0]
        page = f"SELECT * {sql} ORDER BY folded(Name), Id LIMIT ? OFFSET ?"
        rows = [
            {"id": str(row["Id"])} | {column: _text(sobject.fields[column], row[column]) for column in columns}
            for row in database.execute(page, (*parameters, limit, offset))
        ]
        return Listing(total=total, rows=rows)

    def form(self, object_name: str, record_id: str | None) -> Form | None:
        """A record's form: what can be changed first, what the system keeps on a tab of its own."""
        sobject = self._object(object_name)
        row = {} if record_id is None else self._org.store.row(object_name, record_id)
        if row is None:
            return None
        fields = [field for field in sobject.fields.values() if field.stored]
        editable = tuple(_form_field(field, row) for field in fields if field.updateable and _plain(field))
        system = tuple(_form_field(field, row) for field in fields if not field.updateable and row)
        tabs = (Tab(label="Details", fields=editable), Tab(label=_SYSTEM, fields=system))
        title = str(row.get("Name") or f"New {object_name}")
        return Form(title=title, tabs=tabs if row else tabs[:1], links=self._links(object_name, row))

    def submit(self, object_name: str, record_id: str | None, values: Mapping[str, str]) -> str:
        """Save a form as the integration user would by the API; only what differs is written."""
        sobject, settings = self._object(object_name), self._org.settings
        present = {} if record_id is None else self._org.store.row(object_name, record_id) or {}
        body = {
            name: text
            for name, text in values.items()
            if (field := sobject.fields.get(name)) and text != _text(field, present.get(name))
        }
        try:
            if record_id is None:
                return self._org.records.create(sobject, body, organization.USER_ID, settings)
            self._org.records.update(sobject, record_id, body, organization.USER_ID, settings)
        except ApiError as error:
            raise RecordRefusedError(f"{error.code}: {error.message}") from error
        return record_id

    def _links(self, object_name: str, row: Row) -> tuple[tuple[str, str, str], ...]:
        links = [
            (label, target, str(row[field]))
            for label, target, field in (("Account", "Account", "AccountId"), ("Parent", "Account", "ParentId"))
            if row.get(field)
        ]
        if object_name == "Account" and row:
            contacts = self._org.store.rows("Contact", "AccountId = ? AND IsDeleted = 0", (row["Id"],))
            links += [(f"Contact {contact['Name']}", "Contact", str(contact["Id"])) for contact in contacts]
        return tuple(links)

    def _object(self, object_name: str) -> SObject:
        sobject = self._org.schema.find(object_name)
        if sobject is None:
            raise KeyError(object_name)
        return sobject


def _plain(field: Field) -> bool:
    """Preferences and permissions of users would fill the page."""
    return not field.name.startswith(("UserPreferences", "UserPermissions"))


def _form_field(field: Field, row: Row) -> FormField:
    value = _text(field, row.get(field.name))
    choices = tuple(field.values.items())
    if choices and value and value not in field.values:
        choices += ((value, value),)
    kind = _KINDS.get(field.type, "choice" if choices else "text")
    return FormField(
        name=field.name,
        label=field.label,
        value=value,
        kind=kind if field.updateable else "readonly",
        choices=(("", ""), *choices) if choices else (),
        max_length=field.length or None,
    )


def _text(field: Field, stored: object) -> str:
    """A stored value as a form shows it; a check box that is not set is empty."""
    shown = rendering.value(field, stored)
    if isinstance(shown, bool):
        return "true" if shown else ""
    if isinstance(shown, float) and shown.is_integer():
        return str(int(shown))
    return "" if shown is None else str(shown)
