"""An import by `taskforce serve`, and the mail that tells of it."""

from datetime import timedelta

from taskforce import serving
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce.testing.workers import on_the_spot
from tests.end_to_end.office import NAME, Office, SilentProgress
from tests.support.mailbox import Mailbox, text_of


def serve(installation: Installation, clock: FrozenClock, *, minutes: float) -> None:
    """Serve for so long, by the frozen clock."""
    end = clock.now() + timedelta(minutes=minutes)
    serving.serve(installation, progress=SilentProgress(), should_stop=lambda: clock.now() >= end, start=on_the_spot)


def test_the_whole_mail(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """Who, what happened, what needs somebody, why, and where to look."""
    told.account(Name="Ash")
    told.company(companyName="Birch")
    told.company(companyName="Birch")
    told.account(Name="Birch")

    serve(told.installation, clock, minutes=21)

    [(recipient, message)] = mailbox.taken
    [_run] = told.installation.history.runs(NAME, limit=9)
    assert recipient == "helen.marsh@northlight.example"
    print(message)
    print(text_of(message))
