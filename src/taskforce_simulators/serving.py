"""Both simulators at once, with one scenario, ready to be connected."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from taskforce_simulators.autotask import AutotaskSimulator
from taskforce_simulators.core.certificates import Certificates, make_certificates
from taskforce_simulators.core.server import start
from taskforce_simulators.salesforce import SalesforceSimulator
from taskforce_simulators.scenarios import build


class RunningPair:
    """A Salesforce and an Autotask simulator, served from threads of this process."""

    def __init__(self, *, salesforce_port: int = 0, autotask_port: int = 0, tls: bool = False) -> None:
        self.salesforce = SalesforceSimulator()
        self.autotask = AutotaskSimulator()
        self.default_account_manager = ""
        with ExitStack() as undoing:
            undoing.callback(self.salesforce.database.close)
            undoing.callback(self.autotask.database.close)
            self._certificates = _certificates(undoing) if tls else None
            self._salesforce_server = undoing.enter_context(
                start(self.salesforce, port=salesforce_port, tls=self._certificates)
            )
            self._autotask_server = undoing.enter_context(
                start(self.autotask, port=autotask_port, tls=self._certificates)
            )
            self._undoing = undoing.pop_all()

    @property
    def salesforce_url(self) -> str:
        """Where Salesforce listens."""
        return self._salesforce_server.url

    @property
    def autotask_url(self) -> str:
        """Where Autotask listens."""
        return self._autotask_server.url

    def load(self, scenario: str, *, accounts: int | None, contacts: int | None, seed: int) -> None:
        """Fill both sides."""
        built = build(scenario, accounts=accounts, contacts=contacts, seed=seed)
        self.salesforce.load(built.salesforce)
        self.autotask.load(built.autotask)
        self.default_account_manager = built.default_account_manager

    def refill(self, scenario: str, *, accounts: int | None = None, contacts: int | None = None, seed: int = 1) -> None:
        """Begin anew with a scenario: data, settings, faults, journals and clocks."""
        for simulator in (self.salesforce, self.autotask):
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
        if self._certificates is not None:
            document["ca_file"] = str(self._certificates.ca_file)
        return document

    def stop(self) -> None:
        """Stop both servers and forget their data."""
        self._undoing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


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
