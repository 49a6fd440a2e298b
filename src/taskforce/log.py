"""Logs: one line per event on standard error, with a stable `action` word; secrets and personal data never enter."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from taskforce.domain.run import Run

_SECRET_WORDS = ("secret", "password", "token", "key", "authorization", "assertion", "integrationcode")


def set_up_logging(level: str) -> None:
    """Logs of this level and above; `level` is a name such as "WARNING"."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            mask_secrets,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "action"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def log_end(run: Run) -> None:
    """How a run ended; how long Autotask takes for an answer bounds what an endpoint can carry (protocol 5)."""
    structlog.get_logger().info(
        "A run has ended",
        action="run_ended",
        run_id=run.id,
        status=run.status.value,
        autotask_calls=run.calls.autotask,
        autotask_seconds_per_call=run.autotask_seconds_per_call,
    )


def mask_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Whatever is named like a secret is masked, should one ever be logged."""
    return {
        name: "***" if any(word in name.casefold().replace("_", "") for word in _SECRET_WORDS) else value
        for name, value in event.items()
    }
