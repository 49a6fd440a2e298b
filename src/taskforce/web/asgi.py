"""The pages as an ASGI application; `taskforce.pages` serves it."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
