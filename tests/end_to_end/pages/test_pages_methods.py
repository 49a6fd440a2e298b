"""What a method may do: looking changes nothing, and no address takes a method that it does not know (ASVS 3.5.3)."""

import pytest
from django.apps import apps
from django.db.models import Model

from taskforce.adapters.store.models import HeartbeatRow, User
from taskforce.domain.roles import Role
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Begin, Enter
from tests.end_to_end.pages.test_pages_access import PAGES, PATHS
from tests.end_to_end.pages.visitor import PASSWORD

OF_NO_WEIGHT: tuple[type[Model], ...] = (HeartbeatRow,)
"""Says that somebody is there, whatever is asked."""


def everything() -> dict[str, list[dict[str, object]]]:
    """All that is stored, but sessions, whose content is the visitor's own."""
    models = [each for each in apps.get_models() if each not in OF_NO_WEIGHT and each.__name__ != "Session"]
    return {each.__name__: list(each._default_manager.order_by("pk").values()) for each in models}


def test_looking_changes_nothing(office: Office, enter: Enter) -> None:
    """Whatever an administrator's browser is made to fetch, by a link or a picture of another site."""
    account = office.account()
    run, preview = office.run(), office.run(is_dry_run=True)
    visitor = enter(Role.ADMINISTRATOR)
    before = everything()

    for pattern in PAGES:
        path = PATHS[str(pattern.name)].format(run.id, account=account, preview=preview.id)
        visitor.get(f"{path}?deed=disable&decision=ignore&confirmed=on")
        assert (pattern.name, everything()) == (pattern.name, before)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "BREW"])
def test_no_page_takes_another_method(office: Office, enter: Enter, method: str) -> None:
    """With the token of the page and everything; nothing is changed."""
    account = office.account()
    run, preview = office.run(), office.run(is_dry_run=True)
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get("/")
    before = everything()

    for pattern in PAGES:
        path = PATHS[str(pattern.name)].format(run.id, account=account, preview=preview.id)
        answer = visitor._client.request(method, path, headers={"X-CSRFToken": visitor._token})
        assert (pattern.name, answer.status_code) == (pattern.name, 405)
    assert everything() == before


def test_what_is_posted_where_nothing_is_taken(office: Office, enter: Enter, program: Begin) -> None:
    """The description of the API is only read; whoever posts to it is told so as programs are told."""
    answer = program(None)._client.post("/api/v1/openapi.json")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_fields_that_a_form_does_not_have_are_not_taken(office: Office, enter: Enter) -> None:
    """Nobody gets more rights, or another name, by adding a field to a form (ASVS 15.3.3)."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get("/admin/users/")

    visitor.send(
        "/admin/invite/",
        own_password=PASSWORD,
        username="helen",
        role="viewer",
        is_superuser="on",
        is_staff="on",
        id="1",
        password="x",
    )
    visitor.send("/admin/users/helen/", deed="role", role="operator", username="a-colleague", is_active="")

    helen = User.objects.get(username="helen")
    assert (helen.role, helen.is_active, helen.has_usable_password()) == ("operator", True, False)
    assert User.objects.filter(username="a-colleague").exists()
