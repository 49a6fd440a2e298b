"""Who gets in, and how far (S1)."""

import pytest
from django.urls import URLPattern
from structlog.testing import capture_logs

from taskforce.domain.roles import Role
from taskforce.web.access import NEEDS, PUBLIC
from taskforce.web.urls import urlpatterns
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import words

PATHS = {
    "dashboard": "/",
    "sign_in": "/sign-in/",
    "account_login": "/sign-in/",
    "mfa_authenticate": "/sign-in/second-factor/",
    "single_sign_on": "/sign-in/single/",
    "single_sign_on_back": "/sign-in/single/back/",
    "sign_out": "/sign-out/",
    "set_up": "/set-up/",
    "invitation": "/invitation/MQ/token/",
    "profile": "/profile/",
    "session": "/profile/session/",
    "own_security": "/profile/security/",
    "sign_out_elsewhere": "/profile/security/sign-out/",
    "add_passkey": "/profile/security/passkeys/add/",
    "remove_passkey": "/profile/security/passkeys/remove/",
    "end_session": "/profile/security/end-session/",
    "second_factor": "/profile/security/second-factor/",
    "second_factor_off": "/profile/security/second-factor/turn-off/",
    "recovery_codes": "/profile/security/recovery-codes/",
    "progress": f"/connections/{NAME}/progress/",
    "launch": f"/connections/{NAME}/launch/",
    "stop": f"/connections/{NAME}/stop/",
    "runs": "/runs/",
    "run": "/runs/{}/",
    "run_csv": "/runs/{}/run.csv",
    "retry": "/runs/{}/retry/",
    "undo": "/runs/{}/undo/",
    "plan": "/runs/{preview}/plan/",
    "plan_csv": "/runs/{preview}/plan.csv",
    "approve": "/runs/{preview}/approve/",
    "reject": "/runs/{preview}/reject/",
    "admin": "/admin/",
    "users": "/admin/users/",
    "invite": "/admin/invite/",
    "change_user": "/admin/users/a-colleague/",
    "audit": "/admin/audit/",
    "privacy": "/admin/privacy/",
    "privacy_find": "/admin/privacy/find/",
    "privacy_export": "/admin/privacy/export/",
    "privacy_erase": "/admin/privacy/erase/",
    "mail": "/admin/mail/",
    "try_mail": "/admin/mail/test/",
    "admin_extensions": "/admin/extensions/",
    "admin_other_extensions": "/admin/extensions/other/",
    "salesforce": "/admin/extensions/other/salesforce/",
    "extension_add": "/admin/extensions/other/salesforce/add/",
    "extension_test_new": "/admin/extensions/other/salesforce/add/test/",
    "extension": f"/admin/extensions/other/salesforce/connections/{NAME}/",
    "extension_test": f"/admin/extensions/other/salesforce/connections/{NAME}/test/",
    "extension_live": f"/admin/extensions/other/salesforce/connections/{NAME}/live/",
    "filter": f"/admin/extensions/other/salesforce/connections/{NAME}/filter/",
    "mapping": f"/admin/extensions/other/salesforce/connections/{NAME}/mapping/",
    "mapping_try": f"/admin/extensions/other/salesforce/connections/{NAME}/mapping/try/",
    "mapping_row": f"/admin/extensions/other/salesforce/connections/{NAME}/mapping/row/",
    "mapping_replace": f"/admin/extensions/other/salesforce/connections/{NAME}/mapping/replace/",
    "mapping_export": f"/admin/extensions/other/salesforce/connections/{NAME}/mapping/mapping.json",
    "adoption": f"/admin/extensions/other/salesforce/connections/{NAME}/adoption/",
    "match_rules": f"/admin/extensions/other/salesforce/connections/{NAME}/match-rules/",
    "notification": f"/admin/extensions/other/salesforce/connections/{NAME}/notification/",
    "read_resources": f"/admin/extensions/other/salesforce/connections/{NAME}/resources/",
    "remove_connection": f"/admin/extensions/other/salesforce/connections/{NAME}/remove/",
    "doctor": "/doctor/",
    "examine": f"/doctor/{NAME}/",
    "tokens": "/admin/tokens/",
    "add_token": "/admin/tokens/add/",
    "revoke_token": "/admin/tokens/revoke/",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "metrics": "/metrics",
    "records_all": "/records/",
    "records_all_csv": "/records.csv",
    "records": f"/connections/{NAME}/records/",
    "records_csv": f"/connections/{NAME}/records.csv",
    "record": f"/connections/{NAME}/records/{{account}}/",
    "record_look": f"/connections/{NAME}/records/{{account}}/look/",
    "record_decide": f"/connections/{NAME}/records/{{account}}/decide/",
    "review": "/review/",
    "review_decide": f"/connections/{NAME}/review/decide/",
}
POSTED = (
    *("launch", "stop", "extension_test_new", "extension_test", "read_resources"),
    *("sign_out_elsewhere", "invite", "change_user", "examine", "add_token", "revoke_token", "try_mail"),
    *("end_session", "remove_passkey", "second_factor_off", "recovery_codes"),
    *("record_look", "record_decide", "review_decide", "retry", "undo", "approve", "reject"),
    *("privacy_find", "privacy_export", "privacy_erase", "mapping_try", "mapping_replace"),
)
PAGES = [pattern for pattern in urlpatterns if not str(pattern.name).startswith("api_")]
"""The REST API knows tokens instead of people: see test_api_access."""


def needed(pattern: URLPattern) -> Role | str | None:
    """What a route declares."""
    declared: Role | str | None = getattr(pattern.callback, NEEDS, None)
    return declared


def test_every_route_declares_a_role_and_is_walked_here() -> None:
    """A new page is thought about."""
    assert {pattern.name for pattern in PAGES} == set(PATHS)
    assert [pattern.name for pattern in urlpatterns if needed(pattern) is None] == []


@pytest.mark.parametrize("role", Role)
def test_every_route_for_every_role(office: Office, enter: Enter, role: Role) -> None:
    """Allowed is what the role includes; everything else is refused, and does nothing."""
    account = office.account()
    run, preview = office.run(), office.run(is_dry_run=True)
    visitor = enter(role)
    visitor.get("/")

    for pattern in PAGES:
        declared = needed(pattern)
        if declared == PUBLIC:
            continue
        assert isinstance(declared, Role)
        path = PATHS[str(pattern.name)].format(run.id, account=account, preview=preview.id)
        answer = visitor.send(path, choice="retry") if pattern.name in POSTED else visitor.get(path)

        assert (pattern.name, answer.status_code) == (pattern.name, 200 if role.includes(declared) else 403)


def test_what_a_role_refuses_is_logged(enter: Enter) -> None:
    """Which page and which role; not who."""
    visitor = enter(Role.OPERATOR)

    with capture_logs() as logged:
        answer = visitor.get("/admin/audit/")

    told = {"event": "A page was refused.", "action": "page_refused", "page": "audit", "role": "operator"}
    assert (answer.status_code, logged) == (403, [{**told, "log_level": "warning"}])


def test_whoever_has_not_signed_in_is_sent_to_do_so(office: Office, enter: Enter) -> None:
    """From every page but the public ones, and back to it afterwards."""
    visitor = enter(None)
    visitor.get("/sign-in/")

    for pattern in PAGES:
        if needed(pattern) != PUBLIC:
            path = PATHS[str(pattern.name)].format(1, account="0015g0000000001AAA", preview=1)
            answer = visitor.send(path) if pattern.name in POSTED else visitor.get(path)
            back_to = "/" if pattern.name in POSTED else path
            assert (answer.url.path, answer.url.params["next"]) == ("/sign-in/", back_to)


def test_a_session_that_has_ended_ends_the_watching_too(office: Office, enter: Enter) -> None:
    """What moves on a page is no page to come back to: the whole page goes to sign in."""
    answer = enter(None)._client.get(PATHS["progress"], headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in/")


def test_a_wrong_password_says_no_more_than_that(office: Office, enter: Enter) -> None:
    """Whether the name exists is not told."""
    enter(Role.VIEWER)
    visitor = enter(None)

    known, unknown = visitor.sign_in("a-viewer", "wrong password"), visitor.sign_in("nobody", "wrong password")

    assert words(known) == words(unknown)
    assert "This name and password do not belong together." in words(known)


def test_a_session_ends_with_the_password(office: Office, enter: Enter) -> None:
    """Whoever got another password has to sign in again, everywhere."""
    visitor = enter(Role.VIEWER)
    before = visitor.get("/").url.path

    office.installation.users.set_password("a-viewer", "another heron in the reeds")

    assert (before, visitor.get("/").url.path) == ("/", "/sign-in/")


def test_what_every_page_carries(office: Office, enter: Enter) -> None:
    """No script or style of others, no frame, no copy in a cache, no address told to others."""
    headers = enter(Role.VIEWER).get("/").headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")


def test_a_form_of_another_site_is_refused(office: Office, enter: Enter) -> None:
    """Without the token of the page nothing happens."""
    visitor = enter(Role.OPERATOR)
    visitor.get("/")

    answer = visitor._client.post(f"/connections/{NAME}/launch/")

    assert (answer.status_code, office.installation.launches.wanted(office.installation.number(NAME))) == (403, None)
    assert "This form was not taken; nothing was changed." in words(answer)


def test_what_was_sent_too_late_is_said(enter: Enter) -> None:
    """Whoever is signed out in the middle of a form hears that nothing was sent."""
    visitor = enter(None)
    visitor.get("/sign-in/")

    answer = visitor.send("/profile/", time_zone="Europe/Berlin")

    assert answer.url.path == "/sign-in/"
    assert "You were not signed in any more, so nothing was sent: sign in, and do it again." in words(answer)


def test_who_is_signed_in_is_told_with_the_token_of_forms(enter: Enter) -> None:
    """By which a page sends what was typed before somebody signed in again."""
    visitor = enter(Role.VIEWER)

    told = visitor.get("/profile/session/").json()

    assert (sorted(told), told["username"], len(told["token"])) == (["token", "username"], "a-viewer", 64)
