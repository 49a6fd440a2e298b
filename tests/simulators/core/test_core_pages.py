"""The pages that people look at and edit."""

import httpx2
import pytest
from tests.simulators.core.tiny_simulator import TinySimulator


def test_start_page_lists_the_objects(tiny: TinySimulator, client: httpx2.Client) -> None:
    """The start page counts the records of each object and names the address."""
    tiny.save_record("Note", {"text": "one"})
    page = client.get("/").text
    assert '<a class="card tile" href="/__page__/Note"><b>1</b>Notes</a>' in page
    assert f"<code>{tiny.public_url}</code>" in page


def test_list_is_paged(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A list shows 50 records a page, with the way to the next and the previous."""
    for number in range(60):
        tiny.save_record("Note", {"text": f"note {number:02}"})
    first, second = client.get("/__page__/Note").text, client.get("/__page__/Note?page=2").text
    assert ("note 49" in first, "note 50" in first, "note 49" in second, "note 50" in second) == (
        True,
        False,
        False,
        True,
    )
    assert ("60 in all, page 1 of 2" in first, 'href="?page=2"' in first, 'href="?page=1"' in second) == (True,) * 3


def test_list_is_searched(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A search shows what contains the text, and says so when nothing does."""
    for text in ("apple", "pear"):
        tiny.save_record("Note", {"text": text})
    found, nothing = client.get("/__page__/Note?search=app").text, client.get("/__page__/Note?search=%3Cb%3E").text
    assert ("apple" in found, "pear" in found) == (True, False)
    assert "Nothing contains “&lt;b&gt;”." in nothing


def test_record_is_edited(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Saving a form changes the record, goes back to the tab it came from, and is not in the journal."""
    note = tiny.save_record("Note", {"text": "before", "done": "true"})
    tiny.clock.freeze(tiny.clock.now())
    answer = client.post("/__page__/Note/1", data={"text": "line 1\r\nline 2", "__tab": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/__page__/Note/1?saved=1&tab=1")
    changed = tiny.clock.now().isoformat()
    assert tiny.records("Note", "1") == [{"id": 1, "text": "line 1\nline 2", "done": "", "changed": changed}]
    assert changed > str(note["changed"])
    assert tiny.journal.entries() == []


def test_line_ends_stay_as_they_were(tiny: TinySimulator, client: httpx2.Client) -> None:
    """Text of several lines that nobody touched keeps its line ends, whatever the browser makes of them."""
    for number, text in enumerate(("a\r\nb", "a\nb"), 1):
        tiny.save_record("Note", {"text": text})
        client.post(f"/__page__/Note/{number}", data={"text": "a\r\nb", "done": "true"})
    assert tiny.texts() == ["a\r\nb", "a\nb"]


def test_form_has_tabs(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A form shows its tabs, its values as text, and fields that cannot be changed as such."""
    tiny.save_record("Note", {"text": "<script>alert(1)</script>", "done": "true"})
    page = client.get("/__page__/Note/1?saved=1&tab=1").text
    assert '<label for="tab0">General</label><label for="tab1">More</label>' in page
    assert 'id="tab1" value="1" checked' in page
    assert '<input type="checkbox" id="field-done" name="done" value="true" checked>' in page
    assert ("<script>" in page, "&lt;script&gt;" in page, 'name="changed"' in page, "Saved." in page) == (
        False,
        True,
        False,
        True,
    )


def test_new_record(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A new record can be made where the object allows it."""
    assert 'href="/__page__/Note/new"' in client.get("/__page__/Note").text
    answer = client.post("/__page__/Note/new", data={"text": "fresh"})
    assert (answer.headers["location"], tiny.texts()) == ("/__page__/Note/1?saved=1&tab=0", ["fresh"])


def test_refused_change(tiny: TinySimulator, client: httpx2.Client) -> None:
    """A refused change shows the reason and keeps what was entered."""
    tiny.save_record("Note", {"text": "before"})
    answer = client.post("/__page__/Note/1", data={"text": "refuse me"})
    assert answer.status_code == 422
    assert ("Nobody wants that note." in answer.text, "refuse me</textarea>" in answer.text) == (True, True)
    assert tiny.texts() == ["before"]


@pytest.mark.parametrize("path", ["/__page__/Nothing", "/__page__/Note/17", "/__page__/Nothing/1"])
def test_pages_that_are_not_there(client: httpx2.Client, path: str) -> None:
    """An unknown object or record has no page."""
    assert client.get(path).status_code == 404


def test_requests_page(tiny: TinySimulator, client: httpx2.Client) -> None:
    """The last requests are shown, newest first."""
    client.get("/api/notes?first=1")
    client.get("/api/notes?second=2")
    page = client.get("/__page__/-/requests").text
    assert 0 < page.index("second=2") < page.index("first=1")
