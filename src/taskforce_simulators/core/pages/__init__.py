"""The pages at `/`: look at, search and edit a simulator's records in a browser."""

from taskforce_simulators.core.pages.site import page_routes

__all__ = ["page_routes"]
