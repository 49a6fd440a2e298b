"""The pages of an installation as an ASGI application: Django, and beside it the static files."""

from typing import cast

from django.core.asgi import get_asgi_application
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from taskforce.installation import Installation


class _Files(StaticFiles):
    """Starlette's, each taken for what it says it is (ASVS 3.4.4)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or that there is none."""
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def pages_of(installation: Installation) -> Starlette:
    """What `taskforce.pages` serves; views find the installation in its state."""
    application = Starlette(routes=[Mount("/static", _Files(packages=[("taskforce.web", "static")]))])
    application.router.default = cast("ASGIApp", get_asgi_application())  # a Mount would miss paths with line breaks
    application.state.installation = installation
    return application
