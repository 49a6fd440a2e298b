"""Log lines: one event each, without what is secret (ASVS 16.2.5, 16.4.1)."""

import logging

import pytest
import structlog

from taskforce.log import set_up_logging


def test_no_event_makes_two_lines_or_shows_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands in a value; what is named like a secret is masked."""
    before = structlog.get_config()
    set_up_logging(logging.getLevelName(logging.INFO))

    structlog.get_logger().info("It\nwas", action="tried", name="x\r\nlevel='info'\x1b[2J", client_secret="open sesame")
    structlog.configure(**before)
    said = capsys.readouterr().err

    assert said.count("\n") == 1
    assert said.endswith("action='tried' name=\"x\\r\\nlevel='info'\\x1b[2J\" client_secret='***' event='It\\nwas'\n")
