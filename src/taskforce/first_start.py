"""The first start: while nobody can sign in, whoever has the code that the log shows makes the first administrator."""

import base64
import hmac
import secrets
import threading
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=24)
"""How long a code is good for; a new start makes another."""


class SetUpCode:
    """80 random bits, good once, for this process and a day (ASVS 6.4.1); too many to be guessed."""

    def __init__(self, now: datetime) -> None:
        text = base64.b32encode(secrets.token_bytes(10)).decode()
        self.text = "-".join(text[at : at + 4] for at in range(0, len(text), 4))
        self._made_at = now
        self._is_used = False
        self._lock = threading.Lock()

    def take(self, given: str, now: datetime) -> bool:
        """Whether this is the code; it is good for nothing afterwards, unless it is given back."""
        is_right = hmac.compare_digest(_plain(given).encode(), _plain(self.text).encode())
        with self._lock:
            is_good = is_right and not self._is_used and timedelta(0) <= now - self._made_at < LIFETIME
            self._is_used = self._is_used or is_good
            return is_good

    def give_back(self) -> None:
        """It was taken, but made nobody an administrator."""
        with self._lock:
            self._is_used = False


def _plain(code: str) -> str:
    """Without what people add or leave out when they type it."""
    return "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
