"""A server on loopback that does what a test tells it to, answer by answer."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
CUT = b""
"""No answer: the connection is closed."""

BROKEN_TLS = b"not a TLS record at all, but plain text"
SILENCE = b"(silence)"
"""No answer, and the connection stays open."""


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole HTTP answer; header names are written with underscores."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(slots=True)
class ScriptedServer:
    """Answers each request with the next line of its script; the last line is repeated."""

    port: int
    scheme: str = "http"
    script: Sequence[bytes] = (OK,)
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}/"

    def take(self, request: bytes) -> bytes:
        """The answer to a request that has come in."""
        self.requests.append(request)
        return self.script[min(len(self.requests), len(self.script)) - 1]


@contextmanager
def serving(certificate: tuple[Path, Path] | None = None) -> Iterator[ScriptedServer]:
    """Serve until the end of the block; with a certificate and its key, by TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
    if context is not None and certificate is not None:
        context.load_cert_chain(*certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = ScriptedServer(port=listener.getsockname()[1], scheme="https" if context else "http")
        worker = threading.Thread(target=_serve, args=(listener, server, context), daemon=True)
        worker.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            worker.join()


def _serve(listener: socket.socket, server: ScriptedServer, context: ssl.SSLContext | None) -> None:
    """One connection after the other, each for one request."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        try:
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
            _converse(connection, server)
        except OSError:
            pass
        finally:
            connection.close()


def _converse(connection: socket.socket, server: ScriptedServer) -> None:
    request = _received(connection)
    if not request:
        return
    reply = server.take(request)
    if reply is SILENCE:
        connection.recv(1)
    elif reply is BROKEN_TLS:
        os.write(connection.fileno(), reply)
    elif reply:
        connection.sendall(reply.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))


def _received(connection: socket.socket) -> bytes:
    """The head of a request and as much of a body as it announces; what is no HTTP is taken as it comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return b""
        data += chunk
        if not data[:1].isalpha():
            return data
    head, _, body = data.partition(b"\r\n\r\n")
    announced = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(announced[0].split(b":")[1]) if announced else 0
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
