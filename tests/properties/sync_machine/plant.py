"""Both simulators in process, the real adapters and the real store, and what runs imports with them."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TypeVar
from unittest import mock

import httpx2
import structlog
from django.db import connections as databases

from taskforce.adapters.autotask.client import AutotaskClient
from taskforce.adapters.autotask.credentials import AutotaskCredentials
from taskforce.adapters.autotask.error_map import Effect
from taskforce.adapters.http import ahead
from taskforce.adapters.http.client import HttpClient
from taskforce.adapters.http.retrying import RetryPolicy
from taskforce.adapters.salesforce.client import SalesforceClient
from taskforce.adapters.salesforce.credentials import SalesforceCredentials
from taskforce.adapters.secrets import SecretBox
from taskforce.adapters.store.models import Connection, LeaseRow
from taskforce.approvals import approve, reject
from taskforce.config import InstallationSettings
from taskforce.connection_config import ConnectionConfig
from taskforce.domain.review import Decided
from taskforce.domain.run import Run, RunKind
from taskforce.engine.ports import Clock
from taskforce.engine.review import Review
from taskforce.errors import TaskforceError
from taskforce.installation import Installation
from taskforce.systems import Pair, Systems, only_reads
from taskforce.testing.progress import RecordedProgress
from taskforce_simulators.salesforce.organization import ORGANIZATION_ID
from taskforce_simulators.serving import SimulatorPair, in_process_pair
from tests.properties.sync_machine.clocks import SharedClock
from tests.properties.sync_machine.tripwires import Killed, Tripwire, WatchedTransport
from tests.support.addresses import HERE
from tests.support.store import clean

Result = TypeVar("Result")

NAME = "plant"
MANAGER = "Helen Marsh"
AT_ONCE = RetryPolicy(first_wait=timedelta(0), longest_wait=timedelta(0), longest_asked=timedelta(0))
A_MOMENT = timedelta(seconds=0.2)
NOBODY = 99_999_999
"""No process has this number."""

SETTLE_SECONDS = 600

_SECRETS = ("client_secret", "password", "security_token", "secret", "integration_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How the simulators are reached, and how long an answer is waited for."""

    pair: SimulatorPair
    salesforce: httpx2.BaseTransport
    autotask: httpx2.BaseTransport
    patience: timedelta = timedelta(seconds=60)


class OnTheSpot:
    """In the place of a thread: what travels ahead is carried out at once, so that a story goes the same way each time.

    What came of it, a kill included, is told when it is asked for.
    """

    def __init__(self, _width: int) -> None:
        """Nothing is started."""

    def submit(self, work: Callable[..., Result], *arguments: object) -> Future[Result]:
        """Do it here and now."""
        done: Future[Result] = Future()
        try:
            done.set_result(work(*arguments))
        except BaseException as trouble:  # noqa: BLE001 - it is raised where the answer is asked for
            done.set_exception(trouble)
        return done

    def shutdown(self) -> None:
        """Nothing is under way."""


class TrialInstallation(Installation):
    """An installation that reaches the simulators by transports, sends one request at a time and never sleeps."""

    def __init__(self, clock: Clock, ways: Ways, tripwire: Tripwire, take_a_moment: Callable[[], None]) -> None:
        super().__init__(InstallationSettings(), clock)
        self._systems = TrialSystems(self._box, clock, ways, tripwire, take_a_moment)


class TrialSystems(Systems):
    """Its clients."""

    def __init__(
        self, box: SecretBox, clock: Clock, ways: Ways, tripwire: Tripwire, take_a_moment: Callable[[], None]
    ) -> None:
        super().__init__(box, clock, ())
        self._patience = ways.patience
        self._salesforce = WatchedTransport(ways.salesforce, tripwire, take_a_moment)
        self._autotask = WatchedTransport(ways.autotask, tripwire, take_a_moment)

    @contextmanager
    def clients(
        self,
        config: ConnectionConfig,
        *,
        connection_id: int | None,
        may_send: Callable[[Effect], bool] = only_reads,
    ) -> Iterator[Pair]:
        """By the transports."""
        patience = self._patience
        salesforce = HttpClient(
            system="Salesforce", addresses=HERE, transport=self._salesforce, retries=AT_ONCE, timeout=patience
        )
        autotask = HttpClient(system="Autotask", addresses=HERE, transport=self._autotask, timeout=patience)
        with salesforce, autotask, mock.patch.object(ahead, "ThreadPoolExecutor", OnTheSpot):
            yield Pair(
                salesforce=SalesforceClient(
                    SalesforceCredentials(**config.salesforce.model_dump(mode="json")),
                    salesforce,
                    self._tokens(connection_id, "salesforce"),
                ),
                autotask=AutotaskClient(
                    AutotaskCredentials(**config.autotask.model_dump(mode="json")),
                    autotask,
                    zones=self._tokens(connection_id, "autotask"),
                    retries=AT_ONCE,
                    at_once=1,
                    may_send=may_send,
                ),
            )


@cache
def _in_process() -> tuple[Ways, list[Callable[[timedelta], None]]]:
    """Made once per process: to fill them anew is quicker than to make them anew. What they wait, the last one gets."""
    waiting: list[Callable[[timedelta], None]] = []
    pair = in_process_pair(wait=lambda duration: waiting[-1](duration))
    return Ways(pair=pair, salesforce=pair.salesforce_transport, autotask=pair.autotask_transport), waiting


class Plant:
    """One connection between the two simulators; `run` imports as one process, `stop` forgets everything.

    They are called in process unless there are other ways to reach them.
    """

    def __init__(self, ways: Ways | None = None) -> None:
        in_process, waiting = _in_process()
        self._ways = ways or in_process
        self.pair = self._ways.pair
        self.pair.refill("empty")
        self.clock = SharedClock([self.pair.salesforce.clock, self.pair.autotask.clock])
        waiting[:] = [self.clock.advance]
        self.tripwire = Tripwire()
        self.installation = self._process(self.tripwire)
        document = self.pair.connection()
        document["settings"] = {"default_account_manager": MANAGER, "create_settle_seconds": SETTLE_SECONDS}
        self.installation.book.add(NAME, ConnectionConfig.of(document))
        self.was_killed = False
        self.said: list[str] = []
        """Every log line and error so far, whole."""

    def secrets(self) -> list[str]:
        """What must stand nowhere: credentials, and the sessions that were given out."""
        document = self.pair.connection()
        sections = [document["salesforce"], document["autotask"]]
        found = [str(section[name]) for section in sections for name in _SECRETS if name in section]
        return [*found, f"{ORGANIZATION_ID[:15]}!", "BEGIN PRIVATE KEY"]

    def stop(self) -> None:
        """Forget the connection with all that belongs to it."""
        self.tripwire.disarm()
        clean()

    @property
    def row(self) -> Connection:
        """The connection in the store."""
        return Connection.objects.get(name=NAME)

    def run(
        self,
        *,
        kind: RunKind = RunKind.IMPORT,
        by_hand: bool = False,
        dry: bool = False,
        accepts_missing: bool = False,
        stop_at: int | None = None,
    ) -> Run | None:
        """Import or reconcile once; None if it was killed, or ended in an error before it was recorded as a run."""
        asked = 0

        def should_stop() -> bool:
            nonlocal asked
            asked += 1
            return asked == stop_at

        return self.as_a_process(
            lambda: self.installation.run_import(
                NAME,
                kind=kind,
                is_dry_run=dry,
                is_by_hand=by_hand,
                accepts_missing=accepts_missing,
                progress=RecordedProgress(),
                should_stop=should_stop,
            )
        )

    def as_a_process(self, work: Callable[[], Result]) -> Result | None:
        """Do it with the tripwire in place; None if that killed it, or it ended in an error of Taskforce."""
        self.was_killed = False
        with self._listening(), self.tripwire.around_the_store():
            try:
                return work()
            except Killed:
                self.was_killed = True
                return None
            except TaskforceError as error:
                self.said.append(str(error))
                return None
            finally:
                self.tripwire.disarm()

    def decide(self, decide: Callable[[Review], Decided]) -> Decided | None:
        """A person decides about a link; None if that is refused."""

        def work() -> Decided:
            with self.installation.world(NAME, progress=RecordedProgress(), should_stop=lambda: False) as world:
                return decide(Review(connection=NAME, stores=world.stores, target=world.target))

        return self.as_a_process(work)

    def answer(self, run_id: int, *, is_approved: bool) -> Run | None:
        """A person approves or rejects the plan that waits."""
        decide = approve if is_approved else reject
        digest = {"digest": ""} if is_approved else {}
        return self.as_a_process(
            lambda: decide(
                self.installation,
                run_id=run_id,
                progress=RecordedProgress(),
                should_stop=lambda: False,
                decided=lambda: None,
                **digest,
            )
        )

    def bury_the_dead(self) -> None:
        """Who held the lease is no process any more; nobody gave it back."""
        LeaseRow.objects.filter(connection=self.row).update(process_id=NOBODY)

    def run_elsewhere(self) -> None:
        """Another process imports meanwhile, from beginning to end; the one here has been asleep for too long."""
        self.bury_the_dead()
        other = self._process(Tripwire())
        failures: list[BaseException] = []

        def live() -> None:
            try:
                other.run_import(NAME, is_by_hand=False, progress=RecordedProgress(), should_stop=lambda: False)
            except TaskforceError as error:
                self.said.append(str(error))
            except BaseException as failure:  # noqa: BLE001 - it is raised where it can be seen
                failures.append(failure)
            finally:
                databases.close_all()

        thread = threading.Thread(target=live)
        thread.start()
        thread.join()
        if failures:
            raise failures[0]

    def _process(self, tripwire: Tripwire) -> Installation:
        return TrialInstallation(self.clock, self._ways, tripwire, lambda: self.clock.advance(A_MOMENT))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        with structlog.testing.capture_logs() as lines:
            yield
        self.said += [repr(line) for line in lines]
