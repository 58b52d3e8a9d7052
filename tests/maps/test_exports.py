"""A layer as a file: what somebody sees of it, which comes back as it was."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from maps import services
from maps.fields import plain_values
from maps.models import MapFeature
from tests.maps.makers import HUB, LINE, SQUARE, Story, point, shape

pytestmark = pytest.mark.django_db


def export(story: Story, by: User | None, format_: str = "geojson", **asked: str) -> Any:
    client = Client()
    if by is not None:
        client.force_login(by)
    return client.get(f"/api/v1/maps/layers/{story.layer.pk}/export/", {"format": format_, **asked})


def content(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def titles(answer: Any) -> list[str]:
    return [one["properties"]["title"] for one in json.loads(content(answer))["features"]]


def test_each_takes_what_they_see_with_its_source_and_licence() -> None:
    story = Story(attribution="Stad Gent", licence="cc_by")
    story.published(title="Voor iedereen")
    story.published(title="Voor de hub", visibility=2)
    story.draft(title="Concept", geometry=point(4.4, 51.2))

    answer = export(story, None)
    assert answer["Content-Type"] == "application/geo+json"
    assert answer["Content-Disposition"] == f'attachment; filename="bedrijven-{story.layer.pk}.geojson"'
    written = content(answer).decode()
    assert "Stad Gent" in written
    assert "https://creativecommons.org/licenses/by/4.0/" in written
    assert [one["properties"]["title"] for one in json.loads(written)["features"]] == ["Voor iedereen"]

    assert titles(export(story, story.editor)) == ["Voor iedereen", "Voor de hub", "Concept"]
    assert titles(export(story, story.editor, state="draft")) == ["Concept"]
    assert titles(export(story, story.editor, bbox="3.6,51,3.8,51.1")) == ["Voor iedereen", "Voor de hub"]


def test_what_is_not_understood_or_not_shown_is_refused() -> None:
    story = Story(visibility=2)
    assert export(story, None).status_code == 404
    for asked in ({"format_": "pdf"}, {"format_": ""}, {"state": "weg"}, {"kleur": "rood"}):
        answer = export(story, story.editor, **asked)
        assert answer.status_code == 400, asked
    assert "geojson, gpkg" in export(story, story.editor, "pdf").json()["errors"][0]["message"]


def test_the_page_of_a_map_links_to_each_file(client: Client) -> None:
    story = Story()
    story.published()
    page = client.get(f"/kaarten/{HUB}/{story.map.slug}/").content.decode()
    for format_ in ("geojson", "gpkg", "shp", "kml", "gml", "fgb", "csv", "xlsx"):
        assert f'href="/api/v1/maps/layers/{story.layer.pk}/export/?format={format_}"' in page


@pytest.mark.parametrize("format_", ["geojson", "gpkg"])
def test_what_goes_out_comes_in_as_it_was(format_: str, tmp_path: Path) -> None:
    """In another layer as new elements; in its own nothing changes."""
    story = Story()
    flow: dict[str, Any] = {
        "kind": "flow", "period": "month", "season_months": [3, 10], "quantity": "2.125", "form": "Balen, ‘los’",
        "composition": "80% PE\n20% PP", "contaminants": "lijm", "declared_status": "waste", "eural_code": "170102",
        "source_name": "Firma É", "source_reference": "F 1", "destination": "Oven", "available_from": "2026-01-31",
        "available_until": "2027-12-31", "certainty": "likely", "description": "Zes <b>regels</b>\nmet \"tekens\"",
        "geometry": shape(LINE),
    }  # fmt: skip
    story.draft(**flow)
    story.draft(geometry=shape(SQUARE), quantity_basis="measured")
    story.draft(material=None, quantity=None, unit="", quantity_basis="unknown")
    path = tmp_path / "uit"
    path.write_bytes(content(export(story, story.editor, format_)))
    before = list(MapFeature.objects.order_by("pk").values_list("pk", "version"))

    assert "0 added, 0 changed, 3 unchanged" in read_back(story, path, "Bedrijven")
    assert list(MapFeature.objects.order_by("pk").values_list("pk", "version")) == before

    other = services.create_layer(by=story.manager, material_map=story.map, title="Andere")
    assert "3 added" in read_back(story, path, "Andere")
    came = list(other.features.order_by("pk"))
    for was, now in zip(story.layer.features.order_by("pk"), came, strict=True):
        # Formats order the corners of an area otherwise.
        assert now.geometry.normalize(clone=True) == was.geometry.normalize(clone=True)
        skipped = {"source_reference": None, "geometry": None}
        assert plain_values(now) | skipped == plain_values(was) | skipped
        assert (now.mass_kg, now.municipality) == (was.mass_kg, was.municipality)


def read_back(story: Story, path: Path, layer: str) -> str:
    said = StringIO()
    call_command("import_map", str(path), hub=HUB, map=story.map.slug, layer=layer, stdout=said, stderr=said)
    return said.getvalue()
