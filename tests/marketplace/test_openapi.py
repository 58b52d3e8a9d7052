"""The API's document is whole, and the page that shows it asks nobody else."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path: Path = tmp_path_factory.mktemp("openapi") / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(path), stdout=StringIO())
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def addresses(resolver: URLResolver | None = None, before: str = "") -> list[str]:
    found: list[str] = []
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = before + str(pattern.pattern)
        found += addresses(pattern, whole) if isinstance(pattern, URLResolver) else [whole]
        assert isinstance(pattern, URLPattern | URLResolver)
    return found


def test_it_is_made_without_a_warning_and_names_every_address(document: dict[str, Any]) -> None:
    ours = {"/" + re.sub(r"<\w+:(\w+)>", r"{\1}", path) for path in addresses() if path.startswith("api/v1/")}
    assert len(ours) > 20
    assert set(document["paths"]) == ours


def test_every_operation_says_what_it_answers(document: dict[str, Any]) -> None:
    silent = [
        f"{method} {path} {status}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if status != "204"
        for content in answer.get("content", {"": {}}).values()
        if not content.get("schema") or content["schema"] == {"type": "object", "additionalProperties": {}}
    ]
    assert silent == []


SCALARS = ("string", "integer", "number", "boolean")
COMPOSED = ("allOf", "anyOf", "oneOf")


def untyped(schema: Any, at: str) -> Iterator[str]:
    """Where a schema, or one inside it, says only that something is there. References are no part of it."""
    if not isinstance(schema, dict) or not schema:
        yield at
        return
    if "$ref" in schema:
        return
    parts = {f"{at} {how} {index}": part for how in COMPOSED for index, part in enumerate(schema.get(how, ()))}
    kind = schema.get("type")
    if kind == "object":
        parts |= {f"{at}.{name}": part for name, part in schema.get("properties", {}).items()}
        if schema.get("additionalProperties", False) is not False:
            parts[f"{at}.*"] = schema["additionalProperties"]
    elif kind == "array":
        parts[f"{at}[]"] = schema.get("items")
    if not parts and kind not in SCALARS:
        yield at
    for where, part in parts.items():
        yield from untyped(part, where)


def schemas(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every schema of what is asked and what is answered, with where it stands."""
    yield from document["components"]["schemas"].items()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            at = f"{method} {path}"
            for parameter in operation.get("parameters", ()):
                yield f"{at} {parameter['name']}", parameter.get("schema")
            for media, content in operation.get("requestBody", {}).get("content", {}).items():
                yield f"{at} body {media}", content.get("schema")
            for status, answer in operation["responses"].items():
                for media, content in answer.get("content", {}).items():
                    yield f"{at} {status} {media}", content.get("schema")


def test_nothing_is_without_a_shape(document: dict[str, Any]) -> None:
    found = list(schemas(document))
    for part in ("body application/json", "200 application/json", "200 application/geo+json", "get /api/v1/search/ q"):
        assert any(part in at for at, _schema in found), part
    assert [missing for at, schema in found for missing in untyped(schema, at)] == []


@pytest.mark.parametrize(
    "schema",
    [
        {},
        None,
        {"description": "Anything."},
        {"type": "object"},
        {"type": "object", "properties": {}},
        {"type": "object", "additionalProperties": {}},
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": True},
        {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object", "nullable": True}}}},
        {"type": "array"},
        {"type": "array", "items": {}},
        {"enum": [None]},
        {"nullable": True, "oneOf": [{"type": "string"}, {"type": "object"}]},
        {"allOf": []},
    ],
)
def test_what_has_no_shape_is_told(schema: Any) -> None:
    assert list(untyped(schema, "here"))


def test_each_shape_is_said_once(document: dict[str, Any]) -> None:
    """What apps name in their shapes.py are components that answers refer to."""
    answer = document["paths"]["/api/v1/materials/{code}/"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/Material"}
    named = document["components"]["schemas"]
    assert named["Materials"]["properties"]["results"]["items"] == {
        "anyOf": [{"$ref": "#/components/schemas/Material"}, {"$ref": "#/components/schemas/MaterialHit"}]
    }
    assert named["ListingMatches"]["properties"]["bundle"] == {
        "allOf": [{"$ref": "#/components/schemas/Bundle"}], "nullable": True,
    }  # fmt: skip


#: What is for people who are logged in, though it is only read.
OWN = {
    "/api/v1/me/", "/api/v1/hubs/{slug}/plan/", "/api/v1/listings/{listing_id}/dismissals/", "/api/v1/exchanges/",
    "/api/v1/exchanges/{exchange_id}/", "/api/v1/exchanges/{exchange_id}/steps/", "/api/v1/saved-searches/",
    "/api/v1/exchanges/agreements/", "/api/v1/exchanges/agreements/{agreement_id}/",
    "/api/v1/saved-searches/{search_id}/", "/api/v1/maps/elements/{element_id}/versions/",
    "/api/v1/maps/elements/{element_id}/proposals/", "/api/v1/maps/layers/{layer_id}/imports/",
    "/api/v1/maps/imports/{import_id}/", "/api/v1/maps/imports/{import_id}/rows/",
    "/api/v1/exchanges/{exchange_id}/messages/", "/api/v1/exchanges/agreements/{agreement_id}/messages/",
    "/api/v1/arrangements/{arrangement_id}/", "/api/v1/proposals/", "/api/v1/proposals/{proposal_id}/",
    "/api/v1/hubs/{slug}/proposals/", "/api/v1/enquiries/", "/api/v1/enquiries/{enquiry_id}/",
    "/api/v1/enquiries/{enquiry_id}/messages/", "/api/v1/hubs/{slug}/enquiries/",
    "/api/v1/message-photos/{photo_id}/", "/api/v1/exchanges/{exchange_id}/weights/{statement_id}/slip/",
    "/api/v1/maps/layers/{layer_id}/rights/",
    "/api/v1/maps/groups/", "/api/v1/maps/groups/{group_id}/", "/api/v1/hubs/{slug}/duplicates/",
    "/api/v1/hubs/{slug}/duplicates/dismissed/",
}  # fmt: skip


def test_reading_asks_nobody_to_log_in_and_changing_does(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            security, answers = operation["security"], operation["responses"]
            is_open = method == "get" and path not in OWN
            assert ({} in security) == is_open, f"{method} {path}"
            assert ("403" in answers) == (not is_open), f"{method} {path}"
            assert ("401" in answers) == any(security), f"{method} {path}"
            assert ("404" in answers) == ("{" in path), f"{method} {path}"
            assert ("415" in answers) == ("requestBody" in operation), f"{method} {path}"


@pytest.mark.django_db
def test_what_the_document_says_of_logging_in_is_so(document: dict[str, Any], client: Client) -> None:
    for path, operations in document["paths"].items():
        answer = client.get(
            path.format(
                slug="sociaal-circulaire-hub-gent",
                listing_id=1,
                photo_id=1,
                booking_id=1,
                other_id=1,
                exchange_id=1,
                statement_id=1,
                agreement_id=1,
                search_id=1,
                verification_id=1,
                map_id=1,
                layer_id=1,
                element_id=1,
                proposal_id=1,
                import_id=1,
                enquiry_id=1,
                arrangement_id=1,
                document_id=1,
                right_id=1,
                group_id=1,
                said_id=1,
                code="wood",
            )
        )
        if "get" in operations:
            assert (answer.status_code == 401) == ({} not in operations["get"]["security"]), path


def test_every_operation_has_a_description_and_a_name_of_its_own(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all(operation.get("description") for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "accept", "media"),
    [
        ("/api/schema/", "*/*", "application/vnd.oai.openapi"),
        ("/api/schema/?format=yaml", "application/json, */*", "application/vnd.oai.openapi"),
        ("/api/schema/?format=json", "*/*", "application/json"),
        ("/api/schema/?format=json", "text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("/api/schema/", "application/json", "application/json"),
        ("/api/schema/", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("/api/schema/", "application/yaml", "application/yaml"),
    ],
)
def test_it_comes_as_it_is_asked(client: Client, address: str, accept: str, media: str) -> None:
    answer = client.get(address, headers={"Accept": accept})
    assert answer["Content-Type"].split(";")[0] == media
    read = json.loads if "json" in media else yaml.safe_load
    assert read(answer.content)["paths"]["/api/v1/search/"]["get"]["operationId"] == "search"
    if "json" not in media:
        with pytest.raises(ValueError, match="Expecting value"):
            json.loads(answer.content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "accept", "status"), [("/api/schema/?format=xml", "*/*", 400), ("/api/schema/", "text/html", 406)]
)
def test_another_form_is_refused_in_json(client: Client, address: str, accept: str, status: int) -> None:
    answer = client.get(address, headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(answer.content)["status"] == status
    if status == 400:
        (error,) = json.loads(answer.content)["errors"]
        assert (error["field"], error["message"]) == ("format", "Dit formaat ken ik niet. Kies uit: json, yaml.")


@pytest.mark.django_db
def test_the_page_needs_no_other_host(client: Client, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    page = client.get("/api/docs/").content.decode()
    assert "swagger-ui-bundle" in page
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']+""", page) == []
    script = client.get("/api/docs/?script=").content.decode()
    assert '"validatorUrl": null' in script
