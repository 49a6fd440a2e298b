"""The pages of an installation as an ASGI application: Django, and beside it the static files."""

from typing import cast

from django.core.asgi import get_asgi_application
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from taskforce.installation import Installation


def pages_of(installation: Installation) -> Starlette:
    """What `taskforce.pages` serves; views find the installation in its state."""
    application = Starlette(routes=[Mount("/static", StaticFiles(packages=[("taskforce.web", "static")]))])
    application.router.default = cast("ASGIApp", get_asgi_application())  # a Mount would miss paths with line breaks
    application.state.installation = installation
    return application
