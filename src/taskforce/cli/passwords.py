"""Passwords that are handed to a command."""

import sys
from contextlib import suppress
from getpass import getpass


def given_password() -> str:
    """The next line of standard input, empty at its end; at a terminal it is asked for, and not shown."""
    if sys.stdin.isatty():
        with suppress(EOFError):
            return getpass("Password: ", stream=sys.stderr)
    return sys.stdin.readline().rstrip("\r\n")
