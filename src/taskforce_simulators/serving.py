"""Both simulators at once, with one scenario, ready to be connected."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from taskforce_simulators.autotask import AutotaskSimulator
from taskforce_simulators.core.certificates import Certificates, make_certificates
from taskforce_simulators.core.in_process import InProcessTransport, Wait
from taskforce_simulators.core.server import start
from taskforce_simulators.salesforce import SalesforceSimulator
from taskforce_simulators.scenarios import build


class SimulatorPair:
    """A Salesforce and an Autotask simulator with one scenario."""

    def __init__(self) -> None:
        self.salesforce = SalesforceSimulator()
        self.autotask = AutotaskSimulator()
        self.default_account_manager = ""
        self.ca_file: Path | None = None
        """The authority to trust, where they are served with TLS."""

    @property
    def salesforce_url(self) -> str:
        """Where Salesforce is."""
        return self.salesforce.public_url

    @property
    def autotask_url(self) -> str:
        """Where Autotask is."""
        return self.autotask.public_url

    def load(self, scenario: str, *, accounts: int | None, contacts: int | None, seed: int) -> None:
        """Fill both sides."""
        built = build(scenario, accounts=accounts, contacts=contacts, seed=seed)
        self.salesforce.load(built.salesforce)
        self.autotask.load(built.autotask)
        self.default_account_manager = built.default_account_manager

    def refill(self, scenario: str, *, accounts: int | None = None, contacts: int | None = None, seed: int = 1) -> None:
        """Begin anew with a scenario: data, settings, faults, late commits, journals and clocks."""
        for simulator in (self.salesforce, self.autotask):
            simulator.late.clear()
            simulator.faults.clear()
            simulator.clock.reset()
            simulator.reset()
            simulator.journal.clear()
        self.load(scenario, accounts=accounts, contacts=contacts, seed=seed)

    def connection(self) -> dict[str, object]:
        """What `taskforce connections add` reads: addresses, credentials for every way to log in, settings."""
        document: dict[str, object] = {
            "salesforce": {
                "url": self.salesforce_url,
                "method": "client_credentials",
                **self.salesforce.credentials(),
            },
            "autotask": {"url": self.autotask_url, **self.autotask.credentials()},
            "settings": {"default_account_manager": self.default_account_manager},
        }
        if self.ca_file is not None:
            document["ca_file"] = str(self.ca_file)
        return document

    def close(self) -> None:
        """Forget the data."""
        self.salesforce.database.close()
        self.autotask.database.close()


class RunningPair(SimulatorPair):
    """Both simulators, served from threads of this process."""

    def __init__(self, *, salesforce_port: int = 0, autotask_port: int = 0, tls: bool = False) -> None:
        super().__init__()
        with ExitStack() as undoing:
            undoing.callback(self.close)
            certificates = _certificates(undoing) if tls else None
            self.ca_file = certificates.ca_file if certificates else None
            undoing.enter_context(start(self.salesforce, port=salesforce_port, tls=certificates))
            undoing.enter_context(start(self.autotask, port=autotask_port, tls=certificates))
            self._undoing = undoing.pop_all()

    def stop(self) -> None:
        """Stop both servers and forget their data."""
        self._undoing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class InProcessPair(SimulatorPair):
    """Both simulators without a socket, each with the transport that a client needs to reach it."""

    def __init__(self, *, wait: Wait | None = None) -> None:
        super().__init__()
        self.salesforce.public_url = "https://salesforce.example"
        self.autotask.public_url = "https://autotask.example"
        self.salesforce_transport = InProcessTransport(self.salesforce, wait=wait)
        self.autotask_transport = InProcessTransport(self.autotask, wait=wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def in_process_pair(
    scenario: str = "empty",
    *,
    accounts: int | None = None,
    contacts: int | None = None,
    seed: int = 1,
    wait: Wait | None = None,
) -> InProcessPair:
    """Both simulators with a scenario, for clients of this process that are given the pair's transports.

    `wait` is told how much simulated time a request takes; by default the clock of its simulator is moved by that.
    """
    pair = InProcessPair(wait=wait)
    try:
        pair.load(scenario, accounts=accounts, contacts=contacts, seed=seed)
    except BaseException:
        pair.close()
        raise
    return pair


def start_pair(
    *,
    scenario: str = "demo",
    accounts: int | None = None,
    contacts: int | None = None,
    seed: int = 1,
    salesforce_port: int = 0,
    autotask_port: int = 0,
    tls: bool = False,
    request_limit: int = 10_000,
    thread_limit: bool = True,
) -> RunningPair:
    """Serve both simulators on loopback with a scenario; port 0 takes a free one, limit 0 switches it off."""
    pair = RunningPair(salesforce_port=salesforce_port, autotask_port=autotask_port, tls=tls)
    try:
        pair.load(scenario, accounts=accounts, contacts=contacts, seed=seed)
        pair.autotask.change_settings({"request_limit": request_limit, "thread_limit": thread_limit})
    except BaseException:
        pair.stop()
        raise
    return pair


def _certificates(undoing: ExitStack) -> Certificates:
    folder = Path(tempfile.mkdtemp(prefix="taskforce-simulators-"))
    undoing.callback(shutil.rmtree, folder, ignore_errors=True)
    return make_certificates(folder)
