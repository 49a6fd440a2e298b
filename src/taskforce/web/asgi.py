"""The pages of an installation as an ASGI application: Django, and beside it the static files."""

from typing import cast

from django.core.asgi import get_asgi_application
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from taskforce.installation import Installation


def pages_of(installation: Installation) -> Starlette:
    """What `taskforce.pages` serves; views find the installation in its state."""
    application = Starlette(routes=[Mount("/static", StaticFiles(packages=[("taskforce.web", "static")]))])
    django = cast("ASGIApp", get_asgi_application())
    is_secure = installation.pages_url.startswith("https://")
    application.router.default = (
        _over_https(django) if is_secure else django
    )  # a Mount would miss paths with line breaks
    application.state.installation = installation
    return application


def _over_https(inner: ASGIApp) -> ASGIApp:
    """Whoever ends TLS in front of Taskforce passes on plain HTTP: what people use is what the operator says."""

    async def over_https(scope: Scope, receive: Receive, send: Send) -> None:
        await inner({**scope, "scheme": "https"}, receive, send)

    return over_https
