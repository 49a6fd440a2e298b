"""Times are those of the reader's time zone, which every page names."""

from taskforce.domain.audit import Deed
from taskforce.domain.roles import Role
from tests.end_to_end.office import Office
from tests.end_to_end.pages.conftest import Enter
from tests.end_to_end.pages.visitor import words


def test_a_time_zone_is_chosen(office: Office, enter: Enter) -> None:
    """It counts on every page from then on, for this person only, and stands in the audit."""
    office.run()
    visitor, other = enter(Role.VIEWER), enter(Role.OPERATOR)
    before = visitor.get("/runs/")

    saved = visitor.send("/profile/", time_zone="Asia/Kolkata")
    after, theirs = visitor.get("/runs/"), other.get("/runs/")

    assert ("Times are those of UTC ." in words(before), ' UTC">' in before.text) == (True, True)
    assert "Times are shown as they are in Asia/Kolkata." in words(saved)
    assert '<option value="Asia/Kolkata" selected>Kolkata</option>' in saved.text
    assert ("Times are those of Asia/Kolkata ." in words(after), ' Asia/Kolkata">' in after.text) == (True, True)
    assert "Times are those of UTC ." in words(theirs)
    entry = next(each for each in office.installation.audit.latest(5) if each.deed is Deed.USER_CHANGED)
    assert (entry.who, entry.subject, dict(entry.details)) == ("a-viewer", "a-viewer", {"time zone": "Asia/Kolkata"})


def test_a_time_zone_that_does_not_exist_is_refused(office: Office, enter: Enter) -> None:
    """Nothing is changed by an address or form that somebody made up."""
    visitor = enter(Role.VIEWER)
    visitor.get("/profile/")

    refused = visitor.send("/profile/", time_zone="../../etc/passwd")

    assert refused.status_code == 400
    assert "Times are those of UTC ." in words(visitor.get("/profile/"))
