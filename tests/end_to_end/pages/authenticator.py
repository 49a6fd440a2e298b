"""The app on a person's telephone, of RFC 6238, written anew so that it shares nothing with what it is compared to."""

import base64
import hmac
import re
import struct
import time

import httpx2

STEP_SECONDS = 30


def secret_in(answer: httpx2.Response) -> str:
    """The text that the page shows for the app."""
    found = re.search(r'<code class="tf-secret">([A-Z2-7 ]+)</code>', answer.text)
    assert found is not None
    return found.group(1).replace(" ", "")


def code(secret: str, *, steps: int = 0) -> str:
    """What the app shows, or showed or will show so many steps of half a minute from now."""
    counter = struct.pack(">Q", int(time.time()) // STEP_SECONDS + steps)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def codes_in(answer: httpx2.Response) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li><code>(\d+)</code></li>", answer.text)
