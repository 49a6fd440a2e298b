"""The pages as an ASGI application, which `taskforce.pages` serves: Django, and beside it the static files."""

from typing import cast

from django.core.asgi import get_asgi_application
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

application = Starlette(
    routes=[
        Mount("/static", StaticFiles(packages=[("taskforce.web", "static")])),
        Mount("/", cast("ASGIApp", get_asgi_application())),
    ]
)
