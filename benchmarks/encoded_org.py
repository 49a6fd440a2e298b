"""A Salesforce whose pages of contacts were encoded before the first request, so that a reader alone is measured.

    python benchmarks/encoded_org.py RECORDS    prints its address, and serves until its input ends

What it answers is what `taskforce_simulators` would (its FIDELITY.md names the sources), for one object and any query:
pages of 2,000 by REST with gzip, a bulk job that is complete at once with sets of 10,000, and what clients ask before.
"""

import gzip
import json
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE, SET = 2000, 10_000
FIELDS = (
    *("Id", "SystemModstamp", "IsDeleted", "MasterRecordId", "FirstName", "LastName", "Title", "Email", "Phone"),
    *("MobilePhone", "OtherPhone", "Fax", "MailingStreet", "MailingCity", "MailingState", "MailingPostalCode"),
    *("MailingCountry", "AccountId"),
)
"""What Taskforce reads of a contact: the fields of its mapping (S26), and identity, order, deletion and merge."""

SOQL = f"SELECT {', '.join(FIELDS)} FROM Contact"  # noqa: S608 - SOQL
VERSION = "v66.0"
_BASE = f"/services/data/{VERSION}"
_CITIES = ("Springfield", "Göteborg", "São Paulo", "Portland", "Kraków")


def contact(number: int) -> dict[str, object]:
    """One contact in the order of FIELDS; stamps rise, so that pages are in order."""
    stamp = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    return {
        "Id": f"003Hn{number:010d}AAA",
        "SystemModstamp": stamp.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "IsDeleted": False,
        "MasterRecordId": None,
        "FirstName": f"First {number % 911}",
        "LastName": f"Last {number}",
        "Title": None if number % 3 else "Head of Purchasing",
        "Email": f"first.last{number}@customer{number % 5000}.example",
        "Phone": f"+1 555 {number % 10_000_000:07d}",
        "MobilePhone": None if number % 2 else f"+1 556 {number % 10_000_000:07d}",
        "OtherPhone": None,
        "Fax": None,
        "MailingStreet": f"{number % 997} Main Street\nFloor {number % 9}",
        "MailingCity": _CITIES[number % len(_CITIES)],
        "MailingState": "OR" if number % 4 else None,
        "MailingPostalCode": f"{number % 99_999:05d}",
        "MailingCountry": "United States",
        "AccountId": f"001Hn{number % 5000:010d}AAA",
    }


def rest_pages(count: int) -> Iterator[bytes]:
    """The pages of a query, each compressed."""
    for start in range(0, count, PAGE):
        end = min(start + PAGE, count)
        page: dict[str, object] = {"totalSize": count, "done": end == count}
        if end < count:
            page["nextRecordsUrl"] = f"{_BASE}/query/0r8Hn0000000001IAC-{end}"
        page["records"] = [_with_attributes(contact(number)) for number in range(start, end)]
        yield gzip.compress(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def bulk_sets(count: int) -> Iterator[bytes]:
    """The sets of results of a job, each compressed."""
    header = ",".join(f'"{name}"' for name in FIELDS) + "\n"
    for start in range(0, count, SET):
        lines = [_line(contact(number)) for number in range(start, min(start + SET, count))]
        yield gzip.compress((header + "".join(lines)).encode(), 6)


def _with_attributes(record: dict[str, object]) -> dict[str, object]:
    return {"attributes": {"type": "Contact", "url": f"{_BASE}/sobjects/Contact/{record['Id']}"}, **record}


def _line(record: dict[str, object]) -> str:
    texts = ("" if value is None else str(value).replace("False", "false") for value in record.values())
    return ",".join(f'"{text}"' for text in texts).replace("+0000", "Z") + "\n"


class EncodedOrg(ThreadingHTTPServer):
    """Answers by path."""

    def __init__(self, count: int) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.count = count
        self.pages, self.sets = list(rest_pages(count)), list(bulk_sets(count))
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EncodedOrg

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        tail = asked.path.removeprefix(_BASE)
        if tail.startswith(("/query", "/queryAll")) and "jobs" not in tail:
            self._send(self.server.pages[int(asked.path.partition("-")[2] or 0) // PAGE])
        elif tail.endswith("/results"):
            self._set(int(parse_qs(asked.query).get("locator", ["0"])[0]))
        elif tail.startswith("/jobs/query/"):
            self._json(self._job())
        elif tail.endswith("/describe"):
            types = {"IsDeleted": "boolean", "SystemModstamp": "datetime"}
            self._json({"name": "Contact", "fields": [{"name": n, "type": types.get(n, "string")} for n in FIELDS]})
        elif asked.path == "/services/data":
            self._json([{"label": "Spring '26", "url": _BASE, "version": VERSION[1:]}])
        else:
            self._json([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], 404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/services/oauth2/token"):
            url = self.server.address
            self._json(
                {"access_token": "t", "instance_url": url, "id": f"{url}/id/00DHn0000000001MAA/005Hn0000000001IAA"}
            )
        else:
            self._json(self._job())

    def do_DELETE(self) -> None:
        self.send_response(204)
        self.end_headers()

    def _job(self) -> dict[str, object]:
        return {"id": "750Hn0000000001IAA", "state": "JobComplete", "numberRecordsProcessed": self.server.count}

    def _set(self, place: int) -> None:
        """The job holds every record, those of a first page by REST once more: the query is not looked at."""
        following = place + 1
        is_last = following == len(self.server.sets)
        length = min(SET, self.server.count - place * SET)
        self._send(
            self.server.sets[place],
            media_type="text/csv",
            headers={"Sforce-NumberOfRecords": str(length), "Sforce-Locator": "null" if is_last else str(following)},
        )

    def _json(self, document: object, status: int = 200) -> None:
        self._send(gzip.compress(json.dumps(document).encode()), status)

    def _send(
        self,
        compressed: bytes,
        status: int = 200,
        *,
        media_type: str = "application/json;charset=UTF-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        is_gzip = "gzip" in self.headers.get("Accept-Encoding", "")
        body = compressed if is_gzip else gzip.decompress(compressed)
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if is_gzip:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Sforce-Limit-Info", "api-usage=18/1000000")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def main() -> None:
    """Serve until the input ends."""
    server = EncodedOrg(int(sys.argv[1]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
