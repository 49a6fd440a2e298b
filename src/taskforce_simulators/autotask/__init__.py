"""A simulator of an Autotask PSA database and its REST API V1.0. What is true to the original: FIDELITY.md."""

from taskforce_simulators.autotask.simulator import AutotaskSimulator

__all__ = ["AutotaskSimulator"]
