"""Imports that are processes of their own, killed at random moments and resumed (protocol 2)."""

import signal
from pathlib import Path

import pytest

from taskforce_simulators.serving import start_pair
from tests.end_to_end.kills import Scene, survive


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_killed_import_is_resumed(seed: int) -> None:
    """Everything stands in Autotask exactly once and as in Salesforce, whenever the process was killed."""
    tale = survive(seed)

    assert tale.kills == 1


def test_a_terminated_import_leaves_no_write_open(tmp_path: Path) -> None:
    """SIGTERM ends an import between two requests: no write is left as sent, and the next import goes on."""
    with start_pair(scenario="empty") as pair:
        scene = Scene(pair, tmp_path, 1)
        scene.end_early(20, signal.SIGTERM)

        assert scene.intents("sent") == 0
        scene.resume()
        scene.check()
