"""The pages' view of the tenant: lists of companies, contacts and so on, and forms with a User-Defined tab."""

from collections.abc import Mapping, Sequence
from typing import Final

from taskforce_simulators.autotask import definitions
from taskforce_simulators.autotask.errors import ApiError
from taskforce_simulators.autotask.queries import Queries
from taskforce_simulators.autotask.schema import ENTITIES, FRACTIONS, NUMBERS, Entity, Field
from taskforce_simulators.autotask.store import UDFS, Record, user_defined
from taskforce_simulators.autotask.tenant import Tenant
from taskforce_simulators.autotask.writing import Writing
from taskforce_simulators.core.browsing import BrowsableObject, Form, FormField, Kind, Listing, RecordRefusedError, Tab

_COLUMNS: Final = {
    "Companies": ("companyName", "companyType", "phone", "address1", "city", "state", "isActive"),
    "Contacts": ("firstName", "lastName", "companyID", "title", "emailAddress", "phone", "isActive"),
    "Resources": ("firstName", "lastName", "title", "email", "isActive"),
    definitions.PATH: ("name", "udfType", "dataType", "isActive"),
    "Countries": ("name", "countryCode", "isActive"),
    "Tickets": ("ticketNumber", "title", "companyID", "contactID", "status"),
    "Contracts": ("contractNumber", "contractName", "companyID", "status"),
    "Opportunities": ("title", "companyID", "amount", "status"),
    "Projects": ("projectNumber", "projectName", "companyID", "status"),
}
_LABELS: Final = {definitions.PATH: "User-Defined Fields"}
_GENERAL: Final = {
    "Companies": (
        "companyName", "companyNumber", "companyType", "isActive", "phone", "fax", "webAddress", "address1", "address2",
        "city", "state", "postalCode", "countryID", "ownerResourceID", "parentCompanyID", "marketSegmentID",
        "classification", "assetValue", "sicCode", "stockSymbol",
    ),
    "Contacts": (
        "companyID", "firstName", "lastName", "title", "isActive", "emailAddress", "phone", "extension",
        "alternatePhone", "mobilePhone", "faxNumber", "addressLine", "addressLine1", "city", "state", "zipCode",
        "countryID", "primaryContact",
    ),
}  # fmt: skip
_UDF_PREFIX: Final = "udf:"


class Pages:
    """Lists and forms over the tenant's records; changes go by the rules of the API."""

    def __init__(self, tenant: Tenant, queries: Queries, writing: Writing) -> None:
        self._tenant = tenant
        self._queries = queries
        self._writing = writing

    def objects(self) -> Sequence[BrowsableObject]:
        """What the menu lists."""
        return [
            BrowsableObject(
                name=path,
                label=_LABELS.get(path, path),
                columns=("id", *columns),
                creatable=path in {"Companies", "Contacts", definitions.PATH},
            )
            for path, columns in _COLUMNS.items()
        ]

    def listing(self, object_name: str, *, search: str, offset: int, limit: int) -> Listing:
        """One page of the records that contain the text in a column."""
        columns = _COLUMNS[object_name]
        fits = " OR ".join(f'"{column}" LIKE ?' for column in columns)
        where, parameters = (fits, (f"%{search}%",) * len(columns)) if search else ("1", ())
        total = self._tenant.store.count(object_name, where, parameters)
        records = self._tenant.store.select(object_name, f"({where})", parameters, limit=limit, offset=offset)
        entity = ENTITIES[object_name]
        rows = [
            {"id": str(record["id"])}
            | {column: self._label(entity, entity.by_lower_name[column.lower()], record[column]) for column in columns}
            for record in records
        ]
        return Listing(total=total, rows=rows)

    def form(self, object_name: str, record_id: str | None) -> Form | None:
        """A record's form: General, Other, User-Defined, and what the system keeps."""
        entity = ENTITIES[object_name]
        record: Record | None = {} if record_id is None else self._tenant.store.row(object_name, int(record_id))
        if record is None:
            return None
        fields = self._tenant.fields(entity)
        first = _GENERAL.get(object_name, tuple(field.name for field in fields.values() if not field.read_only))
        general = [fields[name.lower()] for name in first]
        other = [field for field in fields.values() if field.name not in first and not field.read_only]
        system = [field for field in fields.values() if field.name not in first and field.read_only and record]
        tabs = [
            Tab(label="General", fields=tuple(self._form_field(entity, field, record) for field in general)),
            Tab(label="Other", fields=tuple(self._form_field(entity, field, record) for field in other)),
            Tab(label="User-Defined", fields=self._user_defined(entity, record)),
            Tab(label="System", fields=tuple(self._form_field(entity, field, record) for field in system)),
        ]
        name = " ".join(str(record.get(column)) for column in _COLUMNS[object_name][: 1 + (object_name == "Contacts")])
        shown = tuple(tab for tab in tabs if tab.fields)
        return Form(title=name if record else f"New {entity.name}", tabs=shown, links=self._links(object_name, record))

    def submit(self, object_name: str, record_id: str | None, values: Mapping[str, str]) -> str:
        """Save a form as the API would; only what differs is written."""
        entity = ENTITIES[object_name]
        if not (entity.can_update if record_id else entity.can_create):
            raise RecordRefusedError(f"{object_name} cannot be changed through the API.")
        record = {} if record_id is None else self._tenant.store.row(object_name, int(record_id)) or {}
        parent = str(record.get(entity.parent_field) or values.get(entity.parent_field) or "")
        parent_id = int(parent) if parent.isdigit() else None
        body = self._body(entity, record, values)
        try:
            if record_id:
                return str(self._writing.update(entity, {**body, "id": record_id}, parent_id))
            return str(self._writing.create(entity, body, parent_id))
        except ApiError as problem:
            raise RecordRefusedError(" ".join(problem.texts)) from problem

    def _body(self, entity: Entity, record: Record, values: Mapping[str, str]) -> dict[str, object]:
        """What a form changes, as the body of a write."""
        body: dict[str, object] = {
            field.name: _entered(field, values[field.name])
            for field in self._tenant.fields(entity).values()
            if field.name in values and values[field.name] != _text(field, record.get(field.name))
        }
        kept = user_defined(record)
        entered = {
            definition.name: text
            for definition in self._tenant.user_defined(entity)
            if (text := values.get(f"{_UDF_PREFIX}{definition.id}")) is not None
            and text != kept.get(str(definition.id), "")
        }
        return {**body, UDFS: [{"name": name, "value": text} for name, text in entered.items()]}

    def _form_field(self, entity: Entity, field: Field, record: Record) -> FormField:
        read_only = field.read_only and not (field.name == entity.parent_field and not record)
        values = self._tenant.picklist(entity.path, field.name) if field.picklist else ()
        choices = (("", ""), *((value.value, value.label) for value in values)) if values else ()
        return FormField(
            name=field.name,
            label=field.name,
            value=_text(field, record.get(field.name)),
            kind="readonly" if read_only else _kind(field, chosen=bool(values)),
            choices=choices,
            max_length=field.length or None,
        )

    def _user_defined(self, entity: Entity, record: Record) -> tuple[FormField, ...]:
        kept = user_defined(record)
        return tuple(
            FormField(
                name=f"{_UDF_PREFIX}{definition.id}",
                label=definition.name,
                value=kept.get(str(definition.id), ""),
                kind="choice" if definition.is_list else "text",
                choices=(("", ""), *((value.value, value.label) for value in definition.items)),
            )
            for definition in self._tenant.user_defined(entity)
        )

    def _links(self, object_name: str, record: Record) -> tuple[tuple[str, str, str], ...]:
        if not record:
            return ()
        if object_name == "Contacts":
            return (("Company", "Companies", str(record["companyID"])),)
        if object_name != "Companies":
            return ()
        contacts = self._tenant.store.select("Contacts", "companyID = ?", (record["id"],))
        return tuple(
            (f"{contact['firstName']} {contact['lastName']}", "Contacts", str(contact["id"])) for contact in contacts
        )

    def _label(self, entity: Entity, field: Field, value: object) -> str:
        labels = {known.value: known.label for known in self._tenant.picklist(entity.path, field.name)}
        return labels.get(str(value), _text(field, value))


def _kind(field: Field, *, chosen: bool) -> Kind:
    if chosen:
        return "choice"
    if field.data_type == "boolean" or (field.name == "isActive" and field.data_type == "integer"):
        return "checkbox"
    return "number" if field.data_type in NUMBERS | FRACTIONS else "text"


def _text(field: Field, value: object) -> str:
    if _kind(field, chosen=False) == "checkbox":
        return "true" if value else ""
    return "" if value is None else str(value)


def _entered(field: Field, text: str) -> object:
    if _kind(field, chosen=False) == "checkbox":
        return bool(text) if field.data_type == "boolean" else int(bool(text))
    return text or None
