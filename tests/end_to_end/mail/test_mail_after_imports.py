"""An import, and the mail that tells of it."""

from datetime import timedelta

import pytest

from taskforce import delivering, mail_settings, serving
from taskforce.adapters.store.holders import Holder
from taskforce.adapters.store.leases import acquire, release
from taskforce.adapters.store.models import Connection
from taskforce.domain.deliveries import DeliveryState
from taskforce.domain.run import Run, RunKind, RunStatus
from taskforce.engine.approving import reject_run
from taskforce.installation import Installation
from taskforce.testing.clock import FrozenClock
from taskforce.testing.workers import on_the_spot
from tests.end_to_end.mail.conftest import server_of
from tests.end_to_end.office import COMPANY_ID_FIELD, NAME, Office, SilentProgress
from tests.support.mailbox import Mailbox, html_of, text_of

HELEN = "helen.marsh@northlight.example"
TWENTY_MINUTES = timedelta(minutes=20)


def serve(installation: Installation, clock: FrozenClock, *, seconds: int) -> None:
    """Serve for so long, by the frozen clock."""
    end = clock.now() + timedelta(seconds=seconds)
    serving.serve(installation, progress=SilentProgress(), should_stop=lambda: clock.now() >= end, start=on_the_spot)


def import_on_time(office: Office, kind: RunKind = RunKind.IMPORT) -> Run:
    """As the scheduler does it."""
    with office.installation.world(NAME, progress=SilentProgress(), should_stop=lambda: False) as world:
        return office.installation.run(NAME, world, kind=kind)


def post(office: Office) -> None:
    """Send what is due."""
    delivering.deliver(office.installation, lambda: False)


def test_the_whole_mail(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """Who, what happened, what needs somebody and why, and where to look; sent by `taskforce serve`."""
    told.settings(interval_minutes=1)
    told.account(Name="Ash")
    told.company(companyName="Birch")
    told.company(companyName="Birch")
    told.account(Name="Birch")

    serve(told.installation, clock, seconds=70)

    [(recipient, message)] = mailbox.taken
    assert recipient == HELEN
    assert {name: str(message[name]) for name in ("From", "To", "Subject", "Date")} == {
        "From": "Taskforce <taskforce@northlight.example>",
        "To": HELEN,
        "Subject": "office: 1 company created, 1 needs you",
        "Date": "Mon, 02 Mar 2026 09:01:00 +0000",
    }
    [run] = told.installation.history.runs(NAME, limit=9)
    assert text_of(message) == (
        "office: 1 company created, 1 needs you.\n"
        "\n"
        "Not written, and what to do\n"
        "- 1 company held: Several Autotask records fit, so none was touched. For\n"
        "  example: Birch.\n"
        "\n"
        f"Import {run.id} began 2026-03-02 09:01 UTC and took 0 s.\n"
        "\n"
        f"See import {run.id}: https://taskforce.northlight.example/runs/{run.id}/\n"
        "Decide about what waits: https://taskforce.northlight.example/review/\n"
        "\n"
        "-- \n"
        "You get this mail because you are chosen under Notification in the Salesforce\n"
        "extension settings of office. An administrator of Taskforce can change that.\n"
    )
    html = html_of(message)
    assert "<h1>office: 1 company created, 1 needs you.</h1>" in html
    assert f'<a class="button" href="https://taskforce.northlight.example/runs/{run.id}/">' in html


def test_after_every_import_unless_only_changes_are_wanted(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """S24 and S7: the option spares the scheduled imports that found nothing, and no other."""
    import_on_time(told)
    told.settings(mail_only_with_changes=True)
    import_on_time(told)
    told.run()
    told.account(Name="Ash")
    import_on_time(told)
    told.run(is_dry_run=True)
    post(told)

    assert mailbox.subjects == ["office: nothing new", "office: nothing new", "office: 1 company created"]


def test_days_of_errors_make_no_storm(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """Two days in which Autotask refuses the login every twenty minutes: told, the alarm, reminded; then it works."""
    right = {"autotask": {"secret": told.pair.autotask.credentials()["secret"]}}
    import_on_time(told)
    told.account(Name="Ash")
    told.installation.book.edit(NAME, {"autotask": {"secret": "wrong"}})
    for _ in range(50 * 3):
        clock.advance(TWENTY_MINUTES)
        assert import_on_time(told).status is RunStatus.COULD_NOT_RUN
    told.installation.book.edit(NAME, right)
    clock.advance(TWENTY_MINUTES)
    import_on_time(told)
    post(told)

    sent = [(str(message["Date"])[5:22], str(message["Subject"])) for _, message in mailbox.taken]
    assert sent == [
        ("02 Mar 2026 09:00", "office: nothing new"),
        ("02 Mar 2026 09:20", "office: the import could not run"),
        ("02 Mar 2026 11:00", "office: no import succeeds"),
        ("03 Mar 2026 11:00", "office: still no import succeeds"),
        ("04 Mar 2026 11:00", "office: still no import succeeds"),
        ("04 Mar 2026 11:20", "office: imports work again, 1 company created"),
    ]
    reminder = text_of(mailbox.taken[3][1])
    assert reminder.startswith("office: still no import succeeds.\n\nWhat is wrong\n- No import has succeeded since")
    assert "Autotask refused the login" in " ".join(reminder.split())
    assert "(since 2026-03-02 09:20 UTC)" in " ".join(reminder.split())


def test_a_plan_that_waits_is_told_once(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """With its figures; later imports say nothing of it, and its rejection is told."""
    import_on_time(told)
    told.settings(brake_creates=0)
    told.account(Name="Ash")
    waiting = import_on_time(told)
    for _ in range(3):
        clock.advance(TWENTY_MINUTES)
        import_on_time(told)
    with told.installation.world(NAME, progress=SilentProgress(), should_stop=lambda: False) as world:
        reject_run(world, waiting.id)
    post(told)

    assert mailbox.subjects[1:] == [
        "office: a plan waits for your approval",
        "office: a plan was rejected, nothing was written",
    ]
    assert f"taskforce approve {waiting.id} carries out exactly these" in " ".join(text_of(mailbox.taken[1][1]).split())


def test_who_is_told(told: Office, mailbox: Mailbox) -> None:
    """The chosen resources who are active and have a mail address, each for themselves; nobody else."""
    import_on_time(told)
    post(told)
    mailbox.taken.clear()
    chosen = [told.resource(name) for name in ("Helen Marsh", "Marcus Webb")]
    inactive = next(each for each in told.pair.autotask.records("Resources") if not each["isActive"])
    told.settings(notified=[*chosen, int(inactive["id"]), 1])

    import_on_time(told)
    post(told)

    assert sorted(recipient for recipient, _ in mailbox.taken) == [HELEN, "marcus.webb@northlight.example"]
    assert {str(message["To"]) for _, message in mailbox.taken} == {HELEN, "marcus.webb@northlight.example"}


def test_nobody_is_told_without_a_server_or_anybody_chosen(told: Office, mailbox: Mailbox) -> None:
    """Nothing is kept that could not be sent; once there is a server, what still stands is told."""
    mail_settings.forget(told.installation)
    told.installation.book.edit(NAME, {"salesforce": {"client_secret": "wrong"}})
    told.run()
    before = told.installation.outbox.count(DeliveryState.WAITING)
    mail_settings.change(told.installation, server_of(mailbox))
    told.settings(notified=[])
    told.run()

    assert (before, told.installation.outbox.count(DeliveryState.WAITING)) == (0, 0)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "שלום Ltd", "Ash\u202e & Sons", "W" * 100])
def test_names_are_shown_as_text(told: Office, mailbox: Mailbox, name: str) -> None:
    """Whatever stands in a record, it is neither a mark of the mail nor turns what stands around it."""
    told.company(companyName=name)
    told.company(companyName=name)
    told.account(Name=name)

    told.run()
    post(told)

    [(_, message)] = mailbox.taken
    assert ("<script>alert" in html_of(message), "\u202e" in html_of(message) + text_of(message)) == (False, False)
    assert str(message["Subject"]) == "office: 1 needs you"
    assert "For example: <bdi>" in html_of(message)


def test_an_import_that_does_not_even_begin_is_told(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """Here its settings cannot be read any more; once, however often it is tried."""
    import_on_time(told)
    told.settings(interval_minutes=1)
    Connection.objects.filter(name=NAME).update(secrets=b"of another key")

    serve(told.installation, clock, seconds=250)

    assert mailbox.subjects[1:] == ["office: the import could not run"]
    assert "The stored secrets were encrypted with another key" in text_of(mailbox.taken[1][1])


def test_alarms_are_told_while_no_import_ends(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """Nothing runs, since somebody else holds the lease; raised, reminded of a day later, and over."""
    import_on_time(told)
    told.settings(alarm_hours=0.05, mail_only_with_changes=True)
    lease = acquire(told.installation.number(NAME), Holder.this_process(), clock.now())
    clock.advance(timedelta(minutes=2))
    serve(told.installation, clock, seconds=130)
    clock.advance(timedelta(days=1))
    lease = acquire(told.installation.number(NAME), Holder.this_process(), clock.now())
    serve(told.installation, clock, seconds=5)
    release(lease)
    told.settings(active=False)
    serve(told.installation, clock, seconds=65)

    assert mailbox.subjects[1:] == [
        "office: no import succeeds",
        "office: still no import succeeds",
        "office: the alarm is over",
    ]


def test_ids_that_stand_twice_are_told(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """With the import that finds them, and with the one that does not any more."""
    account = told.account(Name="Ash")
    told.run()
    told.settings(mail_only_with_changes=True)
    company = told.company_of(account)
    twin = told.company(companyName="Ash 2", userDefinedFields=company["userDefinedFields"])
    clock.advance(timedelta(hours=1))
    import_on_time(told, RunKind.RECONCILIATION)
    told.edit("Companies", twin, userDefinedFields=[{"name": COMPANY_ID_FIELD, "value": None}])
    clock.advance(timedelta(hours=1))
    import_on_time(told, RunKind.RECONCILIATION)
    post(told)

    found, over = (" ".join(text_of(message).split()) for _, message in mailbox.taken[1:])
    assert "Autotask records that carry the same Salesforce id - " in found
    assert "Clear the user-defined field on all but one" in found
    assert "What is over - " in over
