"""What people do to a connection while an import of it is under way."""

import signal

from tests.end_to_end.cli.desk import Desk, ending, next_line
from tests.end_to_end.cli.gate import LONGEST, Gate, send_through
from tests.end_to_end.cli.test_cli_import import AtTheFirstPhase
from tests.end_to_end.office import NAME, Office


def test_a_connection_is_not_removed_under_an_import(desk: Desk, office: Office, gate: Gate) -> None:
    """It is refused as long as the import runs, which ends well."""
    office.account(Name="Company 01")
    send_through(gate, office)
    gate.shut(b"Company 01")

    with desk.start("import", NAME, "--json") as process:
        gate.wait()
        removed = desk.run("connections", "remove", NAME, "--yes")
        gate.open()
        said = ending(process)

    assert (removed.status, removed.is_tidy) == (2, True)
    assert (said.status, said.is_tidy, said.document["status"]) == (0, True, "done")


def test_a_signal_ends_the_wait_for_another_import(desk: Desk, office: Office, gate: Gate) -> None:
    """Who waits for an import can be stopped before that ends."""
    office.account(Name="Company 01")
    send_through(gate, office)
    gate.shut(b"Company 01")

    with desk.start("import", NAME, "--json") as first:
        gate.wait()
        with desk.start("import", NAME, "--json") as second:
            next_line(second.stderr)
            second.send_signal(signal.SIGTERM)
            try:
                status = second.wait(timeout=LONGEST / 2)
            finally:
                gate.open()
        said = ending(first)

    assert (status, said.status, said.document["status"]) == (2, 0, "done")


def test_settings_changed_while_reading_take_effect_at_the_next_import(desk: Desk, office: Office) -> None:
    """Those that concern all records have all of them looked at again, whenever they were changed."""
    for number in range(3):
        office.account(Name=f"Company {number}")
    office.control("salesforce", "clock", advance_seconds=3600)
    desk.run("import", NAME)
    progress = AtTheFirstPhase(act=lambda: office.settings(clear_blanks=False))
    office.installation.run_import(NAME, progress=progress, should_stop=lambda: False)

    document = desk.run("import", NAME, "--json").document

    assert document["companies"]["unchanged"] == 3


def test_settings_changed_between_imports_take_effect_at_the_next(desk: Desk, office: Office) -> None:
    """All records are looked at again, and those that stay as they are cost Autotask nothing."""
    for number in range(3):
        office.account(Name=f"Company {number}")
    office.control("salesforce", "clock", advance_seconds=3600)
    desk.run("import", NAME)
    quiet = desk.run("import", NAME, "--json").document
    desk.give({"settings": {"overflow": "refuse"}}, "connections", "edit", NAME)

    document = desk.run("import", NAME, "--json").document

    assert (quiet["companies"]["unchanged"], document["companies"]["unchanged"]) == (0, 3)
    assert document["calls"]["autotask"] == 0


def test_a_row_that_somebody_else_stores_meanwhile_is_not_undone(desk: Desk, office: Office, gate: Gate) -> None:
    """Rows are stored together: who has read them before is told, and what the other stored stays."""
    send_through(gate, office)
    gate.shut(b"entityInformation")

    with desk.start("mapping", NAME, "set", "account", "fax", "--wins", "never", "--yes") as process:
        gate.wait()
        other = desk.run("mapping", NAME, "set", "contact", "title", "--wins", "never", "--yes")
        gate.open()
        said = ending(process)

    assert (other.status, said.status) == (0, 2)
    assert "✗ This connection was changed meanwhile, by somebody or in another window." in said.text
    assert [each.changed for each in office.installation.mappings.versions(NAME)] == ["contact.title"]
