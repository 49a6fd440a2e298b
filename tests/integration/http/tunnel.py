"""A proxy on loopback that opens a tunnel to one port, whatever host it is asked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def tunnelling(to_port: int) -> Iterator[str]:
    """The address of a proxy that serves one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = threading.Thread(target=_tunnel, args=(listener, to_port), daemon=True)
        worker.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        worker.join()


def _tunnel(listener: socket.socket, to_port: int) -> None:
    inbound, _ = listener.accept()
    with inbound, socket.create_connection(("127.0.0.1", to_port)) as outbound:
        while not inbound.recv(65536).endswith(b"\r\n\r\n"):
            pass
        inbound.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_relay, args=(outbound, inbound), daemon=True)
        back.start()
        _relay(inbound, outbound)
        back.join()


def _relay(source: socket.socket, sink: socket.socket) -> None:
    try:
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
