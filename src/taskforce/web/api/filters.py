"""Which accounts and contacts of a connection are imported (B10)."""

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body
from pydantic import Field

from taskforce.documents import fitting_document
from taskforce.domain.filtering import Unfit
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.filter_config import FilterConfig, filter_of
from taskforce.installation import Installation
from taskforce.web.api.app import Given, Refused, operation
from taskforce.web.api.here import Name, connection
from taskforce.web.bearer import note_edit_by_token

TAG = "filter"

Groups = Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=20)]


class Filter(Given):
    """Groups of conditions such as "Type = Customer and Rating != Cold", one of which must hold."""

    accounts: Groups = Field(default_factory=list)
    contacts: Groups = Field(default_factory=list)
    unfit: Unfit = Unfit.KEEP
    bring_parents: bool = False

    def config(self) -> FilterConfig:
        """As it is stored; 422 for what is not understood."""
        try:
            return filter_of(self.accounts, self.contacts, self.unfit, bring_parents=self.bring_parents)
        except ConfigurationError as error:
            raise Refused(422, " ".join(error.problems)) from error


@operation("GET", "/connections/{name}/filter", role=Role.ADMINISTRATOR, tag=TAG)
def record_filter(request: HttpRequest, name: Name) -> dict[str, Any]:
    """The stored filter, as `taskforce filter NAME show --json`."""
    return connection(request, name).connection(name).settings.record_filter.model_dump(mode="json")


@operation("PUT", "/connections/{name}/filter", role=Role.ADMINISTRATOR, tag=TAG)
def put_record_filter(request: HttpRequest, name: Name, given: Body[Filter]) -> dict[str, Any]:
    """Store a filter once Salesforce has counted the records that fit, and tell how many they are."""
    here, wanted = connection(request, name), given.config()
    figures = _counted(here, name, wanted)
    after = {"settings": {"record_filter": wanted.model_dump(mode="json")}}
    here.book.edit(name, after, noted=partial(note_edit_by_token, request, name))
    return figures


@operation("POST", "/connections/{name}/filter/count", role=Role.ADMINISTRATOR, tag=TAG)
def count_record_filter(request: HttpRequest, name: Name, given: Body[Filter]) -> dict[str, Any]:
    """How many records a filter would take; nothing changes."""
    return _counted(connection(request, name), name, given.config())


def _counted(here: Installation, name: str, wanted: FilterConfig) -> dict[str, Any]:
    try:
        return fitting_document(here.count_fitting(name, wanted.as_filter()))
    except ConfigurationError as error:
        raise Refused(422, " ".join(error.problems)) from error
