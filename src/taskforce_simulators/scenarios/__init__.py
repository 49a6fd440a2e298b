"""Ready-made data for both simulators that belongs together."""

from taskforce_simulators.scenarios.scenario import Scenario, UnknownScenarioError, build

__all__ = ["Scenario", "UnknownScenarioError", "build"]
