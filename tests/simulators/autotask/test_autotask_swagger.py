"""Names, types and paths against the vendor's own Swagger, read from its place outside of the project."""

import json
import os
from pathlib import Path

import pytest

from taskforce_simulators.autotask.errors import NoMethodError, NoPathError
from taskforce_simulators.autotask.paths import understand
from taskforce_simulators.autotask.schema import ENTITIES

VARIABLE = "TASKFORCE_AUTOTASK_SWAGGER"
RELATED = "swagger_v1.what_hangs_on_a_company.json"
TYPES = {
    ("integer", "int32"): {"integer", "short"},
    ("integer", "int64"): {"long"},
    ("number", "double"): {"double", "decimal"},
    ("string", None): {"string"},
    ("object", None): {"string"},
    ("string", "date-time"): {"datetime"},
    ("boolean", None): {"boolean"},
}


@pytest.fixture(scope="module")
def swagger() -> dict[str, dict]:
    """Paths and definitions of the document that the variable names, and of the one beside it."""
    place = os.environ.get(VARIABLE)
    if not place or not Path(place).exists():
        pytest.skip(f"{VARIABLE} names no file: it is to be the vendor's Swagger document")
    documents = [
        json.loads(path.read_text()) for path in (Path(place), Path(place).with_name(RELATED)) if path.exists()
    ]
    return {
        part: {name: value for document in documents for name, value in document[part].items()}
        for part in ("paths", "definitions")
    }


@pytest.mark.parametrize("path", ENTITIES)
def test_every_property_of_the_model_is_on_the_record_and_in_the_metadata(swagger, tenant, path) -> None:
    """With a data type that fits; the model's link to its parent is no field."""
    entity = ENTITIES[path]
    model = swagger["definitions"][f"{entity.name}Model"]["properties"]
    expected = {
        name: TYPES[described.get("type"), described.get("format")]
        for name, described in model.items()
        if name not in {"userDefinedFields", "soapParentPropertyId"}
    }
    item = tenant.control(f"records/{path}", {"id": 7}).json()
    fields = {field["name"]: field for field in tenant.get(f"{path}/entityInformation/fields").json()["fields"]}
    assert set(item) == set(fields) == set(expected)
    assert [name for name in fields if fields[name]["dataType"] not in expected[name]] == []


def test_every_path_of_a_simulated_entity_is_understood(swagger) -> None:
    """With each of its methods; children that are not simulated are left out."""
    refused = []
    for path, methods in swagger["paths"].items():
        parts = path.split("/")
        entity, child = (*parts[2:], "", "", "")[0], (*parts[2:], "", "", "")[2]
        simulated = entity in ENTITIES and child in {"", "count", "fields", "userDefinedFields", "Contacts"}
        if not simulated and entity not in {"ThresholdInformation", "ZoneInformation", "Version", ""}:
            continue
        for method in methods:
            try:
                understand(method.upper(), "/ATServicesRest" + path.replace("{id}", "7").replace("{parentId}", "8"))
            except (NoPathError, NoMethodError):
                refused.append((method, path))
    assert refused == []


def test_metadata_and_answers_have_the_properties_of_the_models(swagger, tenant) -> None:
    """Entity information, fields, picklist values, user-defined fields, pages, threshold, zone, version."""
    tenant.user_defined_field("Region")
    zone = tenant.http.get(f"{tenant.base}/zoneInformation", params={"user": tenant.headers["UserName"]}).json()
    fields = tenant.get("Companies/entityInformation/fields").json()["fields"]
    shown = {
        "EntityInformationModel": tenant.get("Companies/entityInformation").json()["info"],
        "FieldInformationModel": fields[0],
        "PickListValue": next(field for field in fields if field["name"] == "companyType")["picklistValues"][0],
        "Field": tenant.get("Companies/entityInformation/userDefinedFields").json()["fields"][0],
        "PagingModel": tenant.query("Companies", {"op": "exist", "field": "id"}).json()["pageDetails"],
        "ThresholdStatusResultModel": tenant.get("ThresholdInformation").json(),
        "ZoneInformationResultModel": zone,
        "AutotaskVersionResultModel": tenant.get("Version").json(),
        "ApiVersionResultModel": tenant.http.get(f"{tenant.url}/ATServicesRest/VersionInformation").json(),
    }
    assert {name: set(value) for name, value in shown.items()} == {
        name: set(swagger["definitions"][name]["properties"]) for name in shown
    }
