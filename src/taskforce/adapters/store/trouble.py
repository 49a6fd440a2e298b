"""A failing database as an error of Taskforce: what a person can do, never what was to be stored.

What SQLite and PostgreSQL say besides their code may contain the values of a row, so it is left out.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import ParamSpec, TypeVar

from django.db import Error, InterfaceError, OperationalError, connections

from taskforce.errors import ConfigurationError, TaskforceError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Kind = TypeVar("Kind", bound=type)

_FULL = "The disk of the database is full: make room. Nothing was lost, and the next import goes on."
_LOCKED = "The database is locked by another program: end it. Nothing was lost, and the next import goes on."
_READ_ONLY = (
    "The database cannot be written: check the rights on it, on the files beside it and on the folder TASKFORCE_HOME."
)
_CANNOT_OPEN = "The database cannot be opened: check that the folder TASKFORCE_HOME exists and may be written."
_DAMAGED = "The database is damaged, or is no database of Taskforce: restore it from a backup."
_DISK = "The disk of the database failed: check it. Nothing of this step was stored."
_NOT_READY = "The database has not got the tables of this version of Taskforce: run the command again."
_UNREACHABLE = (
    "The database server cannot be reached or refuses the login: check that it runs, and the host, user, password and "
    "database in TASKFORCE_DATABASE_URL."
)
_BUSY = "The database server takes no more connections: raise its limit, or end other programs."

_SENTENCES: Mapping[str, str] = {
    # SQLite: names of result codes, extended ones behind them
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_IOERR": _DISK,
    "SQLITE_ERROR": _NOT_READY,
    # PostgreSQL: SQLSTATE, whole or its class
    "53100": _FULL,
    "55P03": _LOCKED,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "58": _DISK,
    "42P01": _NOT_READY,
    "42703": _NOT_READY,
    "28": _UNREACHABLE,
    "3D000": _UNREACHABLE,
    "53300": _BUSY,
    "08": _UNREACHABLE,
    "57P": _UNREACHABLE,
}


class DatabaseDamaged(ConfigurationError):
    """The file is damaged, or is no database at all: only a backup helps."""


@contextmanager
def telling_trouble() -> Iterator[None]:
    """Turn errors of the database into errors of Taskforce, those of SQLite without Django too."""
    try:
        yield
    except (Error, sqlite3.Error) as error:
        raise trouble(error) from None


def tells_trouble(kind: Kind) -> Kind:
    """Class decorator: no public method lets an error of the database out."""
    for name, member in list(vars(kind).items()):
        if isinstance(member, FunctionType) and not name.startswith("_"):
            setattr(kind, name, _told(member))
    return kind


def _told(method: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    @wraps(method)
    def told(*args: Parameters.args, **options: Parameters.kwargs) -> Result:
        try:
            return method(*args, **options)
        except Error as error:
            raise trouble(error) from None

    return told


def trouble(error: Error | sqlite3.Error) -> TaskforceError:
    """What a failing database means for a person; connections that broke are made anew by whoever comes next."""
    _forget_broken_connections()
    code = code_of(error)
    sentence = next((_SENTENCES[code[:end]] for end in range(len(code), 1, -1) if code[:end] in _SENTENCES), None)
    if sentence is not None:
        return (DatabaseDamaged if sentence is _DAMAGED else ConfigurationError)([sentence])
    return TaskforceError(
        f"The database refused a step ({type(error).__name__} {code}), and nothing of it was stored.",
        mend="Run the command again; if it stays, report it with this message.",
    )


def _forget_broken_connections() -> None:
    """Django does so at the end of a transaction; reads outside of one would fail for ever after."""
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.in_atomic_block and not connection.is_usable():
            connection.close()


def locked() -> ConfigurationError:
    """Another program has kept the database to itself for as long as anybody waits."""
    return ConfigurationError([_LOCKED])


def code_of(error: Error | sqlite3.Error) -> str:
    """The result code of SQLite by name, or PostgreSQL's SQLSTATE; a server that did not answer counts as class 08."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    if code is None and isinstance(error, OperationalError | InterfaceError):
        return "08"
    return str(code or "")
