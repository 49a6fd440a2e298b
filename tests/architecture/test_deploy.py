"""What operators are handed in `deploy` fits what Taskforce really is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from taskforce.config import InstallationSettings
from taskforce.web.presenters.metrics import metrics_text
from tests.architecture.test_docs import COMMANDS
from tests.unit.web.test_metrics import BUSY, figures

DEPLOY = Path(__file__).parents[2] / "deploy"
OWN = ["compose.yaml:taskforce", "compose.several.yaml:pages", "compose.several.yaml:worker"]
UNITS = ["taskforce.service", "taskforce-worker@.service"]
ADDED_BY_PROMETHEUS = {"job", "instance"}


def known() -> dict[str, set[str]]:
    """Every sample that `/metrics` gives, with the names of its labels."""
    families = text_string_to_metric_families(metrics_text(figures(BUSY)).decode())
    return {sample.name: {*sample.labels} for family in families for sample in family.samples}


def alerts() -> Iterator[tuple[str, str]]:
    """Every rule by its name, with its expression."""
    document = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text(encoding="utf-8"))
    for group in document["groups"]:
        yield from ((rule["alert"], rule["expr"]) for rule in group["rules"])


def dashboard() -> dict[str, Any]:
    """The one for Grafana."""
    return dict(json.loads((DEPLOY / "grafana/taskforce.json").read_text(encoding="utf-8")))


def panels() -> Iterator[tuple[str, str]]:
    """Every expression of the dashboard, by the title of its panel."""
    for panel in dashboard()["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])


EXPRESSIONS = [*alerts(), *panels()]


@pytest.mark.parametrize(("title", "expression"), EXPRESSIONS, ids=[title for title, _ in EXPRESSIONS])
def test_expressions_ask_for_what_there_is(title: str, expression: str) -> None:
    """Metrics and their labels, in rules and panels alike."""
    found = known()
    names = re.findall(r"\btaskforce_\w+", expression)
    selected = re.findall(r"(taskforce_\w+)\{([^}]*)\}", expression)
    asked = {(name, label) for name, labels in selected for label in re.findall(r"(\w+)\s*[=!]", labels)}
    grouped = {label for labels in re.findall(r"\bby \(([^)]*)\)", expression) for label in re.findall(r"\w+", labels)}

    assert names
    assert [name for name in names if name not in found] == []
    assert [(name, label) for name, label in asked if label not in found[name] | ADDED_BY_PROMETHEUS] == []
    assert [label for label in grouped for name in names if label not in found[name]] == []


def test_panels_stand_beside_each_other() -> None:
    """Each has a number of its own, and none covers another."""
    places = [panel["gridPos"] for panel in dashboard()["panels"]]
    cells = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    numbers = [panel["id"] for panel in dashboard()["panels"]]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("which", OWN)
def test_containers_may_do_little(which: str) -> None:
    """Nothing may be written but what is kept, as a user without rights; what they are told is what there is."""
    file, _, name = which.partition(":")
    service = yaml.safe_load((DEPLOY / file).read_text(encoding="utf-8"))["services"][name]
    variables = {f"TASKFORCE_{field.upper()}" for field in InstallationSettings.model_fields}

    assert (service["read_only"], service["cap_drop"], service["init"]) == (True, ["ALL"], True)
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {*service["environment"]} <= variables
    assert " ".join(["taskforce", *service.get("command", ["serve"])[:1]]) in dict(COMMANDS)
    assert [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")] == []


def test_image_is_made_of_what_is_pinned() -> None:
    """Every package by its digest, no address of a registry, and another user than root at the end."""
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    installs = [line for line in lines if " install --only-binary" in line]

    assert len(installs) == 2
    assert [line for line in installs if "--require-hashes" not in line] == []
    assert re.findall(r"https?://", "\n".join(lines)) == []
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]


@pytest.mark.parametrize("unit", UNITS)
def test_units_may_do_little(unit: str) -> None:
    """Both run a command that there is, alike; none hides the processes of other workers, which leases look at."""
    settings = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8").splitlines()
    command = next(line for line in settings if line.startswith("ExecStart=")).rpartition("/")[2]

    assert command in dict(COMMANDS)
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "User=taskforce", "UMask=0077"} <= {*settings}
    assert [line for line in settings if line.startswith(("ProtectProc=", "ProcSubset=", "DynamicUser="))] == []
    assert hardening(UNITS[0]) == hardening(UNITS[1])


def hardening(unit: str) -> list[str]:
    """What a unit says after the command that it runs."""
    settings = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8").splitlines()
    return settings[next(number for number, line in enumerate(settings) if line.startswith("ExecStart=")) + 1 :]
