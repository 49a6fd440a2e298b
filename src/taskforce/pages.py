"""The pages of an installation, served on a thread of this process."""

import errno
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

_OF_THE_PORT = (errno.EADDRINUSE, errno.EACCES, errno.EPERM)
"""Taken, or one that only root may have; anything else is wrong with the address."""


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
            yield f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
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
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        what, is_port = str(error.strerror).partition(" (")[0], error.errno in _OF_THE_PORT
        mend = "TASKFORCE_PAGES_PORT to another" if is_port else "TASKFORCE_PAGES_HOST to an address of this machine"
        raise ConfigurationError([f"The pages cannot be served at {host}, port {port} ({what}): set {mend}."]) from None
    with listener:
        yield listener
