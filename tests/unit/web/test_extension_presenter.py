"""A connection as values of the extension page's form, and back; addresses and resources in words."""

from datetime import timedelta
from typing import Any

import pytest

from taskforce.connection_config import MASK, ConnectionConfig, LoginMethod
from taskforce.differences import differences, touches_access
from taskforce.domain.records import Entity, TargetId
from taskforce.domain.schema import Resource
from taskforce.web.presenters.addresses import MY_DOMAIN_URL, STANDARD_URL, advice_on, called_from, filled_in
from taskforce.web.presenters.extension import (
    candidate_of,
    document_of,
    field_of,
    initial_of,
    saved_sentence,
    stored_secrets,
)
from taskforce.web.presenters.resources import ResourceLine, resource_lines
from tests.builders import NOON

STORED = ConnectionConfig.of(
    {
        "salesforce": {
            "url": "https://acme.my.salesforce.com",
            "method": "client_credentials",
            "client_id": "the app",
            "client_secret": "kept secret",
        },
        "autotask": {
            "url": "https://webservices.autotask.net",
            "username": "api@acme.example",
            "secret": "kept password",
            "integration_code": "kept code",
        },
        "settings": {"default_account_manager": "Olivia Grant", "brake_creates": None, "notified": [501]},
    }
)


def values(**changed: object) -> dict[str, Any]:
    """What the form sends of the stored connection, with the secrets left empty."""
    empty = dict.fromkeys(
        ("client_secret", "private_key", "password", "autotask_secret", "autotask_integration_code"), ""
    )
    return {**initial_of(STORED), **empty, **changed}


def test_the_form_and_back_is_the_same_connection() -> None:
    """Every key comes back as it was, the kept secrets and who is told included."""
    assert candidate_of(document_of(values(), STORED), STORED) == STORED


def test_no_secret_stands_in_the_form() -> None:
    """Nor does its mask, which somebody might add to."""
    assert [value for value in initial_of(STORED).values() if "kept" in str(value) or value == MASK] == []


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, {"client_secret", "autotask_secret", "autotask_integration_code"}),
        (
            {"url": "https://acme.my.salesforce.com/else"},
            {"client_secret", "autotask_secret", "autotask_integration_code"},
        ),
        ({"url": "https://acme.my.salesforce.com.evil.example"}, {"autotask_secret", "autotask_integration_code"}),
        ({"url": "https://acme.my.salesforce.com@evil.example"}, {"autotask_secret", "autotask_integration_code"}),
        ({"url": "https://acme.my.salesforce.com\\@evil.example"}, {"autotask_secret", "autotask_integration_code"}),
        ({"url": "http://acme.my.salesforce.com"}, {"autotask_secret", "autotask_integration_code"}),
        ({"url": ""}, {"autotask_secret", "autotask_integration_code"}),
        ({"autotask_url": "https://webservices.autotask.net:8443"}, {"client_secret"}),
    ],
)
def test_secrets_are_kept_for_their_own_address_only(changed: dict[str, str], kept: set[str]) -> None:
    """Another scheme, host or port keeps none of its side; another path does."""
    assert stored_secrets(STORED, values(**changed)) == kept


def test_another_access_method_drops_what_the_one_before_needed() -> None:
    """A secret that nothing uses is not kept."""
    document = document_of(values(method="password", username="u@acme.example", password="new"), STORED)

    after = candidate_of(document, STORED)

    assert (after.salesforce.client_id, after.salesforce.client_secret) == ("", "")
    assert (after.salesforce.username, after.salesforce.password) == ("u@acme.example", "new")


def test_the_audit_is_told_no_secret() -> None:
    """Of settings old and new, of secrets that they changed."""
    after = candidate_of(document_of(values(client_secret="new", interval_minutes=30, active=True), STORED), STORED)

    changed = differences(STORED, after)

    assert changed == {
        "salesforce.client_secret": "changed",
        "settings.active": "no → yes",
        "settings.interval_minutes": "20 → 30",
    }
    assert (touches_access(changed), touches_access({"settings.active": "no → yes"})) == (True, False)
    assert "kept" not in str(differences(None, STORED))


@pytest.mark.parametrize(
    ("problem", "found"),
    [
        ("settings.interval_minutes: must be less.", ("interval_minutes", "This must be less.")),
        ("autotask.secret: must not be empty.", ("autotask_secret", "This must not be empty.")),
        ("salesforce: method x needs y.", (None, "salesforce: method x needs y.")),
        ("Another pairs the same two: no.", (None, "Another pairs the same two: no.")),
    ],
)
def test_problems_stand_beside_their_field(problem: str, found: tuple[str | None, str]) -> None:
    """And above the form when they are about more than one."""
    assert field_of(problem) == found


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {"created": tuple(Entity), "due_at": NOON + timedelta(minutes=20)},
            "Saved. Two user-defined fields were created in Autotask. The first import runs at 12:20.",
        ),
        (
            {"created": (Entity.CONTACT,), "adopted": ["Salesforce Account ID"]},
            (
                'Saved. One user-defined field was created in Autotask. The user-defined field "Salesforce Account ID" '
                "of the earlier extension is used, with the ids in it. No import is scheduled while Active is not set."
            ),
        ),
        (
            {"due_at": NOON + timedelta(hours=13), "has_run": True},
            "Saved. The next import runs at 01:00 on 2026-03-03.",
        ),
    ],
)
def test_what_saving_did(told: dict[str, Any], sentence: str) -> None:
    """In the words of the requirement."""
    assert saved_sentence(now=NOON, **told) == sentence


@pytest.mark.parametrize(
    ("url", "method", "advice"),
    [
        (STANDARD_URL, LoginMethod.PASSWORD, ""),
        ("https://acme.my.salesforce.com", LoginMethod.PASSWORD, ""),
        ("https://acme.my.salesforce.com", LoginMethod.CLIENT_CREDENTIALS, ""),
        ("https://login.salesforce.com", LoginMethod.JWT_BEARER, ""),
        (
            "https://test.salesforce.com/services/Soap/u/12.0",
            LoginMethod.PASSWORD,
            (
                "This is the address of version 12.0, which Salesforce has retired. "
                "Put https://test.salesforce.com/services/Soap/u/64.0."
            ),
        ),
        (
            "https://login.salesforce.com/services/Soap/u/65.0",
            LoginMethod.PASSWORD,
            (
                "This is the address of version 65.0, which has no login by user name and password. "
                "Put https://login.salesforce.com/services/Soap/u/64.0."
            ),
        ),
        (
            MY_DOMAIN_URL,
            LoginMethod.JWT_BEARER,
            "Put your org's own name in the place of yourcompany (Salesforce: Setup › My Domain).",
        ),
        (
            "https://acme.lightning.force.com/lightning/page",
            LoginMethod.JWT_BEARER,
            "This is the address of Salesforce's pages. Put https://acme.my.salesforce.com.",
        ),
    ],
)
def test_what_to_put_instead(url: str, method: LoginMethod, advice: str) -> None:
    """An old or unfit address is recognised."""
    assert advice_on(url, method) == advice


def test_the_standard_address_is_filled_in() -> None:
    """That of the access method."""
    assert filled_in("", LoginMethod.PASSWORD) == filled_in(MY_DOMAIN_URL, LoginMethod.PASSWORD) == STANDARD_URL
    assert filled_in("", LoginMethod.JWT_BEARER) == MY_DOMAIN_URL


@pytest.mark.parametrize(
    ("addresses", "is_proxied", "address", "piece"),
    [
        (["8.8.8.8", "10.0.0.5"], False, "8.8.8.8", "This is the machine's own address"),
        (["8.8.8.8", "9.9.9.9"], False, "8.8.8.8, 9.9.9.9", "which is used, its routes decide"),
        (["10.0.0.5"], False, "", "This machine knows itself as 10.0.0.5, which is not what the internet sees"),
        ([], False, "", "This machine has no address that the internet sees"),
        (["8.8.8.8"], True, "", "through a proxy, whose address it cannot see"),
    ],
)
def test_the_address_it_calls_from(addresses: list[str], is_proxied: bool, address: str, piece: str) -> None:
    """Told where it can be known, and where not said so (S13)."""
    told, sentence = called_from(addresses, is_proxied=is_proxied)

    assert (told, piece in sentence, "Login History" in sentence) == (address, True, True)


def test_who_can_be_told() -> None:
    """Active ones by name, then those chosen who are inactive, then those who are gone; where mail goes, if it can."""
    resources = [
        Resource(id=TargetId(2), first_name="max", last_name="Weber", email="max@msp.example"),
        Resource(id=TargetId(1), first_name="Olivia", last_name="Grant"),
        Resource(id=TargetId(3), first_name="Past", last_name="Colleague", is_active=False),
        Resource(id=TargetId(4), first_name="Never", last_name="Chosen", is_active=False),
    ]

    assert resource_lines(resources, (1, 3, 9)) == [
        ResourceLine(id=2, name="max Weber", email="max@msp.example", word="", is_chosen=False),
        ResourceLine(id=1, name="Olivia Grant", email="", word="no mail address in Autotask", is_chosen=True),
        ResourceLine(id=3, name="Past Colleague", email="", word="inactive", is_chosen=True),
        ResourceLine(id=9, name="Resource 9", email="", word="no longer in Autotask", is_chosen=True),
    ]
