"""A way into a server that can be shut at a chosen request, so that a test acts in the middle of an import."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.end_to_end.office import NAME, Office

LONGEST = 60
"""Seconds after which a test has failed."""


class Gate:
    """Passes requests on to a server of this machine, but holds up those it is shut for, or their answers."""

    def __init__(self, listener: socket.socket, port: int) -> None:
        self._listener = listener
        self._port = port
        self._pieces: set[bytes] = set()
        self._holds_answer = False
        self._arrived = threading.Semaphore(0)
        self._opened = threading.Event()

    @property
    def url(self) -> str:
        """Where the way in is."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def shut(self, *pieces: bytes, holds_answer: bool = False) -> None:
        """Hold up the first request with each of these pieces, or its answer once it was carried out."""
        self._pieces, self._holds_answer = set(pieces), holds_answer

    def wait(self) -> None:
        """Return when one more request is held up."""
        assert self._arrived.acquire(timeout=LONGEST), "the request never came"

    def open(self, *, then: bytes | None = None) -> None:
        """Let it pass, and hold up the next request with another piece, if one is given."""
        opened = self._opened
        if then is not None:
            self._opened = threading.Event()
            self.shut(then)
        opened.set()

    def serve(self) -> None:
        """Accept until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        """One connection: each request goes in and its answer comes out before the next, until one side hangs up."""
        with client, socket.create_connection(("127.0.0.1", self._port)) as server, suppress(OSError):
            while request := _message(client):
                held = {piece for piece in self._pieces if piece in request}
                self._pieces -= held
                if held and not self._holds_answer:
                    self._hold()
                server.sendall(request)
                answer = _message(server)
                if held and self._holds_answer:
                    self._hold()
                client.sendall(answer)

    def _hold(self) -> None:
        opened = self._opened
        self._arrived.release()
        opened.wait(LONGEST)


def _message(sender: socket.socket) -> bytes:
    """One HTTP message with its body, whose length its head tells; nothing when the sender hangs up."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += (piece := sender.recv(1 << 16))
        if not piece:
            return b""
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = (int(lengths[0]) if lengths else 0) - len(body)
    while missing > 0 and (piece := sender.recv(missing)):
        data, missing = data + piece, missing - len(piece)
    return data


@contextmanager
def gate_before(port: int) -> Iterator[Gate]:
    """A gate before the server on this port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gate = Gate(listener, port)
        threading.Thread(target=gate.serve, daemon=True).start()
        yield gate
        gate.open()
        listener.shutdown(socket.SHUT_RDWR)


def send_through(gate: Gate, office: Office) -> None:
    """Let Taskforce reach Autotask by this gate; a create in doubt is looked at by the next import."""
    office.control("autotask", "settings", zone_url=f"{gate.url}/ATServicesRest/")
    office.installation.book.edit(NAME, {"autotask": {"url": gate.url}, "settings": {"create_settle_seconds": 0}})
