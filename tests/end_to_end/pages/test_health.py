"""What load balancers and Prometheus ask."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from taskforce.adapters.store.models import User
from taskforce.domain.roles import Role
from taskforce.errors import ConfigurationError
from tests.end_to_end.office import NAME, Office
from tests.end_to_end.pages.conftest import Begin

SECRET = "a-metrics-token-of-32-letters-xx"


def answer(program: Begin, path: str) -> tuple[int, str]:
    """Status and text, without any token."""
    said = program(None).ask("GET", f"/{path}")
    return said.status_code, said.text


def test_the_process_answers(office: Office, program: Begin) -> None:
    """Whatever the rest does; without a session and without a cookie."""
    said = program(None).ask("GET", "//healthz")

    assert (said.status_code, said.text, "Set-Cookie" in said.headers) == (200, "ok\n", False)
    assert program(None).ask("POST", "//healthz").status_code in (403, 405)


def test_ready_is_who_looks_after_imports(office: Office, program: Begin) -> None:
    """One word says what is missing."""
    here = office.installation
    without = answer(program, "/readyz")
    here.health.beat("this one", here.clock.now())

    assert (without, answer(program, "/readyz")) == ((503, "scheduler\n"), (200, "ok\n"))


@pytest.mark.parametrize(
    ("what", "is_so", "word"),
    [("is_up_to_date", lambda _: False, "migrations"), ("beaten_at", None, "database")],
)
def test_what_else_may_be_missing(
    office: Office, program: Begin, monkeypatch: pytest.MonkeyPatch, what: str, is_so: object, word: str
) -> None:
    """No detail is told."""
    monkeypatch.setattr(type(office.installation.health), what, is_so or _unreadable)

    assert answer(program, "/readyz") == (503, f"{word}\n")


def test_metrics_need_a_token(office: Office, program: Begin) -> None:
    """Any of the REST API, or the one of the environment; asking from this machine is not enough."""
    here = office.installation
    nobody, reader = program(None), program(Role.VIEWER)
    here.metrics_token = SECRET

    statuses = [
        nobody.ask("GET", "//metrics", headers={"Authorization": f"Bearer {token}"} if token else {}).status_code
        for token in ("", "nonsense", SECRET)
    ]

    assert (statuses, reader.ask("GET", "//metrics").status_code) == ([401, 401, 200], 200)
    assert nobody.refused("GET", "/connections", headers={"Authorization": f"Bearer {SECRET}"})[0] == 401


def test_metrics_without_a_token_of_the_environment(office: Office, program: Begin) -> None:
    """An empty one opens nothing."""
    assert program(None).ask("GET", "//metrics", headers={"Authorization": "Bearer"}).status_code == 401


def test_what_the_metrics_tell(office: Office, program: Begin) -> None:
    """Of the runs that were, and nothing of any record."""
    office.company(companyName="Birch")
    office.company(companyName="Birch")
    held, linked = office.account(Name="Birch"), office.account(Name="Ash")
    office.contact(linked, LastName="Lind")
    run = office.run()
    office.run()

    said = program(Role.VIEWER).ask("GET", "//metrics")

    told = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(said.text)
        for sample in family.samples
    }
    assert said.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert told["taskforce_runs_total", "done", "import", "no", NAME] == 2
    assert told["taskforce_records_total", "company", "created", NAME] == 1
    assert told["taskforce_records_total", "company", "held", NAME] == 1
    assert told["taskforce_records_held", NAME] == 1
    assert told["taskforce_calls_total", "autotask", NAME] >= run.calls.autotask > 0
    assert 0 <= told["taskforce_lag_seconds", NAME] < 600
    assert [name for name in ("Birch", "Ash", "Lind", held, linked) if name in said.text] == []
    assert not User.objects.exists()


def _unreadable(_: object) -> None:
    raise ConfigurationError(["The database cannot be read: mend it."])
