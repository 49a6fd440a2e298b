"""A proxy on loopback before a server of this machine, which lets things go wrong on the way.

It knows where an HTTP message ends and nothing else of it; what a server does is for the server's own faults. A server
that hands out its own address is told the proxy's (`simulator.public_url = proxy.url`), or clients go around it.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from taskforce_simulators.core.mangling import garbled, pieces
from taskforce_simulators.core.mishaps import Mishap, MishapAction, Way
from taskforce_simulators.core.orders import Orders

LOOPBACK: Final = "127.0.0.1"
_RESET: Final = struct.pack("ii", 1, 0)
"""Linger for no time: the connection is reset instead of closed."""

_CHUNK: Final = 1 << 16
_BODILESS: Final = frozenset({b"204", b"304"})


@dataclass(frozen=True, slots=True)
class _Passage:
    """One message on its way; the client is the sender or the receiver."""

    message: bytes
    client: socket.socket
    receiver: socket.socket
    mishap: Mishap


class Proxy:
    """Passes requests and answers on, a thread per connection; `mishaps` are what is to go wrong. Stops cleanly."""

    def __init__(self, listener: socket.socket, port: int) -> None:
        self.mishaps: Orders[Mishap] = Orders()
        self.requests = 0
        """How many requests have come in whole."""

        self.port: int = listener.getsockname()[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._listener = listener
        self._target = (LOOPBACK, port)
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._passing: dict[MishapAction, Callable[[_Passage], bool]] = {
            "cut": self._cut,
            "reset": self._reset,
            "drop": self._drop,
            "delay": self._delay,
            "garble": self._garble,
            "half_close": self._half_close,
            "trickle": self._trickle,
        }

    def start(self) -> None:
        """Accept connections from now on."""
        self._begin(self._accept)

    def stop(self) -> None:
        """Close every connection and wait for the threads."""
        self._stopping.set()
        with self._lock:
            for each in (self._listener, *self._sockets):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:  # the first is the one that begins the others
            thread.join()

    def _begin(self, act: Callable[..., None], *given: socket.socket) -> None:
        thread = threading.Thread(target=act, args=given, name=f"proxy {self.port}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._stopping.is_set():
                client, _ = self._listener.accept()
                self._begin(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        """One connection, until one side hangs up or a mishap ends it."""
        with ExitStack() as closing, suppress(OSError):
            self._keep(client, closing)
            if not self._pass_on(b"", client, client, self._mishap("connection", b"")):
                return
            server = socket.create_connection(self._target)
            self._keep(server, closing)
            while self._exchange(client, server):
                pass

    def _keep(self, connection: socket.socket, closing: ExitStack) -> None:
        """Have a connection closed at the end of its thread, and at the latest when the proxy stops."""
        closing.enter_context(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            if self._stopping.is_set():
                raise OSError("the proxy stops")
            self._sockets.add(connection)
        closing.callback(self._let_go, connection)

    def _let_go(self, connection: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(connection)

    def _exchange(self, client: socket.socket, server: socket.socket) -> bool:
        """One request and its answer; whether the connection goes on."""
        request, goes_on = _message(client)
        if not goes_on:
            server.sendall(request)
            return False
        with self._lock:
            self.requests += 1
        if not self._pass_on(request, client, server, self._mishap("request", request)):
            return False
        answer, goes_on = _message(server)
        return self._pass_on(answer, client, client, self._mishap("answer", request)) and goes_on

    def _mishap(self, way: Way, request: bytes) -> Mishap | None:
        return self.mishaps.take_first(lambda mishap: mishap.way == way and mishap.contains in request)

    def _pass_on(self, message: bytes, client: socket.socket, receiver: socket.socket, mishap: Mishap | None) -> bool:
        if mishap is None:
            receiver.sendall(message)
            return True
        return self._passing[mishap.action](_Passage(message, client, receiver, mishap))

    def _cut(self, passage: _Passage) -> bool:
        passage.receiver.sendall(passage.mishap.first_of(passage.message))
        return False

    def _reset(self, passage: _Passage) -> bool:
        passage.receiver.sendall(passage.mishap.first_of(passage.message))
        passage.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        return False

    def _drop(self, passage: _Passage) -> bool:
        _wait_for_the_end(passage.client)
        return False

    def _delay(self, passage: _Passage) -> bool:
        self._stopping.wait(passage.mishap.seconds)
        passage.receiver.sendall(passage.message)
        return True

    def _garble(self, passage: _Passage) -> bool:
        passing = passage.mishap.first_of(passage.message)
        passage.receiver.sendall(passing + garbled(passage.message[len(passing) :]))
        return True

    def _half_close(self, passage: _Passage) -> bool:
        passage.receiver.sendall(passage.mishap.first_of(passage.message))
        passage.receiver.shutdown(socket.SHUT_WR)
        if passage.mishap.way == "request":
            return True  # the server may answer still
        _wait_for_the_end(passage.client)
        return False

    def _trickle(self, passage: _Passage) -> bool:
        sent = pieces(passage.message)
        for piece in sent:
            passage.receiver.sendall(piece)
            self._stopping.wait(passage.mishap.seconds / len(sent))
        return True


@contextmanager
def proxy_before(port: int) -> Iterator[Proxy]:
    """A proxy before the server on this port of this machine."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        proxy = Proxy(listener, port)
        proxy.start()
        try:
            yield proxy
        finally:
            proxy.stop()


def _wait_for_the_end(connection: socket.socket) -> None:
    while connection.recv(_CHUNK):
        pass


def _message(sender: socket.socket) -> tuple[bytes, bool]:
    """One HTTP message as far as it comes, and whether another can follow. Answers to HEAD are not understood."""
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        if not (piece := sender.recv(_CHUNK)):
            return bytes(data), False
        data += piece
    lines = bytes(data[:end]).lower().split(b"\r\n")
    lengths = [int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")]
    chunked = any(line.startswith(b"transfer-encoding:") and b"chunked" in line for line in lines)
    until_closed = not lengths and not chunked and _has_a_body(lines[0])
    whole = end + 4 + (lengths[0] if lengths else 0)
    while until_closed or len(data) < whole or (chunked and not data.endswith(b"0\r\n\r\n")):
        if not (piece := sender.recv(_CHUNK)):
            return bytes(data), False
        data += piece
    return bytes(data), True


def _has_a_body(first_line: bytes) -> bool:
    """Whether a message of unknown length has a body: an answer has, but for some statuses; a request has none."""
    return first_line.startswith(b"http/") and first_line.split()[1] not in _BODILESS
