"""What each answer to a write means: certainly yes, certainly no, or doubt (protocol 2, steps 3 to 5)."""

import json

import pytest

from taskforce.adapters.autotask.target import AutotaskTarget
from taskforce.domain.records import Entity, TargetId
from taskforce.errors import (
    AccessError,
    ApiError,
    BudgetExhausted,
    ProtocolError,
    RecordRejected,
    TransientError,
    WriteInDoubt,
)
from tests.integration.autotask.autotask_bench import (
    COMPANY,
    CONTACT,
    SECRET,
    USERNAME,
    Mouthpiece,
    Said,
    errors,
    no_schema,
)

FIELDS = {"companyName": "Birch Dental", "phone": "312-555-0199"}
THREADS = "Itgenatr005: The API thread threshold of 3 threads has been exceeded."
HOURLY = "The number of external requests allowed for this database in the current timeframe has been exceeded."
PERMISSION = "The logged in Resource does not have the adequate permissions to create this entity type."
INTERNAL = "An unexpected error has occurred. If the problem persists, please reference Error ID: 1166"


def create(target: AutotaskTarget) -> TargetId:
    """One company."""
    return target.create(Entity.COMPANY, no_schema(), FIELDS, source_id=COMPANY)


def update(target: AutotaskTarget) -> None:
    """One change."""
    target.update(Entity.COMPANY, no_schema(), TargetId(7), FIELDS, source_id=COMPANY)


@pytest.mark.parametrize("body", [{"itemId": 29683510}, {"itemId": "29683510"}, {"itemId": 29683510, "errors": []}])
def test_yes(told: AutotaskTarget, mouthpiece: Mouthpiece, body: object) -> None:
    """An id is a yes, as a number or as a text."""
    mouthpiece.say(Said(body=body))

    assert create(told) == 29683510


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Value does not exist for the required field phone", "required_missing"),
        ("queueID is required", "required_missing"),
        ("Picklist value [3] does not exist for companyType", "bad_picklist"),
        (
            "Reference value on field: ownerResourceID of type: Resource does not exist or is invalid.",
            "bad_reference",
        ),
        ("String value exceeds maximum length (field:postalCode). ", "too_long"),
        ("A Company already exists with Name [Birch Dental]. Company names must be unique.", "duplicate"),
        ("Unable to find Salesforce Company ID in the Account Entity", "unknown_field"),
        ("Unexpected character encountered while parsing value: t. Path 'isActive'.", "bad_type"),
    ],
)
@pytest.mark.parametrize("status", [500, 400])
def test_known_refusals(told: AutotaskTarget, mouthpiece: Mouthpiece, text: str, code: str, status: int) -> None:
    """A known validation text says that nothing was created, whatever the status."""
    mouthpiece.say(errors(text, "Error creating entity for record number [1].", status=status))
    with pytest.raises(RecordRejected) as caught:
        create(told)

    assert (caught.value.code, caught.value.status, len(mouthpiece.asked)) == (code, status, 1)
    assert "Birch" not in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (Said(status=400, body=b""), RecordRejected, "rejected"),
        (Said(status=401), AccessError, "login"),
        (Said(status=403), AccessError, "permission"),
        (errors(PERMISSION), AccessError, "permission"),
        (Said(status=404, body=b"<html>404</html>"), RecordRejected, "not_found"),
        (
            Said(status=405, body={"Message": "The requested resource does not support http method 'POST'."}),
            AccessError,
            "not_offered",
        ),
        (errors(HOURLY, status=429), BudgetExhausted, "request_limit"),
        (errors(HOURLY), BudgetExhausted, "request_limit"),
    ],
)
def test_definitely_no(
    told: AutotaskTarget, mouthpiece: Mouthpiece, said: Said, kind: type[ApiError], code: str
) -> None:
    """These answers say that nothing was created; the POST is sent once."""
    mouthpiece.say(said)
    with pytest.raises(kind) as caught:
        create(told)

    assert (caught.value.code, len(mouthpiece.asked)) == (code, 1)


@pytest.mark.parametrize(
    "said",
    [
        Said(status=500),
        Said(status=502),
        Said(status=503),
        Said(status=504),
        Said(status=520),
        Said(status=302, headers={"Location": "/elsewhere"}),
        Said(status=409),
        Said(status=418),
        errors(INTERNAL),
        errors("Something that nobody has seen before."),
        Said(status=500, body=b"<html>Runtime Error</html>"),
        Said(body=b"<html>Log in to the hotel</html>"),
        Said(body=b'{"itemId": 296'),
        Said(body={}),
        Said(body={"itemId": None}),
        Said(body={"itemId": 0}),
        Said(body={"errors": ["Value does not exist for the required field phone"]}),
    ],
)
def test_doubt(told: AutotaskTarget, mouthpiece: Mouthpiece, said: Said) -> None:
    """Anything else leaves open whether it was created, and is not repeated."""
    mouthpiece.say(said, Said(body={"itemId": 1}))
    with pytest.raises(WriteInDoubt) as caught:
        create(told)

    assert len(mouthpiece.asked) == 1
    assert caught.value.mend == (
        "Nothing to do: Taskforce waits, and looks whether it was carried out before it writes again."
    )


@pytest.mark.parametrize("status", [429, 500, 409])
def test_the_thread_limit_is_waited_out(told: AutotaskTarget, mouthpiece: Mouthpiece, status: int) -> None:
    """Nothing was created, so the POST may be sent again; each attempt is a call."""
    mouthpiece.say(errors(THREADS, status=status), Said(body={"itemId": 12}))

    assert (create(told), told.calls) == (12, 2)


def test_a_thread_limit_that_stays(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """In the end the record is tried again by a later run."""
    mouthpiece.say(errors(THREADS, status=429))
    with pytest.raises(TransientError) as caught:
        create(told)

    assert (caught.value.code, len(mouthpiece.asked)) == ("thread_limit", 3)


def test_too_many_requests_without_a_reason(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """An unexplained 429 that stays ends the run early."""
    mouthpiece.say(Said(status=429))
    with pytest.raises(BudgetExhausted) as caught:
        create(told)

    assert (caught.value.code, len(mouthpiece.asked)) == ("too_many_requests", 3)


def test_an_update_is_repeated_only_after_a_no(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """What was turned away was not carried out; what a gateway gave up may still be."""
    mouthpiece.say(Said(status=429), Said(status=502), Said(body={"itemId": 7}))
    with pytest.raises(WriteInDoubt):
        update(told)

    assert [asked.method for asked in mouthpiece.asked] == ["PATCH", "PATCH"]


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (Said(status=503), WriteInDoubt, "busy"),
        (errors(INTERNAL), WriteInDoubt, "failed"),
        (Said(body=b"<html>"), WriteInDoubt, "no_id"),
        (
            errors("No message. No matching records found. The Resource may not have permissions to update the data."),
            RecordRejected,
            "not_found",
        ),
        (errors("Picklist value [3] does not exist for companyType"), RecordRejected, "bad_picklist"),
        (errors(PERMISSION.replace("create", "query")), AccessError, "permission"),
    ],
)
def test_an_update_that_fails(
    told: AutotaskTarget, mouthpiece: Mouthpiece, said: Said, kind: type[ApiError], code: str
) -> None:
    """A refusal is a no; anything that is not understood is a doubt."""
    mouthpiece.say(said)
    with pytest.raises(kind) as caught:
        update(told)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (errors(INTERNAL), TransientError, "failed"),
        (Said(status=503), TransientError, "busy"),
        (Said(status=418), ProtocolError, "strange_answer"),
        (errors("Conversion failed when converting varchar 'x' to data type int"), TransientError, "failed"),
        (errors("Unable to find x in the Account Entity"), ProtocolError, "unknown_field"),
        (Said(body=b"<html>Log in to the hotel</html>"), ProtocolError, "not_understood"),
        (Said(body={"items": []}), ProtocolError, "not_understood"),
        (errors(PERMISSION.replace("create", "query")), AccessError, "permission"),
        (errors(HOURLY, status=429), BudgetExhausted, "request_limit"),
    ],
)
def test_a_read_that_fails(
    told: AutotaskTarget, mouthpiece: Mouthpiece, said: Said, kind: type[ApiError], code: str
) -> None:
    """A read is repeated while Autotask is busy, and never leaves a doubt."""
    mouthpiece.say(said)
    with pytest.raises(kind) as caught:
        list(told.read_all(Entity.COMPANY, no_schema()))

    assert (caught.value.code, caught.value.system) == (code, "Autotask")


def test_a_permission_is_named(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """The message says what is missing, and where to grant it."""
    mouthpiece.say(errors(PERMISSION))
    with pytest.raises(AccessError) as caught:
        create(told)

    assert str(caught.value) == (
        "The API user may not create Companies in Autotask. Grant the right to create Companies in the security level "
        "of the API user (Admin > Organization Settings & Users > Resources/Users (HR) > Security Levels)."
    )


def test_messages_show_no_values(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """What was sent, what is quoted and what looks like a person is masked; the field's name stays."""
    mouthpiece.say(
        errors(
            f"Value Birch Dental of {USERNAME} (secret {SECRET}) is wrong for companyName 'Rosa' [Lind] "
            f"with {COMPANY} and 312-555-0199.",
            status=400,
        )
    )
    with pytest.raises(RecordRejected) as caught:
        create(told)

    assert caught.value.message == "Value … of … (secret …) is wrong for companyName '…' […] with … and …."


def test_what_a_create_sends(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """The Salesforce id is part of the POST; a company is active."""
    mouthpiece.say(Said(body={"itemId": 7}))
    create(told)
    (asked,) = mouthpiece.asked

    assert (asked.method, asked.path) == ("POST", "/ATServicesRest/V1.0/Companies")
    assert json.loads(asked.body) == {
        "isActive": True,
        "companyName": "Birch Dental",
        "phone": "312-555-0199",
        "userDefinedFields": [{"name": "Salesforce Company ID", "value": COMPANY}],
    }


def test_where_a_contact_goes(told: AutotaskTarget, mouthpiece: Mouthpiece) -> None:
    """A contact is written under its company; its isActive is a number."""
    mouthpiece.say(Said(body={"itemId": 9}))
    schema = no_schema()
    told.create(Entity.CONTACT, schema, {"lastName": "Lind"}, source_id=CONTACT, company_id=TargetId(7))
    told.update(Entity.CONTACT, schema, TargetId(9), {"title": None}, company_id=TargetId(7))
    first, second = mouthpiece.asked

    assert (first.method, first.path, json.loads(first.body)) == (
        "POST",
        "/ATServicesRest/V1.0/Companies/7/Contacts",
        {
            "companyID": 7,
            "isActive": 1,
            "lastName": "Lind",
            "userDefinedFields": [{"name": "Salesforce Contact ID", "value": CONTACT}],
        },
    )
    assert (second.method, second.path, json.loads(second.body)) == (
        "PATCH",
        "/ATServicesRest/V1.0/Companies/7/Contacts",
        {"id": 9, "title": None},
    )


def test_a_contact_without_company_is_a_defect(told: AutotaskTarget) -> None:
    """There is no way to write one."""
    with pytest.raises(ValueError, match="under its company"):
        told.create(Entity.CONTACT, no_schema(), {}, source_id=CONTACT)
