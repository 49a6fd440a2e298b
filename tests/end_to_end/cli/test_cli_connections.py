"""`taskforce connections`: what is accepted, shown, changed and forgotten."""

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections as databases

from taskforce.adapters.store.models import Token
from taskforce.connection_config import MASK, SECRETS, ConnectionConfig, SettingsConfig
from taskforce.errors import ConfigurationError
from taskforce.installation import Installation
from taskforce_simulators.core.faults import Fault
from taskforce_simulators.serving import RunningPair
from tests.end_to_end.cli.desk import Desk
from tests.end_to_end.office import NAME, Office

Document = dict[str, Any]


def masked(document: Mapping[str, Any]) -> Document:
    """A connection as it is shown: defaults filled in, every secret masked."""
    hidden: Document = json.loads(json.dumps(document))
    for section, names in SECRETS.items():
        hidden[section].update(dict.fromkeys(names, MASK))
    settings = SettingsConfig(**document["settings"]).model_dump(mode="json")
    return {"ca_file": None, "own_hosts": [], **hidden, "settings": settings}


def without(section: str, *keys: str) -> Callable[[Document], None]:
    """Take keys out of a section."""

    def change(document: Document) -> None:
        for key in keys:
            del document[section][key]

    return change


def given(section: str, **values: object) -> Callable[[Document], None]:
    """Put values into a section."""
    return lambda document: document.setdefault(section, {}).update(values)


def test_add_reads_the_line_of_the_simulators(desk: Desk, pair: RunningPair, installation: Installation) -> None:
    """What `taskforce-simulators serve` prints is taken from standard input as it is."""
    said = desk.run("connections", "add", "acme", "--from", "-", stdin=json.dumps(pair.connection()))

    assert (said.status, said.err) == (0, "")
    assert said.text == "✓ Connection acme added. Next: taskforce check acme"
    salesforce, autotask = pair.salesforce.credentials(), pair.autotask.credentials()
    stored = installation.connection("acme").plain()
    assert stored["salesforce"] == {
        "url": pair.salesforce_url,
        "method": "client_credentials",
        **{name: value.strip() for name, value in salesforce.items()},
    }
    assert stored["autotask"] == {"url": pair.autotask_url, **autotask}
    assert stored["settings"]["default_account_manager"] == pair.default_account_manager != ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_add_reads_a_file(
    desk: Desk, pair: RunningPair, installation: Installation, tmp_path: Path, encoding: str
) -> None:
    """A file is read with or without a byte order mark, which some editors write."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(pair.connection()), encoding=encoding)

    said = desk.run("connections", "add", "acme", "--from", str(file))

    assert (said.status, list(installation.connections())) == (0, ["acme"])


@pytest.mark.parametrize("method", ["client_credentials", "jwt_bearer", "password"])
def test_keys_that_the_method_does_not_need_may_be_absent(
    desk: Desk, pair: RunningPair, installation: Installation, method: str
) -> None:
    """Each method asks for its own keys only."""
    needed = {
        "client_credentials": ("client_id", "client_secret"),
        "jwt_bearer": ("client_id", "private_key", "username"),
        "password": ("username", "password"),
    }[method]
    document: Document = {**pair.connection()}
    all_keys = document["salesforce"]
    document["salesforce"] = {"url": all_keys["url"], "method": method, **{name: all_keys[name] for name in needed}}

    said = desk.give(document, "connections", "add", "acme")

    assert (said.status, installation.connection("acme").salesforce.method) == (0, method)


def test_no_connections_yet(desk: Desk) -> None:
    """An empty list says what to do next."""
    assert (
        desk.run("connections", "list").text
        == "No connections yet. Add one: taskforce connections add NAME --from FILE"
    )
    assert desk.run("connections", "list", "--json").document == []


def test_list_masks_secrets(desk: Desk, office: Office, secrets: list[str]) -> None:
    """Every connection in a line, or as JSON with its secrets masked."""
    office.settings(active=True)
    plain, as_json = desk.run("connections", "list"), desk.run("connections", "list", "--json")

    document = office.pair.connection()
    settings = {**document["settings"], "active": True}  # type: ignore[dict-item]
    assert as_json.document == [{"name": NAME, **masked({**document, "settings": settings})}]
    assert plain.text.split() == [
        *("Name", "Salesforce", "Autotask", "Active"),
        *(NAME, office.pair.salesforce_url, office.pair.autotask_url, "yes"),
    ]
    assert plain.shown(secrets) == as_json.shown(secrets) == []


def test_show_masks_secrets(desk: Desk, office: Office, secrets: list[str]) -> None:
    """Everything but the secrets can be seen."""
    plain, as_json = desk.run("connections", "show", NAME), desk.run("connections", "show", NAME, "--json")

    expected = masked(office.pair.connection())
    assert as_json.document == {"name": NAME, **expected}
    lines = [
        f"{key}: {value}".strip()
        for section in ("salesforce", "autotask", "settings")
        for key, value in expected[section].items()
    ]
    assert [line.strip() for line in plain.out.splitlines() if ":" in line] == lines
    assert plain.shown(secrets) == as_json.shown(secrets) == []


def test_an_empty_secret_is_not_masked(desk: Desk, office: Office) -> None:
    """Who looks sees that there is none."""
    office.installation.book.edit(NAME, {"salesforce": {"security_token": ""}})

    assert desk.run("connections", "show", NAME, "--json").document["salesforce"]["security_token"] == ""


def test_edit_changes_only_what_is_given(desk: Desk, office: Office) -> None:
    """Single keys of a section are replaced, the rest stays."""
    before = office.installation.connection(NAME).plain()

    said = desk.give({"settings": {"interval_minutes": 5}, "autotask": {"secret": "new"}}, "connections", "edit", NAME)

    assert (said.status, said.text) == (0, f"✓ Connection {NAME} changed.")
    assert office.installation.connection(NAME).plain() == {
        **before,
        "settings": {**before["settings"], "interval_minutes": 5},
        "autotask": {**before["autotask"], "secret": "new"},
        "own_hosts": ["127.0.0.1"],
    }


def test_what_is_shown_can_be_given_back(desk: Desk, office: Office) -> None:
    """A masked secret keeps the stored one, so that what `show` prints can be edited and handed in again."""
    before = office.installation.connection(NAME).plain()
    shown = desk.run("connections", "show", NAME, "--json").document
    shown["settings"]["phone_stand_in"] = "555-000-0000"

    said = desk.give(shown, "connections", "edit", NAME)

    settings = {**before["settings"], "phone_stand_in": "555-000-0000"}
    expected = {**before, "settings": settings, "own_hosts": ["127.0.0.1"]}
    assert (said.status, office.installation.connection(NAME).plain()) == (0, expected)


def test_a_changed_credential_drops_the_sessions(desk: Desk, office: Office) -> None:
    """The next import signs in anew."""
    office.account()
    desk.run("import", NAME)
    kept = Token.objects.count()
    mark = office.pair.salesforce.journal.entries()[-1].number

    said = desk.give({"salesforce": {"method": "jwt_bearer"}}, "connections", "edit", NAME)

    assert (said.status, kept, Token.objects.count()) == (0, 2, 0)
    desk.run("import", NAME)
    assert "/services/oauth2/token" in [each.path for each in office.pair.salesforce.journal.entries(mark)]


def test_remove_forgets_everything(desk: Desk, office: Office) -> None:
    """Connection, history and sessions go; both systems stay as they are."""
    office.account()
    run = desk.run("import", NAME, "--json").document
    companies = office.companies()

    said = desk.run("connections", "remove", NAME, "--yes")

    assert (said.status, said.text) == (0, f"✓ Connection {NAME} removed.")
    assert (office.installation.connections(), office.companies()) == ({}, companies)
    assert desk.run("run", str(run["run_id"])).problems == [
        f"There is no run {run['run_id']}: taskforce runs NAME lists them."
    ]


def test_a_connection_is_not_removed_while_a_create_may_still_be_carried_out(desk: Desk, office: Office) -> None:
    """Added anew it would know nothing of that create and send another; the settle time later it may go."""
    office.account()
    office.pair.autotask.faults.add(Fault(action="late_commit", method="POST", path="Companies$", delay_seconds=60))
    office.run()

    refused = desk.run("connections", "remove", NAME, "--yes")
    office.control("autotask", "clock", advance_seconds=60)
    office.settings(create_settle_seconds=0)
    removed = desk.run("connections", "remove", NAME, "--yes")

    assert (refused.status, refused.is_tidy, removed.status) == (2, True, 0)
    assert "Forgotten before that, its record could be created twice." in refused.text
    assert len(office.companies()) == 1


@pytest.mark.parametrize(("answer", "status", "left"), [("n\n", 1, [NAME]), ("y\n", 0, []), ("", 1, [NAME])])
def test_remove_asks(desk: Desk, office: Office, answer: str, status: int, left: list[str]) -> None:
    """Without --yes a person has to agree."""
    said = desk.run("connections", "remove", NAME, stdin=answer)

    assert (said.status, list(office.installation.connections())) == (status, left)
    assert f"Remove {NAME} with its links and its history?" in said.err


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (given("salesforce", colour="red"), ["salesforce.colour: is no key that Taskforce knows."]),
        (given("settings", colour="red"), ["settings.colour: is no key that Taskforce knows."]),
        (given("colours", red=1), ["colours: is no key that Taskforce knows."]),
        (lambda document: document.pop("autotask"), ["autotask: is missing."]),
        (lambda document: document.pop("salesforce"), ["salesforce: is missing."]),
        (without("salesforce", "url"), ["salesforce.url: is missing."]),
        (without("autotask", "secret"), ["autotask.secret: is missing."]),
        (given("autotask", username=""), ["autotask.username: must not be empty."]),
        (
            without("salesforce", "client_id", "client_secret"),
            ["salesforce: method client_credentials needs client_id and client_secret."],
        ),
        (
            given("salesforce", method="jwt_bearer", private_key="", username=""),
            ["salesforce: method jwt_bearer needs private_key and username."],
        ),
        (
            given("salesforce", method="password", username="", password=" "),
            ["salesforce: method password needs username and password."],
        ),
        (
            given("salesforce", method="guessing"),
            ["salesforce.method: must be 'client_credentials', 'jwt_bearer' or 'password'."],
        ),
        (
            given("salesforce", url="http://acme.my.salesforce.com"),
            ["salesforce.url: must begin with https://; plain http is accepted for this machine only."],
        ),
        (
            given("autotask", url="http://192.168.7.7:8080"),
            ["autotask.url: must begin with https://; plain http is accepted for this machine only."],
        ),
        (
            given("salesforce", url="acme.my.salesforce.com"),
            ["salesforce.url: must be an address such as https://example.my.salesforce.com."],
        ),
        (
            given("autotask", url="https://me:hunter2@webservices.autotask.net"),
            ["autotask.url: must not hold a user name or a password."],
        ),
        (
            given("settings", interval_minutes=0),
            ["settings.interval_minutes: must be greater than or equal to 1."],
        ),
        (
            given("settings", first_name_stand_in="a\x00b"),
            ["settings.first_name_stand_in: must be plain text on one line."],
        ),
        (
            lambda document: document.update(ca_file="/nowhere/ca.pem"),
            ["ca_file: there is no such file."],
        ),
        (
            lambda document: (given("salesforce", colour="red")(document), without("autotask", "secret")(document)),
            ["salesforce.colour: is no key that Taskforce knows.", "autotask.secret: is missing."],
        ),
        (
            given("autotask", secret=MASK),
            ["autotask.secret: is masked: put the secret itself here."],
        ),
    ],
)
def test_what_cannot_work_is_refused(
    desk: Desk,
    pair: RunningPair,
    installation: Installation,
    secrets: list[str],
    change: Callable[[Document], object],
    problems: list[str],
) -> None:
    """Every problem is told at once by the name of its key, never with a value, and nothing is stored."""
    document = json.loads(json.dumps(pair.connection()))
    change(document)

    said = desk.give(document, "connections", "add", "acme")

    assert (said.status, said.problems, said.out) == (2, problems, "")
    assert said.is_tidy
    assert said.shown([*secrets, "hunter2", "/nowhere/ca.pem"]) == []
    assert installation.connections() == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "This is not JSON (line 1, column 1)."),
        ('{"salesforce": {"password": "hunter2", }', "This is not JSON (line 1, column 40)."),
        ("[1, 2]", "This must be a JSON object with the keys salesforce and autotask."),
        ("[" * 100_000, "This is not JSON that can be read: it is nested too deeply."),
        (
            '{"settings": {"interval_minutes": ' + "9" * 5_000 + "}}",
            "This is not JSON that can be read: a number in it is too long.",
        ),
        (b'{"salesforce": "\xff\xfe"}', "Standard input is not text in UTF-8."),
    ],
)
@pytest.mark.parametrize("verb", ["add", "edit"])
def test_what_is_no_json_object(desk: Desk, office: Office, verb: str, text: str | bytes, problem: str) -> None:
    """Where it stops being JSON is told, not what stands there."""
    before = office.installation.connection(NAME).plain()

    said = desk.run("connections", verb, NAME, "--from", "-", stdin=text)

    assert (said.status, said.problems, said.out) == (2, [problem], "")
    assert said.is_tidy
    assert "hunter2" not in said.text
    assert office.installation.connection(NAME).plain() == before


def test_text_that_cannot_be_stored(desk: Desk, pair: RunningPair, installation: Installation) -> None:
    """Half a character, as JSON can express it, is refused where it stands."""
    document = json.loads(json.dumps(pair.connection()))
    document["settings"]["default_account_manager"] = "Helen \ud800"

    said = desk.give(document, "connections", "add", "acme")

    assert (said.status, said.is_tidy, installation.connections()) == (2, True, {})
    assert said.problems[0].startswith("settings.default_account_manager: ")


def test_a_file_that_is_not_there(desk: Desk, installation: Installation, tmp_path: Path) -> None:
    """The file is named."""
    file = tmp_path / "absent.json"

    said = desk.run("connections", "add", "acme", "--from", str(file))

    assert said.status == 2
    assert "cannot be read: give a text file that exists, or - ." in said.text
    assert file.name in said.text


@pytest.mark.parametrize("name", ["", "two words", "../up", "-dash", "a" * 65, "ümlaut", "a\nb"])
def test_names_that_cannot_be(desk: Desk, pair: RunningPair, installation: Installation, name: str) -> None:
    """A name can stand on a command line and in a path."""
    said = desk.run("connections", "add", "--from", "-", "--", name, stdin=json.dumps(pair.connection()))

    assert (said.status, said.problems) == (
        2,
        ["A connection's name begins with a letter or digit and has letters, digits, '_', '.', '-' only."],
    )
    assert installation.connections() == {}


def test_a_name_that_is_taken(desk: Desk, office: Office) -> None:
    """The connection that has it stays as it is."""
    before = office.installation.connection(NAME).plain()

    said = desk.give({**office.pair.connection(), "settings": {}}, "connections", "add", NAME)

    assert (said.status, said.problems) == (
        2,
        [f"There is a connection {NAME} already: edit it, or choose another name."],
    )
    assert office.installation.connection(NAME).plain() == before


def test_a_second_connection_between_the_same_two_systems(desk: Desk, office: Office) -> None:
    """It would create every record once more, so it is refused, however the addresses and the user are written."""
    document = office.pair.connection()
    document["salesforce"] = {**document["salesforce"], "url": f"{office.pair.salesforce_url}/"}  # type: ignore[dict-item]
    autotask = office.pair.autotask.credentials()
    document["autotask"] = {**autotask, "url": office.pair.autotask_url, "username": autotask["username"].upper()}
    problem = (
        f"The connection {NAME} pairs the same Salesforce org with the same Autotask database; a second one would "
        "create records twice. Edit that one instead."
    )

    said = desk.give(document, "connections", "add", "again")

    assert (said.status, said.problems, list(office.installation.connections())) == (2, [problem], [NAME])


def test_two_that_add_the_same_pair_at_once(pair: RunningPair, installation: Installation) -> None:
    """One of them is refused, whichever comes second."""
    config, meeting = ConnectionConfig.of(pair.connection()), threading.Barrier(2)

    def add(name: str) -> str:
        meeting.wait()
        try:
            installation.book.add(name, config)
        except ConfigurationError as error:
            return str(error)
        finally:
            databases.close_all()
        return ""

    with ThreadPoolExecutor(2) as pool:
        refused = [told for told in pool.map(add, ["one", "two"]) if told]

    assert [told[:15] for told in refused] == ["The connection "]
    assert len(installation.names()) == 1


def test_a_connection_that_becomes_a_second_one(desk: Desk, office: Office) -> None:
    """An edit that leads to the two systems of another connection is refused; other edits are not."""
    document: Document = json.loads(json.dumps(office.pair.connection()))
    document["autotask"]["username"] = "another@northlight.example"
    desk.give(document, "connections", "add", "other")
    user = office.pair.autotask.credentials()["username"]

    refused = desk.give({"autotask": {"username": user}}, "connections", "edit", "other")
    edited = desk.give({"settings": {"interval_minutes": 30}}, "connections", "edit", "other")

    assert (refused.status, refused.is_tidy, edited.status) == (2, True, 0)
    assert office.installation.connection("other").autotask.username == "another@northlight.example"


@pytest.mark.parametrize(
    "words",
    [
        ("connections", "show", "nobody"),
        ("connections", "show", "nobody", "--json"),
        ("connections", "edit", "nobody", "--from", "-"),
        ("connections", "remove", "nobody", "--yes"),
        ("check", "nobody"),
        ("import", "nobody"),
        ("import", "nobody", "--dry-run"),
        ("runs", "nobody"),
        ("runs", "nobody", "--json"),
    ],
)
def test_a_connection_that_is_not_there(desk: Desk, words: tuple[str, ...]) -> None:
    """Every command says how to find those there are."""
    said = desk.run(*words, stdin="{}")

    assert (said.status, said.out, said.is_tidy) == (2, "", True)
    assert said.problems == ["There is no connection nobody: taskforce connections list shows them all."]


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_connection_that_is_not_there_for_programs(desk: Desk, command: str) -> None:
    """With --json the last line is an object even then."""
    said = desk.run(command, "nobody", "--json")

    assert said.status == 2
    assert said.document["message"] == "There is no connection nobody: taskforce connections list shows them all."


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"colour": "red"}, "colour: there is no such key."),
        ({"settings": {"colour": "red"}}, "settings.colour: is no key that Taskforce knows."),
        ({"autotask": {"secret": ""}}, "autotask.secret: must not be empty."),
        (
            {"autotask": {"url": "http://10.0.0.1"}},
            "autotask.url: must begin with https://; plain http is accepted for this machine only.",
        ),
        ({"salesforce": None}, "salesforce: must be a JSON object."),
    ],
)
def test_an_edit_that_cannot_work(desk: Desk, office: Office, changes: Document, problem: str) -> None:
    """It is refused as a whole, and the connection stays as it is."""
    before = office.installation.connection(NAME).plain()

    said = desk.give({"settings": {"interval_minutes": 7}, **changes} | changes, "connections", "edit", NAME)

    assert (said.status, said.problems, said.is_tidy) == (2, [problem], True)
    assert office.installation.connection(NAME).plain() == before


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [("https://login.salesforce.com/services/Soap/u/64.0", False), ("https://acme.my.salesforce.com", True)],
)
def test_orgs_that_sign_in_at_the_same_address(installation: Installation, url: str, is_taken: bool) -> None:
    """Salesforce's own addresses for signing in serve every org, a My Domain one only."""
    for number in (1, 2):
        document = {
            "salesforce": {"url": url, "method": "password", "username": f"{number}@acme.example", "password": "x"},
            "autotask": {"username": "api@msp.example", "secret": "x", "integration_code": "x"},
        }
        if number == 2 and is_taken:
            with pytest.raises(ConfigurationError, match="pairs the same Salesforce org"):
                installation.book.add("second", ConnectionConfig.of(document))
        else:
            installation.book.add(f"org-{number}", ConnectionConfig.of(document))

    assert installation.names() == (["org-1"] if is_taken else ["org-1", "org-2"])
