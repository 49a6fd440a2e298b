"""What becomes of bytes that are changed or sent in pieces."""

from typing import Final

MOST_PIECES: Final = 50
_EVERY: Final = 8
_FLIPPED: Final = 0xA5


def garbled(data: bytes) -> bytes:
    """Every eighth byte is another, the first among them: what was JSON or XML is neither now, nor UTF-8."""
    return bytes(byte ^ _FLIPPED if place % _EVERY == 0 else byte for place, byte in enumerate(data))


def pieces(data: bytes) -> list[bytes]:
    """At most fifty pieces of about the same length; one at least, if need be an empty one."""
    length = max(1, -(-len(data) // MOST_PIECES))
    return [data[start : start + length] for start in range(0, len(data), length)] or [b""]
