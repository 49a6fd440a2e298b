"""One person's data, and what is kept for how long. Addresses travel in bodies, so that no log has them."""

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body
from pydantic import Field

from taskforce import privacy, retaining
from taskforce.domain.audit import Deed
from taskforce.domain.privacy import LONGEST, address_of
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from taskforce.web.access import served
from taskforce.web.api.app import Given, Refused, operation
from taskforce.web.bearer import note_token, token_of
from taskforce.web.noting import origin_of

TAG = "privacy"

Email = Annotated[str, Field(min_length=3, max_length=LONGEST, description="The person's mail address.")]


class Person(Given):
    """Who is meant."""

    email: Email


class Erased(Given):
    """Who is meant, and that this cannot be taken back."""

    email: Email
    confirmed: bool = False


class HowFar(Given):
    """Whether it is only said what would go."""

    dry_run: bool = False


@operation("POST", "/privacy/find", role=Role.ADMINISTRATOR, tag=TAG)
def find_person(request: HttpRequest, given: Body[Person]) -> dict[str, Any]:
    """How much is kept about a mail address, and where, as `taskforce privacy find --json`."""
    found = privacy.find(served(request), _known(given.email), note=partial(_note, request))
    return privacy.found_document(found)


@operation("POST", "/privacy/export", role=Role.ADMINISTRATOR, tag=TAG)
def export_person(request: HttpRequest, given: Body[Person]) -> dict[str, Any]:
    """All of it with its content, as `taskforce privacy export` writes it."""
    return privacy.export(served(request), _known(given.email), note=partial(_note, request))


@operation("POST", "/privacy/erase", role=Role.ADMINISTRATOR, tag=TAG)
def erase_person(request: HttpRequest, given: Body[Erased]) -> dict[str, Any]:
    """Remove or blank what is kept here, as `taskforce privacy erase --yes --json`."""
    address = _known(given.email)
    if not given.confirmed:
        raise Refused(422, "What is erased cannot be brought back.", 'Say so with "confirmed": true.')
    found = privacy.erase(served(request), address, note=partial(_note, request))
    return privacy.found_document(found)


@operation("POST", "/prune", role=Role.ADMINISTRATOR, tag=TAG)
def prune(request: HttpRequest, given: Body[HowFar]) -> dict[str, Any]:
    """Remove what is older than the installation keeps, as `taskforce prune --json`; may take minutes."""
    here, token = served(request), token_of(request)
    assert token is not None  # noqa: S101 - the middleware has seen to it  # nosec B101
    pruned = retaining.prune(here, who=token.who, origin=origin_of(request), is_dry_run=given.dry_run)
    return retaining.pruned_document(pruned, keep_days=here.keep_days, is_dry_run=given.dry_run)


def _known(email: str) -> str:
    try:
        return address_of(email)
    except ConfigurationError as error:
        raise Refused(422, str(error)) from None


def _note(request: HttpRequest, deed: Deed, details: dict[str, str]) -> None:
    note_token(request, deed, connection="", details=details)
