"""`taskforce secrets rotate`: another key by one command, while the pages are served."""

from taskforce.domain.audit import Deed
from taskforce.installation import Installation
from tests.end_to_end.cli.desk import Desk
from tests.support.vault import CONFIG, add_connection


def test_the_key_is_changed_and_noted(desk: Desk, installation: Installation) -> None:
    """It tells what becomes of backups and sessions; the installation that is open goes on."""
    add_connection("acme", installation.clock)
    before = installation.key_file.read_text()

    said = desk.run("secrets", "rotate")

    assert (said.status, said.err.count("✗")) == (0, 0)
    assert said.text.startswith(
        f"✓ 1 secret encrypted with a new key, the one of before is gone from {installation.home}"
    )
    assert "A backup made before can only be restored with the copy of the key file that belongs to it." in said.text
    assert before not in said.text
    assert installation.key_file.read_text() not in (before, said.text)
    assert installation.connection("acme") == CONFIG
    [entry] = installation.audit.latest(1)
    assert (entry.deed, entry.origin, entry.details) == (Deed.SECRETS_ROTATED, "command line", {"secrets": "1"})
