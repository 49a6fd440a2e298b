"""Backups of an installation's database, and the way back to one, while imports go on.

Like `installation` a place that knows all concrete classes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import connections as databases

from taskforce.adapters.secrets import SecretBox, keys_kept
from taskforce.adapters.store.audit import Audit
from taskforce.adapters.store.backup import BESIDE, Contents, write_copy
from taskforce.adapters.store.connections import Connections
from taskforce.adapters.store.leases import AllLeases
from taskforce.adapters.store.models import Connection
from taskforce.adapters.store.replacing import replace_damaged
from taskforce.adapters.store.restoring import Present, contents, prepare, put_in_place, staged
from taskforce.adapters.store.setup import open_database
from taskforce.adapters.store.trouble import DatabaseDamaged
from taskforce.config import InstallationSettings
from taskforce.connection_config import SECRETS, ConnectionConfig
from taskforce.domain.audit import Deed
from taskforce.engine.job import Progress
from taskforce.engine.ports import Clock
from taskforce.errors import ConfigurationError, TaskforceError

ATTEMPTS = 3
"""How often a restore begins anew because somebody has written to the database meanwhile."""

_POSTGRESQL = (
    "Backups are for the SQLite database. For PostgreSQL use pg_dump, and pg_restore while no import runs; that was "
    "not tried with Taskforce."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A backup that was found in order; `present` is what it would replace, None if that is too damaged to be read.

    `alias` is the database of its private copy, `settle_times` how long each of its connections may have to rest.
    """

    file: Path
    alias: str
    contents: Contents
    present: Contents | None
    settle_times: Mapping[str, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`kept` is where the database of before lies, None if it held nothing.

    `resting` are the connections of which nothing is known since the backup, each with the time until which its imports
    wait: a create of before may still be carried out until then.
    """

    kept: Path | None
    resting: Mapping[str, datetime] = field(default_factory=dict)


class Backups:
    """What can be done with backups; closed at the end of a `with`."""

    def __init__(self, settings: InstallationSettings, clock: Clock) -> None:
        if settings.database_url:
            raise ConfigurationError([_POSTGRESQL])
        self._settings = settings
        self._database = settings.database_file
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        databases.close_all()

    @property
    def key_file(self) -> Path:
        """The key without which the secrets in a backup are worth nothing."""
        return self._settings.key_file

    def back_up(self, file: Path, *, is_forced: bool, progress: Progress) -> Contents:
        """Write the database as it stands to a file that is absent, or whole, whatever happens.

        The database is left as it is, of whatever version. Raises ConfigurationError when the file is there already
        (unless `is_forced`), or something else stands in the way.
        """
        if not self._database.exists():
            raise ConfigurationError([f"There is no database yet: {self._database} does not exist."])
        self._refuse_own_files(file)
        if file.exists() and not file.is_file():
            raise ConfigurationError([f"{file} is no ordinary file: give another name."])
        if file.exists() and not is_forced:
            raise ConfigurationError([f"{file} is there already: give another name, or --force to replace it."])
        contents = write_copy(self._database, file, progress)
        with suppress(OSError):  # the backup is made; only the doctor will not know
            self._settings.last_backup_file.touch()
        return contents

    @contextmanager
    def candidate(self, file: Path, progress: Progress) -> Iterator[Candidate]:
        """Look whether a file can be restored, on a private copy of it; nothing is changed by that.

        Raises ConfigurationError when it cannot, because of the file, its key or the present database.
        """
        if not file.is_file():
            raise ConfigurationError([f"There is no file {file}."])
        self._refuse_own_files(file)
        present = self._present()
        with staged(file, progress) as alias:
            yield Candidate(
                file=file,
                alias=alias,
                contents=contents(alias),
                present=present,
                settle_times=self._settle_times(alias, file),
            )

    def restore(self, candidate: Candidate, progress: Progress, *, who: str) -> Restored:
        """Make a backup the present database, and keep what that was before beside it.

        That `who` did so stands in its audit from the first moment, so that no kill can come in between.
        Raises LeaseHeld when an import does not end within 60 seconds; then and after any other error everything is as
        it was.
        """
        kept = self._unused_name()
        with keys_kept(self.key_file):
            self._settle_times(candidate.alias, candidate.file)  # the key may have been changed since
            return self._restored(candidate, kept, progress, who)

    def _restored(self, candidate: Candidate, kept: Path, progress: Progress, who: str) -> Restored:
        now = self._clock.now()

        def note(alias: str) -> None:
            details = {"from": candidate.file.name}
            Audit(alias).add(Deed.RESTORED, who=who, origin="command line", now=now, details=details)

        try:
            resting = self._replace(candidate, kept, progress, note)
        except DatabaseDamaged:
            resting = self._resting(candidate, Present())
            prepare(candidate.alias, Present(), resting, now)
            note(candidate.alias)
            replace_damaged(candidate.alias, self._database, kept, progress)
        return Restored(kept=kept if kept.exists() else None, resting=resting)

    def _replace(
        self, candidate: Candidate, kept: Path, progress: Progress, note: Callable[[str], None]
    ) -> Mapping[str, datetime]:
        with AllLeases(self._clock, progress.say) as leases, ExitStack() as if_it_fails:
            if_it_fails.callback(kept.unlink, missing_ok=True)
            for _ in range(ATTEMPTS):
                leases.take()
                present = Present.read()
                resting = self._resting(candidate, present)
                prepare(candidate.alias, present, resting, self._clock.now())
                if present.connections:
                    write_copy(self._database, kept, _Renewing(progress, leases.renew), is_checked=False)
                if put_in_place(candidate.alias, self._database, present, progress, note):
                    if_it_fails.pop_all()
                    return resting
        raise TaskforceError(
            "Somebody keeps changing the database, so nothing was restored.",
            mend="End other commands of Taskforce, and restore again.",
        )

    def _resting(self, candidate: Candidate, present: Present) -> Mapping[str, datetime]:
        """Connections of which it is not known what was sent for them since the backup, and those that rest already."""
        now = self._clock.now()
        until = {name: now + settle for name, settle in candidate.settle_times.items() if name not in present.names}
        until |= {name: end for name, end in present.resting.items() if name in candidate.settle_times}
        return {name: end for name, end in until.items() if end > now}

    def _present(self) -> Contents | None:
        try:
            open_database(self._settings.home)
            return contents()
        except DatabaseDamaged:
            return None

    def _settle_times(self, alias: str, file: Path) -> Mapping[str, timedelta]:
        box = SecretBox.open(self.key_file)
        connections = Connections(box, SECRETS)
        found = {}
        for row in Connection.objects.using(alias):
            try:
                box.decrypt(bytes(row.secrets))
            except ConfigurationError:
                mend = f"add the key that was kept for it, on a line of its own, to {self.key_file}."
                raise ConfigurationError([f"The secrets in {file} were encrypted with another key: {mend}"]) from None
            config = ConnectionConfig.of(connections.document(row))
            found[row.name] = config.settings.as_settings().settle_time
        return found

    def _refuse_own_files(self, file: Path) -> None:
        own = [self.key_file, *(Path(f"{self._database}{end}") for end in ("", *BESIDE))]
        if file.resolve() in [each.resolve() for each in own]:
            raise ConfigurationError([f"{file} belongs to the present installation: give another file."])

    def _unused_name(self) -> Path:
        """Beside the database, with the time in it."""
        name = f"{self._database.stem}-before-restore-{self._clock.now():%Y%m%dT%H%M%SZ}"
        kept = self._database.with_name(f"{name}.sqlite3")
        number = 1
        while kept.exists():
            number += 1
            kept = self._database.with_name(f"{name}-{number}.sqlite3")
        return kept


@dataclass(frozen=True, slots=True)
class _Renewing:
    """Progress in the course of which leases are kept."""

    progress: Progress
    renew: Callable[[], None]

    def phase(self, name: str, total: int | None = None) -> None:
        """A new phase begins."""
        self.renew()
        self.progress.phase(name, total)

    def advance(self, count: int) -> None:
        """A part is done."""
        self.renew()
        self.progress.advance(count)

    def say(self, sentence: str) -> None:
        """Something to know."""
        self.progress.say(sentence)
