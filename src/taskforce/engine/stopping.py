"""Stopping early, between two steps, with everything kept."""

from taskforce.engine.job import Job


class Stopped(Exception):
    """A person asked the run to stop; not an error, and never seen outside the engine."""


def stop_if_asked(job: Job) -> None:
    """Asked at every checkpoint."""
    if job.should_stop():
        raise Stopped
