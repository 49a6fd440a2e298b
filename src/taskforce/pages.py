"""The pages of an installation, served on a thread of this process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn
from django.conf import settings
from django.utils.module_loading import import_string

from taskforce.errors import ConfigurationError

if TYPE_CHECKING:
    from taskforce.installation import Installation

APPLICATION = "taskforce.web.asgi.pages_of"
"""Named, not imported: the pages stand above whatever starts them."""

GRACE_SECONDS = 3
LONGEST_START_SECONDS = 30


@contextmanager
def serve_pages(installation: "Installation") -> Iterator[str]:
    """Serve until the end of the `with`, at the address that is yielded. ConfigurationError if the port is taken."""
    host, port = installation.pages_host, installation.pages_port
    settings.SECRET_KEY = installation.secret_for("pages")
    with _listening(host, port) as listener:
        config = uvicorn.Config(
            import_string(APPLICATION)(installation),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=list(installation.trusted_proxies),
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="pages", daemon=True)
        thread.start()
        try:
            server.wait_until_started()
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(GRACE_SECONDS + 2)


class _Server(uvicorn.Server):
    """Signals are whoever's who started it; it tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._has_started = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._has_started.set()

    def wait_until_started(self) -> None:
        """Return once it answers."""
        if not self._has_started.wait(LONGEST_START_SECONDS):
            raise ConfigurationError(["The pages did not start: see what the log says."])


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise ConfigurationError(
            [f"The pages cannot be served at {host}:{port} ({error.strerror}): set TASKFORCE_PAGES_PORT to another."]
        ) from None
    with listener:
        yield listener
