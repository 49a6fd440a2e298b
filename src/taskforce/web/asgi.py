"""The pages of an installation as an ASGI application: Django, and beside it the static files."""

from typing import cast

from django.core.asgi import get_asgi_application
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

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
    django = cast("ASGIApp", get_asgi_application())
    is_secure = installation.pages_url.startswith("https://")
    application.router.default = _over_https(django) if is_secure else django  # a Mount would miss line breaks
    application.state.installation = installation
    return application


def _over_https(inner: ASGIApp) -> ASGIApp:
    """Whoever ends TLS in front of Taskforce passes on plain HTTP: what people use is what the operator says."""

    async def over_https(scope: Scope, receive: Receive, send: Send) -> None:
        await inner({**scope, "scheme": "https"}, receive, send)

    return over_https
