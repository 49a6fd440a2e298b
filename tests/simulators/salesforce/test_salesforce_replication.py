"""updated and deleted. Source: reference section 3, Replication."""

import pytest

from taskforce_simulators.salesforce import organization

MORNING, EVENING = "2026-11-23T09:00:00+00:00", "2026-11-23T19:00:00+00:00"


def updated(org, start=MORNING, end=EVENING, name="Account", kind="updated"):
    """Ask for what was changed between two times."""
    return org.get(f"/sobjects/{name}/{kind}/", start=start, end=end)


def test_changed_records_are_told_by_their_stamp(org):
    """Deleted ones are not among them; what is covered ends now at the latest."""
    kept, lost = (org.create("Account", Name=name) for name in "AB")
    org.call("DELETE", f"/sobjects/Account/{lost}")
    assert updated(org).json() == {"ids": [kept], "latestDateCovered": "2026-11-23T10:00:00.000+0000"}
    before = updated(org, end="2026-11-23T09:59:59Z").json()
    assert before == {"ids": [], "latestDateCovered": "2026-11-23T09:59:00.000+0000"}


def test_seconds_do_not_count_and_both_ends_are_included(org):
    """A span of one minute with its last."""
    identifier = org.create("Account", Name="A")
    assert updated(org, "2026-11-23T10:00:59Z", "2026-11-23T10:01:00Z").json()["ids"] == [identifier]
    assert updated(org, "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z").json()["ids"] == [identifier]


def test_deleted_records_are_told_with_their_time(org):
    """Also those that are gone for good; not those brought back."""
    ids = [org.create("Contact", LastName=name) for name in "ABCD"]
    org.control("hard_delete", object="Contact", id=ids[3])
    org.advance(minutes=2)
    for identifier in ids[:3]:
        org.call("DELETE", f"/sobjects/Contact/{identifier}")
    org.control("undelete", object="Contact", id=ids[0])
    org.control("hard_delete", object="Contact", id=ids[1])
    assert updated(org, name="Contact", kind="deleted").json() == {
        "deletedRecords": [
            {"id": ids[3], "deletedDate": "2026-11-23T10:00:00.000+0000"},
            {"id": ids[1], "deletedDate": "2026-11-23T10:02:00.000+0000"},
            {"id": ids[2], "deletedDate": "2026-11-23T10:02:00.000+0000"},
        ],
        "earliestDateAvailable": "2026-11-08T10:02:00.000+0000",
        "latestDateCovered": "2026-11-23T10:02:00.000+0000",
    }


def test_users_are_replicated_too(org):
    """A deactivation is a change; they are never deleted."""
    user = organization.users()[1]["Id"]
    org.call("PATCH", f"/sobjects/User/{user}", json={"IsActive": False})
    assert updated(org, name="User").json()["ids"] == [user]
    assert updated(org, name="User", kind="deleted").json()["deletedRecords"] == []


@pytest.mark.parametrize(
    ("kind", "span"),
    [
        ("updated", {"start": EVENING, "end": MORNING}),
        ("updated", {"start": "2026-10-23T09:00:00Z"}),
        ("updated", {"start": "2026-11-24T00:00:00Z", "end": "2026-11-25T00:00:00Z"}),
        ("updated", {"start": "yesterday"}),
        ("deleted", {"start": "2026-11-08T09:00:00Z"}),
        ("deleted", {"start": "2026-11-23T09:00:10Z", "end": "2026-11-23T09:00:50Z"}),
    ],
)
def test_a_span_that_cannot_be_answered_is_refused(org, kind, span):
    """30 days back for changes, 15 for deletions."""
    assert org.error(updated(org, kind=kind, **span)) == (400, "INVALID_REPLICATION_DATE")
