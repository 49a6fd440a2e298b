"""Two connections that reach the same two systems by other users: each would create every record once more."""

from dataclasses import replace

from taskforce.connection_config import ConnectionConfig
from taskforce.domain.run import RunStatus
from tests.end_to_end.office import NAME, Office, SilentProgress

ANOTHER_USER = "second@northlight.example"


def second(office: Office, **settings: object) -> ConnectionConfig:
    """A connection whose Autotask user is another one."""
    office.pair.autotask.change_settings({"username": ANOTHER_USER, **settings})
    return ConnectionConfig.of(office.pair.connection())


def imported(office: Office, name: str, *, dry: bool = False) -> tuple[RunStatus, str]:
    """How an import of one connection ends."""
    run = office.installation.run_import(name, is_dry_run=dry, progress=SilentProgress(), should_stop=lambda: False)
    return run.status, run.message


def test_another_user_of_the_same_database_imports_nothing(office: Office) -> None:
    """It is known at the first import, before anything is planned; the message names the connection that stands."""
    office.account()
    assert imported(office, NAME)[0] is RunStatus.DONE
    before = office.pair.autotask.records("Companies")
    office.installation.book.add("again", second(office))

    ended = imported(office, "again")

    message = (
        f"The connection {NAME} pairs the same Salesforce org with the same Autotask database, by other addresses or "
        "users; a second one would create records twice, so nothing was imported. Remove this connection, and edit "
        f"{NAME} if another user is to sign in."
    )
    assert ended == (RunStatus.COULD_NOT_RUN, message)
    assert imported(office, "again") == ended
    assert office.pair.autotask.records("Companies") == before
    assert office.installation.stores("again").schemas.target() is None


def test_metadata_that_was_read_before_the_first_import_tells_as_well(office: Office) -> None:
    """Autotask may have been prepared (S10) before Salesforce was ever asked."""
    office.account()
    assert imported(office, NAME)[0] is RunStatus.DONE
    office.installation.book.add("again", second(office))
    office.installation.prepare_autotask("again")

    status, message = imported(office, "again")

    assert (status, message.split(" pairs ")[0]) == (RunStatus.COULD_NOT_RUN, f"The connection {NAME}")


def test_another_database_is_another_pair(office: Office) -> None:
    """The same user names and addresses tell nothing: the number of the database does."""
    office.account()
    assert imported(office, NAME)[0] is RunStatus.DONE
    office.installation.book.add("other", second(office, database_id=101))

    assert imported(office, "other")[0] is RunStatus.DONE


def test_connections_from_before_are_told_apart_at_their_next_look(office: Office) -> None:
    """What an earlier version stored says nothing of the database; who reads metadata first goes on."""
    office.account()
    assert imported(office, NAME)[0] is RunStatus.DONE
    schemas, first_user = office.installation.stores(NAME).schemas, office.pair.autotask.credentials()["username"]
    known = schemas.target()
    assert known is not None
    schemas.put_target(replace(known, database_id=""))
    office.installation.book.add("again", second(office))
    assert imported(office, "again")[0] is RunStatus.DONE

    office.pair.autotask.change_settings({"username": first_user})
    schemas.expire()
    status, message = imported(office, NAME)

    assert (status, message.split(" pairs ")[0]) == (RunStatus.COULD_NOT_RUN, "The connection again")
