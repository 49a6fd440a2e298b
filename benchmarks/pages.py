"""How long the pages take with 100,000 records, changes of a run and audit entries; the limit is 300 ms each.

python -m benchmarks.pages [NUMBER]

Real pages on a real socket, looked at by an administrator who has signed in; the time is that until the whole page has
come, the median of a few, and beside it what this process computed meanwhile (the asking included), which other work on
the machine does not lengthen. What programs ask is left out. On a database of its own, which is gone afterwards.
Figures are printed, not asserted.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.records import fill

if TYPE_CHECKING:
    from httpx2 import Response
    from tests.end_to_end.pages.visitor import Visitor

    from taskforce.installation import Installation

NUMBER, REPEATED, LIMIT = 100_000, 5, 300.0
NAME = "benchmark"
AT_ONCE = 1000


def main(number: int) -> None:
    """Fill a database, look at every page, and print the times."""
    from taskforce_simulators.serving import start_pair

    with ExitStack() as closing:
        home = closing.enter_context(tempfile.TemporaryDirectory(prefix="taskforce-benchmark-"))
        os.environ.update(TASKFORCE_HOME=home, TASKFORCE_ALLOWED_HOSTS="127.0.0.1,localhost", TASKFORCE_PAGES_PORT="0")
        pair = closing.enter_context(start_pair(scenario="empty"))
        from taskforce.bootstrap import open_installation
        from taskforce.connection_config import ConnectionConfig
        from taskforce.pages import serve_pages

        here = closing.enter_context(open_installation())
        here.book.add(NAME, ConnectionConfig.of(pair.connection()))
        fill(number)
        run_id = _a_run(here, number)
        undo_id = _a_run(here, number, undoes=run_id)
        _deeds(here, number)
        visitor = closing.enter_context(_administrator(here, closing.enter_context(serve_pages(here))))
        print(f"{number:,} records, {number:,} changes of one run; the limit is {LIMIT:.0f} ms\n")
        for page, ask in _pages(visitor, run_id, undo_id).items():
            took, computed = _medians(ask)
            share = f"{took / LIMIT:5.2f} of the limit"
            print(f"{page:30} {took:7.0f} ms   {share}   {computed:7.0f} ms computing", flush=True)


def _administrator(here: "Installation", address: str) -> "Visitor":
    from tests.end_to_end.pages.visitor import PASSWORD, Visitor

    from taskforce.domain.roles import Role

    now = here.clock.now()
    here.users.add("helen", role=Role.ADMINISTRATOR, password=PASSWORD, full_name="", email="", now=now)
    visitor = Visitor(address)
    visitor.sign_in("helen")
    return visitor


def _deeds(here: "Installation", number: int) -> None:
    """As many entries of the audit, each with a detail."""
    from django.db import transaction

    from taskforce.domain.audit import Deed

    with transaction.atomic():
        for each in range(number):
            here.audit.add(
                Deed.SIGNED_IN,
                who=f"user {each % 50}",
                origin="192.0.2.7",
                now=here.clock.now(),
                details={"by": str(each)},
            )


def _a_run(here: "Installation", number: int, undoes: int | None = None) -> int:
    """An import that changed every record, with a remark, and failed for one in a hundred; or its undo, previewed."""
    from dataclasses import replace

    from tests.builders import NOON, account_id

    from taskforce.domain import changes
    from taskforce.domain.diffing import FieldChange
    from taskforce.domain.match_rules import Keys
    from taskforce.domain.outcome import Outcome, OutcomeKind
    from taskforce.domain.reasons import Note, Reason
    from taskforce.domain.records import Entity, TargetId
    from taskforce.domain.run import RunKind, RunStatus, Undoing

    stores, now = here.stores(NAME), here.clock.now()
    if undoes is None:
        run = stores.runs.start(RunKind.IMPORT, is_dry_run=False, now=now)
    else:
        run = stores.runs.start(RunKind.UNDO, is_dry_run=True, now=now, undoes=Undoing(run_id=undoes))
    ended = (
        Outcome(kind=OutcomeKind.FAILED, reason=Reason.REJECTED, detail="The value is not valid."),
        Outcome(kind=OutcomeKind.UPDATED, reason=Reason.CHANGED),
    )
    for start in range(1, number + 1, AT_ONCE):
        updates = [
            changes.Update(
                subject=changes.Subject(
                    entity=Entity.COMPANY, source_id=account_id(each), name=f"Works {each}", modified_at=NOON
                ),
                reason=Reason.CHANGED,
                basis=changes.Basis(keys=Keys(match=f"m{each}", name=f"n{each}"), fingerprint=f"f{each}"),
                target_id=TargetId(each),
                notes=(Note(reason=Reason.STAND_IN, field="phone"),),
                field_changes=(FieldChange(field="phone", before="312-555-0100", after="312-555-0199"),),
            )
            for each in range(start, start + AT_ONCE)
        ]
        stores.plan(run.id).add([(update, ended[min(1, update.target_id % 100)]) for update in updates])
    stores.runs.finish(replace(run, status=RunStatus.DONE_WITH_FAILURES, digest="0", finished_at=here.clock.now()))
    return run.id


def _pages(visitor: "Visitor", run_id: int, undo_id: int) -> Mapping[str, Callable[[], "Response"]]:
    """How each page is asked for, by its name."""
    paths = {page: partial(visitor.get, path) for page, path in _paths(run_id, undo_id).items()}
    find = partial(visitor.send, "/admin/privacy/find/")
    return {
        **paths,
        "privacy, somebody found": partial(find, email="p49999@w.example"),
        "privacy, nobody found": partial(find, email="nobody@w.example"),
    }


def _paths(run_id: int, undo_id: int) -> Mapping[str, str]:
    from tests.builders import account_id

    extension = "/admin/extensions/other/salesforce/"
    return {
        "dashboard": "/",
        "progress": f"/connections/{NAME}/progress/",
        "runs": "/runs/",
        "a run": f"/runs/{run_id}/",
        "a run, the last page": f"/runs/{run_id}/?page=999999",
        "a run, what failed": f"/runs/{run_id}/?outcome=failed",
        "a plan": f"/runs/{run_id}/plan/",
        "a plan, the last page": f"/runs/{run_id}/plan/?page=999999",
        "a plan, one kind and reason": f"/runs/{run_id}/plan/?do=update&kind=company&reason=changed",
        "a plan, part of a name": f"/runs/{run_id}/plan/?q=works+4999",
        "an undo, its preview": f"/runs/{undo_id}/plan/",
        "an undo, the last page": f"/runs/{undo_id}/plan/?page=999999",
        "records": "/records/",
        "records, one connection": f"/connections/{NAME}/records/",
        "records, linked": "/records/?state=linked",
        "records, the last page": "/records/?page=999999",
        "records, part of a name": "/records/?q=works+4999",
        "records, a word of all": "/records/?q=works",
        "records, nothing found": "/records/?q=nobody+at+all",
        "a record": f"/connections/{NAME}/records/{account_id(7)}/",
        "review": "/review/",
        "review, near matches": f"/review/?connection={NAME}&reason=near_match_held",
        "doctor": "/doctor/",
        "admin": "/admin/",
        "users": "/admin/users/",
        "audit": "/admin/audit/",
        "audit, one person": "/admin/audit/?who=user+7",
        "audit, the last page": "/admin/audit/?page=999999",
        "audit, one connection": f"/admin/audit/?connection={NAME}",
        "privacy": "/admin/privacy/",
        "mail": "/admin/mail/",
        "API tokens": "/admin/tokens/",
        "extensions": "/admin/extensions/",
        "other extensions": "/admin/extensions/other/",
        "the extension": extension,
        "the extension, General": f"{extension}connections/{NAME}/",
        "the extension, which records": f"{extension}connections/{NAME}/filter/",
        "the extension, Notification": f"{extension}connections/{NAME}/notification/",
        "remove the connection": f"{extension}connections/{NAME}/remove/",
        "profile": "/profile/",
        "own sign-in": "/profile/security/",
    }


def _medians(ask: Callable[[], "Response"]) -> tuple[float, float]:
    """Milliseconds until the whole page has come, and how many of them were spent computing."""
    took, computed = [], []
    for _ in range(REPEATED):
        began, begun = time.perf_counter(), time.process_time()
        ask().raise_for_status()
        took.append(1000 * (time.perf_counter() - began))
        computed.append(1000 * (time.process_time() - begun))
    return statistics.median(took), statistics.median(computed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER)
