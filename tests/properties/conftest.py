"""Hypothesis as it is used here: nothing is timed, nothing is left on disk."""

from hypothesis import HealthCheck, settings

settings.register_profile("taskforce", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("taskforce")
