"""The API's document is whole, and the page that shows it asks nobody else."""

import re
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


def test_every_operation_has_a_description_and_a_name_of_its_own(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all(operation.get("description") for operation in operations)
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))


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
