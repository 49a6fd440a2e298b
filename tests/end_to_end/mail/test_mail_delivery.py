"""Mail that cannot be sent at once: nothing waits for it, it is tried again, and given up in the end."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from taskforce import delivering, mail_settings, serving
from taskforce.adapters.store.models import DeliveryRow, MailRow
from taskforce.adapters.store.outbox import KEPT
from taskforce.domain.deliveries import Delivery, DeliveryState
from taskforce.domain.mailing import CLAIM
from taskforce.domain.run import RunStatus
from taskforce.errors import TaskforceError
from taskforce.mail_config import MailConfigError
from taskforce.testing.clock import FrozenClock
from tests.end_to_end.mail.conftest import server_of
from tests.end_to_end.office import Office, SilentProgress
from tests.support.mailbox import PASSWORD, USER, Mailbox, open_mailbox

HELEN, MARCUS = "helen.marsh@northlight.example", "marcus.webb@northlight.example"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


def post(office: Office) -> None:
    """Send what is due."""
    delivering.deliver(office.installation, lambda: False)


def in_state(office: Office, state: DeliveryState) -> list[Delivery]:
    """The latest first."""
    return list(office.installation.outbox.in_state(state, limit=99))


def test_a_server_that_does_not_answer_delays_no_import(told: Office, mailbox: Mailbox) -> None:
    """The import is done; the mail waits."""
    mail_settings.change(told.installation, {**server_of(mailbox), "port": 9})
    told.account(Name="Ash")

    run = told.run()
    post(told)

    [waiting] = in_state(told, DeliveryState.WAITING)
    assert run.status is RunStatus.DONE
    assert (waiting.attempts, waiting.trouble.startswith("Nothing answers at 127.0.0.1:9.")) == (1, True)


def test_it_is_tried_again_with_growing_waits(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """A minute, two, four and so on; then it arrives as the same mail."""
    told.run()
    mailbox.answers = ["451 4.7.1 Come back later"] * 4
    attempts: list[int] = []
    for _ in range(20):
        post(told)
        attempts.append(len(mailbox.answers))
        clock.advance(timedelta(minutes=1))

    [sent] = in_state(told, DeliveryState.SENT)
    assert attempts[:16] == [3, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert [str(message["Message-ID"]) for _, message in mailbox.taken] == [sent.message_id]
    assert (sent.attempts, sent.message.text) == (5, "")


def test_what_was_taken_though_nobody_heard_comes_again_as_the_same(
    told: Office, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """A server that dies in the middle: at least once, with the same Message-ID."""
    told.run()
    mailbox.dies = 1
    post(told)
    [before] = in_state(told, DeliveryState.WAITING)
    clock.advance(timedelta(minutes=1))
    post(told)

    assert "ended the connection in the middle" in before.trouble
    assert [str(message["Message-ID"]) for _, message in mailbox.taken] == [before.message_id]


def test_it_is_given_up_after_a_day(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """And its text is forgotten; who it was for and why it failed is kept for a month."""
    told.run()
    mail_settings.change(told.installation, {**server_of(mailbox), "port": 9})
    for _ in range(26):
        post(told)
        clock.advance(timedelta(hours=1))

    [given_up] = in_state(told, DeliveryState.GIVEN_UP)
    assert (given_up.recipient, given_up.message.subject, given_up.message.html) == (HELEN, "office: nothing new", "")
    assert given_up.trouble.startswith("Nothing answers")
    assert given_up.attempts > 20


def test_one_who_is_refused_for_good_is_given_up_at_once(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """The others get theirs."""
    told.settings(notified=[told.resource("Helen Marsh"), told.resource("Marcus Webb")])
    mailbox.refusals = {HELEN: "550 5.1.1 No such user"}
    told.run()
    post(told)
    clock.advance(timedelta(hours=2))
    post(told)

    [given_up] = in_state(told, DeliveryState.GIVEN_UP)
    assert [recipient for recipient, _ in mailbox.taken] == [MARCUS]
    assert (given_up.recipient, given_up.attempts) == (HELEN, 1)
    assert 'It said: "550 5.1.1 No such user".' in given_up.trouble


def test_two_processes_send_it_once(told: Office, mailbox: Mailbox) -> None:
    """Whoever has taken it has it alone."""
    told.run()
    [mine] = told.installation.outbox.claim(told.installation.clock.now(), limit=9)
    post(told)

    assert (mailbox.taken, mine.recipient) == ([], HELEN)


def test_a_process_that_died_is_followed(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """A while later somebody else sends what it had taken; also once a clock that was ahead was set right."""
    told.run()
    told.installation.outbox.claim(clock.now(), limit=9)
    clock.advance(CLAIM)
    post(told)
    told.run()
    told.installation.outbox.claim(clock.now() + timedelta(days=300), limit=9)
    post(told)

    assert len(mailbox.taken) == 2


def test_asked_to_stop_it_leaves_the_rest_for_the_next(told: Office, mailbox: Mailbox) -> None:
    """At once, not after the time of a process that died."""
    told.settings(notified=[told.resource("Helen Marsh"), told.resource("Marcus Webb")])
    told.run()
    delivering.deliver(told.installation, lambda: len(mailbox.taken) == 1)
    at_first = len(mailbox.taken)
    post(told)

    assert (at_first, len(mailbox.taken)) == (1, 2)


def test_a_conversation_that_takes_too_long_leaves_the_rest(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """Before anybody else may take it; it goes with the next."""
    told.settings(notified=[told.resource("Helen Marsh"), told.resource("Marcus Webb")])
    told.run()
    mailbox.when_taken = lambda: clock.advance(CLAIM / 2)
    post(told)
    at_first = len(mailbox.taken)
    post(told)

    assert (at_first, len(mailbox.taken), len({recipient for recipient, _ in mailbox.taken})) == (1, 2, 2)


def test_old_mails_are_forgotten(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """A month after they were sent."""
    told.run()
    post(told)
    clock.advance(KEPT + timedelta(seconds=1))
    told.run()
    post(told)

    assert (MailRow.objects.count(), DeliveryRow.objects.count()) == (1, 1)


def test_the_environment_wins(told: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, and nothing can be changed elsewhere."""
    mail_settings.change(told.installation, {**server_of(mailbox), "port": 9})
    for name, value in {**server_of(mailbox), "sender": "other@northlight.example"}.items():
        monkeypatch.setenv(f"TASKFORCE_MAIL_{name.upper()}", str(value))
    monkeypatch.delenv("TASKFORCE_MAIL_ADDRESS")
    told.run()
    post(told)

    assert [str(message["From"]) for _, message in mailbox.taken] == ["other@northlight.example"]
    for change in (
        lambda: mail_settings.change(told.installation, {}),
        lambda: mail_settings.forget(told.installation),
    ):
        with pytest.raises(TaskforceError, match="set by the environment"):
            change()


def test_an_environment_that_cannot_work_stops_no_import(
    told: Office, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged, without what stands there."""
    monkeypatch.setenv("TASKFORCE_MAIL_HOST", "mail.example.com")
    monkeypatch.setenv("TASKFORCE_MAIL_PORT", "a secret in the wrong place")
    with capture_logs() as logged:
        run = told.run()

    assert run.status is RunStatus.DONE
    [line] = [each for each in logged if each["action"] == "mail_not_written"]
    assert line["event"] == (
        "mail port: must be a valid integer, unable to parse string as an integer. mail sender: is missing."
    )


def test_a_login_over_tls(told: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is encrypted at rest, kept while host and user stay, and sent to no other host."""
    with open_mailbox(tls="starttls", folder=tmp_path, wants_login=True) as mailbox:
        server = {**server_of(mailbox), "host": "localhost", "security": "starttls", "username": USER}
        mail_settings.change(told.installation, {**server, "password": PASSWORD})
        mail_settings.change(told.installation, {**server, "sender": "other@northlight.example"})
        with pytest.raises(MailConfigError, match="typed again"):
            mail_settings.change(told.installation, {**server, "host": "127.0.0.1"})
        monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.ca_file))
        told.run()
        post(told)

        assert mailbox.subjects == ["office: nothing new"]


def test_a_mail_server_that_is_slow_holds_up_nothing_else(told: Office, clock: FrozenClock, mailbox: Mailbox) -> None:
    """The scheduler sends on a thread of its own, one at a time."""
    begun: list[str] = []

    class Endless:
        """Under way for ever."""

        def is_alive(self) -> bool:
            """Always."""
            return True

        def join(self, timeout: float | None = None) -> None:
            """In vain."""

    def start(name: str, work: object) -> Endless:
        begun.append(name)
        return Endless()

    end = clock.now() + timedelta(minutes=21)
    serving.serve(told.installation, progress=SilentProgress(), should_stop=lambda: clock.now() >= end, start=start)

    assert [each for each in begun if each != "pruning"] == ["mail", "import office"]


def test_the_check_of_the_doctor(told: Office, mailbox: Mailbox) -> None:
    """Whether mail could be sent, without a mail being sent."""
    fine = delivering.check(told.installation)
    mail_settings.change(told.installation, {**server_of(mailbox), "port": 9})
    refused = delivering.check(told.installation)
    mail_settings.forget(told.installation)
    missing = delivering.check(told.installation)

    assert [(each.ok, each.stops_import, each.message) for each in (fine, refused, missing)] == [
        (True, False, "127.0.0.1 takes mail from Taskforce <taskforce@northlight.example>."),
        (False, False, "Nothing answers at 127.0.0.1:9."),
        (False, False, "No mail server is set, so nobody is told anything by mail."),
    ]
    assert mailbox.taken == []
