"""The limit of a first load: sends again, to an empty Autotask, what an import has sent, and does nothing else.

    python -m benchmarks.bare_client CONNECTION_FILE BODIES_FILE

The bodies are those of the import's journal, in its order, as many at once to each endpoint as Taskforce sends. What an
import asks before and meanwhile is left out. Prints one line of JSON.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

AT_ONCE = 2
"""`taskforce.adapters.autotask.exchange.AT_ONCE`."""

BUNCH = 8
"""`taskforce.engine.applying.BUNCH`: a contact was sent when all but the latest so many companies were there."""

Post = tuple[str, str]
"""Path and body."""


def posts(journal: Sequence[dict[str, str]]) -> list[Post]:
    """What creates records, in the order of sending."""
    return [(each["path"], each["body"]) for each in journal if each["operation"] == "create"]


def send_all(client: httpx2.Client, sent: Sequence[Post]) -> None:
    """Keep so many of each endpoint under way, no contact before its company; a refusal ends it."""

    def send(post: Post) -> None:
        client.post(post[0], content=post[1].encode()).raise_for_status()

    with ThreadPoolExecutor(AT_ONCE) as for_companies, ThreadPoolExecutor(AT_ONCE) as for_contacts:
        companies, contacts = [], []
        for post in sent:
            if not post[0].endswith("/Contacts"):
                companies.append(for_companies.submit(send, post))
            else:
                for each in companies[-BUNCH - 1 : -BUNCH]:
                    each.result()
                contacts.append(for_contacts.submit(send, post))
        for each in [*companies, *contacts]:
            each.result()


def main() -> None:
    """Send, and tell how long it took."""
    known = json.loads(Path(sys.argv[1]).read_text())["autotask"]
    sent = [(path, body) for path, body in json.loads(Path(sys.argv[2]).read_text())]
    headers = {
        "UserName": known["username"],
        "Secret": known["secret"],
        "ApiIntegrationCode": known["integration_code"],
        "Content-Type": "application/json",
    }
    with httpx2.Client(base_url=known["url"], headers=headers, timeout=60) as client:
        begun, cpu = time.perf_counter(), time.process_time()
        send_all(client, sent)
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(json.dumps({"posts": len(sent), "wall_s": wall, "cpu_s": cpu}))


if __name__ == "__main__":
    main()
