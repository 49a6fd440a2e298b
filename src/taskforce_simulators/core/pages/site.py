"""The routes of the pages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

if TYPE_CHECKING:
    from taskforce_simulators.core.server import Simulator


def page_routes(simulator: "Simulator") -> Sequence[BaseRoute]:
    """The pages of a simulator, under `/` and `/__page__`."""
    return []
