"""The limit: httpx2 and msgspec, typed, nothing kept."""

import sys

import httpx2
import msgspec
from benchmarks.encoded_org import FIELDS, SOQL, VERSION
from benchmarks.peers.figures import Stopwatch

Contact = msgspec.defstruct("Contact", [(name, str | bool | None) for name in FIELDS])
Page = msgspec.defstruct("Page", [("records", list[Contact]), ("nextRecordsUrl", str | None, None)])  # type: ignore[valid-type]
PAGE_DECODER = msgspec.json.Decoder(Page)


def main() -> None:
    """Every page, decoded and dropped."""
    count = 0
    with httpx2.Client(base_url=sys.argv[1], headers={"Accept-Encoding": "gzip"}) as client:
        watch = Stopwatch()
        following = f"/services/data/{VERSION}/query?q={SOQL}"
        while following is not None:
            page = PAGE_DECODER.decode(client.get(following).content)
            count += len(page.records)
            following = page.nextRecordsUrl
    watch.report(count)


if __name__ == "__main__":
    main()
