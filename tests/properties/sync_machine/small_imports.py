"""The smallest imports there are, each of which can be asked for again and again in one story."""

import os
from collections.abc import Callable, Mapping
from itertools import count

from tests.properties.sync_machine.plant import NAME
from tests.properties.sync_machine.story import Story
from tests.properties.sync_machine.wanted import COMPANIES, CONTACTS

_numbers = count(1)


def one_create(story: Story) -> None:
    """A new account."""
    story.people.open_account(Name=f"Elm {next(_numbers)}", Phone="312-555-0100")


def one_contact(story: Story) -> None:
    """A new contact of an account that is linked."""
    account = story.people.living(COMPANIES)[0]
    story.people.add_contact(account, FirstName="Rosa", LastName=f"Underhill {next(_numbers)}")


def one_link(story: Story) -> None:
    """A new account that stands in Autotask already."""
    name = f"Fir {next(_numbers)}"
    story.people.type_company(companyName=name)
    story.look()
    story.people.open_account(Name=name, Phone="312-555-0100")


def one_update(story: Story) -> None:
    """Another phone."""
    phone = f"312-555-01{next(_numbers) % 90 + 10}"
    story.people.change(COMPANIES, story.people.living(COMPANIES)[0], Phone=phone)


def one_merge(story: Story) -> None:
    """The first account goes into a new one."""
    loser = story.people.living(COMPANIES)[0]
    master = story.people.open_account(Name=f"Ginkgo {next(_numbers)}", Phone="312-555-0100")
    story.people.merge(COMPANIES, master, loser)


def one_deactivation(story: Story) -> None:
    """An account that was imported is deleted, and the settings say to deactivate its company."""
    account = story.people.open_account(Name=f"Hazel {next(_numbers)}", Phone="312-555-0100")
    story.import_once()
    story.people.delete(COMPANIES, account)


def one_page(story: Story) -> None:
    """Pages of Salesforce with one record each: everybody gets another phone."""
    phone = f"312-555-01{next(_numbers) % 90 + 10}"
    for kind in (COMPANIES, CONTACTS):
        for source_id in story.people.living(kind):
            story.people.change(kind, source_id, Phone=phone)


SMALL_IMPORTS: Mapping[str, Callable[[Story], None]] = {
    each.__name__: each
    for each in (one_create, one_contact, one_link, one_update, one_merge, one_deactivation, one_page)
}


def chosen(*names: str) -> tuple[str, ...]:
    """These small imports; all of them where there is time for it."""
    return tuple(SMALL_IMPORTS) if os.environ.get("TASKFORCE_TORTURE") else names


class Begun:
    """The story of one small import at a time: tests of the same go on with it, since to begin one takes longer."""

    def __init__(self) -> None:
        self._name = ""
        self._story: Story | None = None

    def story(self, name: str) -> Story:
        """Everything is imported, and the small import is the next thing to do."""
        if self._story is None or name != self._name:
            self.close()
            self._name, self._story = name, _begun(name)
        return self._story

    def close(self) -> None:
        """The story is over."""
        if self._story is not None:
            self._story.close()
            self._story = None


def _begun(name: str) -> Story:
    story = Story()
    if name == "one_deactivation":
        story.plant.installation.book.edit(NAME, {"settings": {"deletion": "deactivate"}})
    if name == "one_page":
        story.plant.pair.salesforce.change_settings({"page_size": 1})
    for number in range(3 if name == "one_page" else 2):
        account = story.people.open_account(Name=f"Oak {number}", Phone="312-555-0100")
        story.people.add_contact(account, FirstName="Rosa", LastName="Underhill")
    story.becomes_quiet()
    return story
