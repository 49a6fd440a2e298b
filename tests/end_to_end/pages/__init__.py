"""The pages over HTTP: both simulators, the scheduler and a visitor who keeps cookies."""
