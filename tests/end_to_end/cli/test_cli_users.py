"""`taskforce users`: who may sign in to the pages."""

import pytest
from allauth.mfa.models import Authenticator

from taskforce.adapters.store.models import User
from taskforce.domain.roles import Role
from taskforce.installation import Installation
from tests.end_to_end.cli.desk import Desk

PASSWORD = "a heron stands in the reeds"


def roles(installation: Installation) -> dict[str, Role]:
    """Everybody, with what they may do."""
    return {person.username: person.role for person in installation.users.all()}


def test_somebody_is_let_in(desk: Desk, installation: Installation) -> None:
    """With a password that is made, long, and shown once; nobody may do more than was said."""
    said = desk.run("users", "add", "helen", "--role", "operator", "--full-name", "Helen Marsh")
    listed = desk.run("users", "list", "--json")

    assert said.out.startswith("helen may sign in as operator. The password, shown this once: ")
    assert len(said.out.split()[-1]) >= 20
    assert listed.document == [{"name": "helen", "full_name": "Helen Marsh", "role": "operator", "is_active": True}]


def test_a_password_that_is_given_is_not_shown(desk: Desk, installation: Installation) -> None:
    """It comes by standard input, for programs."""
    said = desk.run("users", "add", "helen", "--password-stdin", stdin=f"{PASSWORD}\n")
    changed = desk.run("users", "passwd", "helen", "--password-stdin", stdin=f"another {PASSWORD}\n")

    assert (said.out, changed.out) == ("helen may sign in as viewer.\n", "helen has another password.\n")


def test_a_password_is_asked_for_at_a_terminal_and_not_shown(desk: Desk, installation: Installation) -> None:
    """Nobody else reads it there, whoever types it knows what for, and nobody has to wait for them."""
    status, screen = desk.type_at_terminal(
        "users",
        "add",
        "helen",
        "--password-stdin",
        typed=f"{PASSWORD}\n",
        before=lambda: desk.run("users", "add", "ann"),
    )

    assert (status, screen.split()) == (0, ["Password:", "helen", "may", "sign", "in", "as", "viewer."])
    assert [each["name"] for each in desk.run("users", "list", "--json").document] == ["ann", "helen"]


@pytest.mark.parametrize(
    ("words", "password", "problem"),
    [
        (("add", "helen"), "heron reed", "This password is too short. It must contain at least 12 characters."),
        (("add", "helen"), "1234567890-=", "This password is too common."),
        (("add", "helen.marsh.1"), "helen.marsh.12", "The password is too similar to the username."),
        (("add", " "), PASSWORD, "A user name has 1 to 64 letters, digits, or signs such as . - _ @, and no slash."),
        (
            ("add", "h" * 65),
            PASSWORD,
            "A user name has 1 to 64 letters, digits, or signs such as . - _ @, and no slash.",
        ),
        (
            ("add", "OFFICE/helen"),
            PASSWORD,
            "A user name has 1 to 64 letters, digits, or signs such as . - _ @, and no slash.",
        ),
        (
            ("add", "helen", "--email", "nowhere"),
            PASSWORD,
            "This is no mail address: it looks like helen@example.com, and has at most 254 letters.",
        ),
        (("add", "marcus"), PASSWORD, "There is a user marcus already: choose another name."),
        (("passwd", "nobody"), PASSWORD, "There is no user nobody: taskforce users list shows them all."),
    ],
)
def test_what_is_refused(
    desk: Desk, installation: Installation, words: tuple[str, ...], password: str, problem: str
) -> None:
    """With a sentence, and nobody is let in."""
    desk.run("users", "add", "marcus")

    said = desk.run("users", *words, "--password-stdin", stdin=f"{password}\n")

    assert (said.status, problem in said.problems, said.shown([password])) == (2, True, [])
    assert roles(installation) == {"marcus": Role.VIEWER}


def test_the_only_administrator_stays_one(desk: Desk, installation: Installation) -> None:
    """Until there is another."""
    desk.run("users", "add", "helen", "--role", "administrator")

    alone = desk.run("users", "role", "helen", "viewer")
    desk.run("users", "add", "marcus", "--role", "administrator")
    one_of_two = desk.run("users", "role", "helen", "viewer")

    assert alone.problems == ["helen is the only administrator: make somebody else one first."]
    assert (one_of_two.out, roles(installation)) == (
        "helen is viewer now.\n",
        {"helen": Role.VIEWER, "marcus": Role.ADMINISTRATOR},
    )


def test_nobody_yet(desk: Desk, installation: Installation) -> None:
    """The list says how to begin."""
    assert desk.run("users", "list").out == ("Nobody may sign in yet: taskforce users add NAME --role administrator\n")


def test_a_second_factor_is_reset(desk: Desk, installation: Installation) -> None:
    """For somebody who has lost it."""
    desk.run("users", "add", "helen")
    Authenticator.objects.create(user=User.objects.get(username="helen"), type="totp", data={"secret": "x"})

    done = desk.run("users", "reset-second-factor", "helen")
    none = desk.run("users", "reset-second-factor", "helen")
    nobody = desk.run("users", "reset-second-factor", "nobody")

    assert done.out == "helen signs in by the password alone until another second factor is set up.\n"
    assert (none.status, none.problems) == (2, ["helen has no second factor."])
    assert (nobody.status, nobody.problems) == (2, ["There is no user nobody: taskforce users list shows them all."])
    assert [each.details for each in installation.audit.latest(1)] == [{"second factor": "reset"}]
