"""What several operations need: the connection that is asked about, pages of lists, and nobody who watches."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path
from pydantic import Field

from taskforce.domain.run import Run
from taskforce.errors import ConfigurationError
from taskforce.installation import Installation
from taskforce.web.access import served
from taskforce.web.api.app import Given, Refused

MOST = 200
"""Items in one answer."""

LARGEST_ID = 2**63 - 1
"""The largest number that the database takes."""

Name = Annotated[str, Path(description="The connection's name.")]
RunId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The run's number.")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="So many at most.")]
After = Annotated[str, Field(pattern="^([A-Za-z0-9]{18})?$", description="The `next` of the answer before.")]


class Page(Given):
    """A part of a list by numbered pages."""

    page: int = Field(default=1, ge=1, le=LARGEST_ID)
    size: Limit = 50


def connection(request: HttpRequest, name: str) -> Installation:
    """The installation, if it has this connection; 404 otherwise."""
    here = served(request)
    if name not in here.names():
        raise Refused(404, "There is no such connection.", "GET /api/v1/connections lists them all.")
    return here


def run_of(request: HttpRequest, run_id: int) -> tuple[Installation, Run]:
    """A run, with the installation; 404 otherwise."""
    here = served(request)
    try:
        return here, here.history.run(run_id)
    except ConfigurationError as error:
        if not here.health.is_up_to_date():  # the database itself is in trouble
            raise
        raise Refused(404, f"There is no run {run_id}.", "GET /api/v1/connections/NAME/runs lists them.") from error
