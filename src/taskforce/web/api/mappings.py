"""What goes where, and who wins (B8, B9)."""

from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Body, Path
from pydantic import Field

from taskforce.documents import mapping_trial_document, mapping_values_document, mapping_version_document
from taskforce.domain.records import OBJECTS
from taskforce.domain.roles import Role
from taskforce.domain.standard_mapping import Mappings
from taskforce.errors import ConfigurationError
from taskforce.installation import Installation
from taskforce.mapping_config import MOST_ROWS, MappingConfig, mapping_of
from taskforce.web.api.app import Given, Refused, operation
from taskforce.web.api.here import LARGEST_ID, Name, connection
from taskforce.web.bearer import note_edit_by_token, token_of

TAG = "mapping"

Rows = Annotated[list[dict[str, Any]] | None, Field(max_length=MOST_ROWS)]
Object = Annotated[Literal["account", "contact"], Path(description="The Salesforce object.")]
Target = Annotated[str, Path(max_length=104, description="The Autotask field: companyType, udf:Region.")]


class GivenRows(Given):
    """Rows as `GET` tells them; without those of an object, they are the standard ones."""

    accounts: Rows = None
    contacts: Rows = None

    def mappings(self) -> Mappings:
        """As they are stored; 422 for what is not understood."""
        try:
            return mapping_of(self.model_dump()).as_mappings()
        except ConfigurationError as error:
            raise Refused(422, " ".join(error.problems)) from error


class Back(Given):
    """Which version is gone back to."""

    version: Annotated[int, Field(ge=1, le=LARGEST_ID)]


@operation("GET", "/connections/{name}/mapping", role=Role.VIEWER, tag=TAG)
def mapping(request: HttpRequest, name: Name) -> dict[str, Any]:
    """All rows, as `taskforce mapping NAME show --json`."""
    return MappingConfig.of(connection(request, name).mappings.of(name)).document()


@operation("PUT", "/connections/{name}/mapping", role=Role.ADMINISTRATOR, tag=TAG)
def put_mapping(request: HttpRequest, name: Name, given: Body[GivenRows]) -> dict[str, Any]:
    """Store these rows, unless both systems have something against them, and tell which changed."""
    return _stored(request, connection(request, name), name, given.mappings())


@operation("POST", "/connections/{name}/mapping/try", role=Role.ADMINISTRATOR, tag=TAG)
def try_mapping(request: HttpRequest, name: Name, given: Body[GivenRows]) -> dict[str, Any]:
    """What both systems say of these rows, and what becomes of a few records; nothing changes."""
    here = connection(request, name)
    return mapping_trial_document(here.mappings.try_out(name, given.mappings()))


@operation("GET", "/connections/{name}/mapping/versions", role=Role.VIEWER, tag=TAG)
def mapping_versions(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Who changed which rows when, the latest first."""
    found = connection(request, name).mappings.versions(name)
    return {"versions": [mapping_version_document(each) for each in found]}


@operation("POST", "/connections/{name}/mapping/back", role=Role.ADMINISTRATOR, tag=TAG)
def mapping_back(request: HttpRequest, name: Name, given: Body[Back]) -> dict[str, Any]:
    """Go back to the rows of an earlier version, unless both systems have something against them."""
    here = connection(request, name)
    try:
        wanted = here.mappings.version(name, given.version)
    except ConfigurationError as error:
        raise Refused(422, " ".join(error.problems)) from error
    return _stored(request, here, name, wanted)


@operation("GET", "/connections/{name}/mapping/values/{kind}/{target}", role=Role.ADMINISTRATOR, tag=TAG)
def mapping_values(request: HttpRequest, name: Name, kind: Object, target: Target) -> dict[str, Any]:
    """The values of a row's Salesforce field, and what each becomes, as `taskforce mapping NAME values --json`."""
    here, entity = connection(request, name), OBJECTS[kind]
    try:
        row = here.mappings.row(name, entity, target)
        return mapping_values_document(row, here.mappings.values(name, entity, row))
    except ConfigurationError as error:
        raise Refused(422, " ".join(error.problems)) from error


def _stored(request: HttpRequest, here: Installation, name: str, wanted: Mappings) -> dict[str, Any]:
    if wanted == here.mappings.of(name):
        return {"changed": ""}
    shown = here.book.version(name)
    trial = here.mappings.try_out(name, wanted)
    if not trial.may_be_stored:
        against = [f"{each.target}: {each.message} {each.mend}".strip() for each in trial.problems if each.stops]
        raise Refused(422, " ".join([*against, trial.refused]).strip())
    noted = partial(note_edit_by_token, request, name)
    token = token_of(request)
    made_by = token.who if token is not None else ""
    return {"changed": here.mappings.store(name, wanted, made_by=made_by, noted=noted, shown=shown)}
