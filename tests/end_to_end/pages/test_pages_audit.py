"""Whatever changes something by the pages leaves one entry in the audit, of the right deed (ASVS 16.3.3)."""

from collections.abc import Mapping

from taskforce.adapters.store.models import (
    ApiTokenRow,
    AuditRow,
    Connection,
    LaunchRow,
    MailServerRow,
    ScheduleRow,
    User,
)
from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.test_pages_access import PATHS, POSTED
from tests.end_to_end.pages.test_pages_extension import PAGE, shown
from tests.end_to_end.pages.unwritable import Unwritable
from tests.end_to_end.pages.visitor import PASSWORD, words

TYPED = {"own_password": PASSWORD}
ROSA = {"email": "rosa.lind@birch.example"}
COLLEAGUE = "/admin/users/a-colleague/"
STEPS: tuple[tuple[str, Mapping[str, str], Deed], ...] = (
    (PATHS["launch"], {}, Deed.LAUNCHED),
    (PATHS["invite"], {"username": "helen", "role": "viewer", **TYPED}, Deed.USER_ADDED),
    (COLLEAGUE, {"deed": "role", "role": "operator"}, Deed.USER_CHANGED),
    (COLLEAGUE, {"deed": "disable"}, Deed.USER_CHANGED),
    (COLLEAGUE, {"deed": "enable"}, Deed.USER_CHANGED),
    (COLLEAGUE, {"deed": "sign_out"}, Deed.USER_CHANGED),
    (COLLEAGUE, {"deed": "password", **TYPED}, Deed.USER_CHANGED),
    (PATHS["add_token"], {"name": "billing", "role": "viewer", "days": "30", **TYPED}, Deed.TOKEN_CHANGED),
    (PATHS["revoke_token"], {"name": "billing"}, Deed.TOKEN_CHANGED),
    (PATHS["privacy_find"], ROSA, Deed.PERSON_LOOKED_UP),
    (PATHS["privacy_export"], ROSA, Deed.PERSON_EXPORTED),
    (PATHS["privacy_erase"], {**ROSA, "typed": ROSA["email"]}, Deed.PERSON_ERASED),
    (PATHS["profile"], {"time_zone": "Europe/Berlin"}, Deed.USER_CHANGED),
    (PATHS["sign_out_elsewhere"], {}, Deed.SIGNED_OUT),
    (PATHS["remove_connection"], {"typed": NAME, **TYPED}, Deed.CONNECTION_REMOVED),
    (PATHS["sign_out"], {}, Deed.SIGNED_OUT),
    (PATHS["sign_in"], {"username": "a-administrator", "password": "wrong"}, Deed.SIGN_IN_FAILED),
    (PATHS["sign_in"], {"username": "a-administrator", "password": PASSWORD}, Deed.SIGNED_IN),
)
ELSEWHERE = {
    "set_up": "test_pages_people",
    "invitation": "test_pages_people",
    "own_security": "test_pages_people",
    "second_factor_off": "test_pages_second_factor",
    "recovery_codes": "test_pages_second_factor",
    "remove_passkey": "test_pages_passkeys",
    "end_session": "test_pages_sessions",
    "stop": "test_api",
    "mail": "test_pages_mail",
    "try_mail": "test_pages_mail",
    "extension_add": "test_pages_extension",
    "extension": "test_pages_extension",
    "notification": "test_pages_extension",
    "filter": "test_pages_filter",
    "adoption": "test_pages_adoption",
    "mapping_row": "test_pages_mapping",
    "mapping_replace": "test_pages_mapping",
    "match_rules": "test_pages_match",
    "record_decide": "test_pages_records",
    "review_decide": "test_pages_review",
    "retry": "test_pages_runs",
    "undo": "test_pages_undo",
    "approve": "test_pages_plan",
    "reject": "test_pages_plan",
}
"""Shown there, where the forms are filled in."""
NEVER_REFUSED = {Deed.SIGNED_IN, Deed.SIGN_IN_FAILED, Deed.SIGNED_OUT}
"""Of sessions, which are left out."""
CHANGES_NOTHING = {"mapping_try", "extension_test_new", "extension_test", "read_resources", "examine", "record_look"}
"""Posted because it calls the vendors; what is set here stays as it is."""


def test_every_step_leaves_one_entry(office: Office, enter: Enter) -> None:
    """In one afternoon of an administrator, in order."""
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get("/")

    for path, fields, deed in STEPS:
        before = AuditRow.objects.count()
        visitor.send(path, **fields)
        added = list(AuditRow.objects.order_by("id").values_list("deed", flat=True)[before:])
        assert (path, fields, added) == (path, fields, [deed.value])
    assert office.installation.audit.first_break() is None


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row that people's steps on the pages change; sessions and waits left out."""
    kept = (Connection, LaunchRow, ScheduleRow, ApiTokenRow, User, MailServerRow)
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in kept}


def test_what_the_audit_cannot_take_is_not_done(office: Office, enter: Enter) -> None:
    """What is done and what the audit says of it stand or fall together, for every step and for settings."""
    run = office.run()
    visitor = enter(Role.ADMINISTRATOR)
    visitor.get("/")
    visitor.send(PATHS["read_resources"])
    settings = shown(visitor.get(PAGE).text)
    settings |= {"interval_minutes": "33", **TYPED}
    people = {"version": settings["version"], "notified": str(office.resource("Olivia Grant"))}
    mail = {"host": "localhost", "security": "none", "sender": "taskforce@example.com", **TYPED}
    steps = [(path, fields) for path, fields, deed in STEPS if deed not in NEVER_REFUSED]
    steps += [(PAGE, settings), (PATHS["notification"], people), (PATHS["mail"], mail)]
    steps += [(PATHS["retry"].format(run.id), {})]
    visitor.get("/")
    visitor.send(PATHS["add_token"], name="billing", role="viewer", days="30", **TYPED)
    office.installation.audit = Unwritable()

    for path, fields in steps:
        before = everything()
        answer = visitor.send(path, **{**fields, "name": "another"} if path == PATHS["add_token"] else fields)
        told = "The disk is full." in words(answer)
        assert (path, fields, told, everything() == before) == (path, fields, True, True)


def test_every_page_that_only_takes_forms_is_thought_about() -> None:
    """A new one is added to the steps, or to those that are shown elsewhere."""
    here = {path for path, _, _ in STEPS}
    shown = {name for name, path in PATHS.items() if path in here or name == "change_user"}

    assert [name for name in POSTED if name not in {*shown, *ELSEWHERE, *CHANGES_NOTHING}] == []
