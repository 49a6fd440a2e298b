"""Creating, changing and deleting records (reference section 4)."""

from collections.abc import Mapping

from taskforce_simulators.autotask import definition_rules, errors, validation
from taskforce_simulators.autotask.blanks import blank, with_blanks
from taskforce_simulators.autotask.errors import ApiError
from taskforce_simulators.autotask.schema import ENTITIES, Entity
from taskforce_simulators.autotask.store import UDFS, Record, user_defined
from taskforce_simulators.autotask.tenant import API_USER_ID, Tenant

Body = Mapping[str, object]
PARENTS = {"Companies": "Companies", "UserDefinedFields": "UserDefinedFieldDefinitions"}


class Writing:
    """The writing half of the API. Every write is one transaction."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._store = tenant.store

    def create(self, entity: Entity, body: Body, parent_id: int | None, impersonator: int | None = None) -> int:
        """Add a record; returns its id."""
        with self._store.database.transaction():
            given = validation.given_fields(self._tenant, entity, body)
            record = {**_defaults(entity), **given}
            if parent_id is not None:
                self._check_parent(entity, parent_id)
                record[entity.parent_field] = parent_id
            fields = self._tenant.fields(entity).values()
            validation.check_required(fields, record, parent_field=entity.parent_field)
            validation.check(self._tenant, entity, record)
            self._own_rules(entity, record, None)
            record[UDFS] = self._user_defined(entity, body, self._user_defined_defaults(entity))
            record["id"] = self._store.next_id(entity.path)
            record |= _stamps(entity, self._tenant.now(), impersonator)
            self._store.insert(entity.path, [with_blanks(entity, record)])
            return self._written(entity, record)

    def update(self, entity: Entity, body: Body, parent_id: int | None, *, replace: bool = False) -> int:
        """Change what the body names, or with `replace` everything that can be written; returns the id."""
        with self._store.database.transaction():
            present = self._present(entity, body, parent_id)
            given = validation.given_fields(self._tenant, entity, body)
            changes = {**self._cleared(entity), **given} if replace else given
            merged = {**present, **changes}
            fields = [field for field in self._tenant.fields(entity).values() if field.name in changes]
            validation.check_required(fields, merged, parent_field=entity.parent_field)
            validation.check(self._tenant, entity, changes)
            self._own_rules(entity, {**present, **changes}, present)
            changes[UDFS] = self._user_defined(entity, body, {} if replace else user_defined(present))
            if entity.modified:
                changes[entity.modified] = self._tenant.now()
            self._store.update(entity.path, int(str(present["id"])), with_blanks(entity, changes))
            return self._written(entity, {**present, **changes})

    def delete(self, entity: Entity, parent_id: int, record_id: int) -> int:
        """Remove a record under its parent; returns its id."""
        with self._store.database.transaction():
            record = self._store.row(entity.path, record_id)
            if record is None or record[entity.parent_field] != parent_id:
                raise errors.no_match("delete")
            if record.get("primaryContact") or record.get("billingContact"):
                raise ApiError("The contact cannot be deleted: it is the primary or billing contact of its company.")
            if self._store.count("Tickets", "contactID = ?", (record_id,)):
                raise ApiError("The contact cannot be deleted: tickets refer to it.")
            self._store.delete(entity.path, record_id)
            self._tenant.changed(entity.path, record_id)
            return record_id

    def _check_parent(self, entity: Entity, parent_id: int) -> None:
        parent = ENTITIES[PARENTS[entity.parent]]
        if self._store.row(parent.path, parent_id) is None:
            raise errors.bad_reference(entity.parent_field, parent.name)

    def _present(self, entity: Entity, body: Body, parent_id: int | None) -> Record:
        given = next((value for name, value in body.items() if name.lower() == "id"), None)
        if given is None:
            raise errors.required("id")
        if isinstance(given, bool) or not str(given).isdigit():
            raise errors.bad_conversion(given, "integer", "id")
        record = self._store.row(entity.path, int(str(given)))
        if record is None or (parent_id is not None and record[entity.parent_field] != parent_id):
            raise errors.no_match("update")
        return record

    def _cleared(self, entity: Entity) -> Record:
        """What PUT sets where the body says nothing: nulls (documented), and false."""
        return {
            field.name: 0 if field.data_type == "boolean" else None
            for field in self._tenant.fields(entity).values()
            if not field.read_only
        }

    def _user_defined(self, entity: Entity, body: Body, present: Mapping[str, str]) -> dict[str, str]:
        given = next((value for name, value in body.items() if name.lower() == UDFS.lower()), None)
        changes = validation.given_user_defined(entity, self._tenant.user_defined(entity), given)
        merged: dict[str, str | None] = {**present, **changes}
        return {number: value for number, value in merged.items() if value is not None}

    def _user_defined_defaults(self, entity: Entity) -> dict[str, str]:
        return {
            str(definition.id): definition.default
            for definition in self._tenant.user_defined(entity)
            if definition.default
        }

    def _own_rules(self, entity: Entity, record: Record, present: Record | None) -> None:
        if entity.name == "UserDefinedFieldDefinition":
            definition_rules.check(self._tenant, record, present)
        if entity.name == "Contact" and record["isActive"] not in (0, 1):
            raise errors.bad_picklist(record["isActive"], "isActive")

    def _written(self, entity: Entity, record: Record) -> int:
        """What follows from a write."""
        record_id = int(str(record["id"]))
        if entity.name == "Contact" and record.get("primaryContact"):
            others = self._store.select("Contacts", "companyID = ? AND primaryContact = 1", (record["companyID"],))
            for other in others:
                if other["id"] != record_id:
                    self._store.update("Contacts", int(str(other["id"])), {"primaryContact": 0})
                    self._tenant.changed("Contacts", int(str(other["id"])))
        self._tenant.changed(entity.path, record_id)
        return record_id


def _defaults(entity: Entity) -> Record:
    defaults = blank(entity)
    if entity.name == "Company":
        # Forced on create, whatever the body says (documented for SOAP).
        defaults["billToAddressToUse"] = 1
    return defaults


def _stamps(entity: Entity, now: str, impersonator: int | None) -> Record:
    names = {field.name for field in entity.fields}
    stamps: Record = {name: now for name in (entity.created, entity.modified, "lastActivityDate") if name in names}
    if "createdByResourceID" in names:
        stamps["createdByResourceID"] = API_USER_ID
    if impersonator is not None and "impersonatorCreatorResourceID" in names:
        stamps["impersonatorCreatorResourceID"] = impersonator
    return stamps
