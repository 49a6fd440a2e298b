"""Fixtures of the pages."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connections as databases

from taskforce import serving
from taskforce.domain.roles import Role
from taskforce.pages import serve_pages
from taskforce.testing.progress import SilentProgress
from tests.end_to_end.office import Office
from tests.end_to_end.pages.program import Program, given_out
from tests.end_to_end.pages.visitor import PASSWORD, Visitor

Enter = Callable[[Role | None], Visitor]
Begin = Callable[[Role | None], Program]


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where the pages of an office with one connection are."""
    with serve_pages(office.installation) as address:
        yield address
    databases.close_all()


@pytest.fixture
def enter(office: Office, address: str) -> Iterator[Enter]:
    """Come in as somebody with this role, or without signing in."""
    users, now = office.installation.users, office.installation.clock.now()
    users.invite("a-colleague", role=Role.ADMINISTRATOR, full_name="", email="", now=now)
    with ExitStack() as closing:

        def enter(role: Role | None) -> Visitor:
            visitor = closing.enter_context(Visitor(address))
            if role is not None:
                name = f"a-{role.value}"
                users.add(name, role=role, password=PASSWORD, full_name="", email="", now=now)
                visitor.sign_in(name)
            return visitor

        yield enter


@contextmanager
def scheduling(office: Office) -> Iterator[None]:
    """The scheduler at work beside the pages."""
    ended = threading.Event()
    options = {"progress": SilentProgress(), "should_stop": ended.is_set}
    thread = threading.Thread(target=serving.serve, args=(office.installation,), kwargs=options)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.fixture
def scheduler(office: Office) -> Iterator[None]:
    """Whatever is launched is imported."""
    with scheduling(office):
        yield


@pytest.fixture
def program(office: Office, address: str) -> Iterator[Begin]:
    """A program with a token of this role, or without any."""
    with ExitStack() as closing:
        yield lambda role: closing.enter_context(Program(address, given_out(office, role) if role else ""))
