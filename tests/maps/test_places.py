"""A place is a kind of its own: a kringwinkel weighs nothing, and is no flow of which nobody knows the weight."""

import csv
import io
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client

from maps import services
from maps.files.reading import Column
from maps.imports.places import holds_places
from maps.models import MapFeature
from tests.makers import make_organisation, make_user, material, published
from tests.maps.geodata import geojson
from tests.maps.makers import HUB, Story
from tests.maps.test_card import words

pytestmark = pytest.mark.django_db
NOTHING: dict[str, Any] = {"quantity": None, "unit": "", "quantity_basis": "unknown"}


def place(story: Story, **fields: Any) -> MapFeature:
    return story.published(**{"kind": "place", "title": "Kringwinkel Ledeberg", **NOTHING} | fields)


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ({"quantity": 4, "unit": "tonne"}, "quantity", "Een plaats heeft geen hoeveelheid"),
        ({"period": "week"}, "period", "een voorraad of een plaats heeft dat niet"),
        ({"season_months": [3]}, "season_months", "enkel bij een stroom"),
    ],
)
def test_a_place_has_neither_a_quantity_nor_a_period(fields: dict[str, Any], name: str, said: str) -> None:
    story = Story()
    with pytest.raises(ValidationError) as refused:
        place(story, **fields)
    assert said in str(refused.value.message_dict[name])
    feature = place(story)
    # The database says the same to whoever comes past the services.
    with pytest.raises(IntegrityError):
        MapFeature.objects.filter(pk=feature.pk).update(**({"quantity": 1, "unit": "kg"} | fields))


def test_figures_count_places_and_never_take_them_for_flows_of_unknown_weight(client: Client) -> None:
    story = Story()
    story.published(material=material("furniture"), quantity=2)
    for _number in range(3):
        place(story, material=material("furniture"))
    answer = client.get(f"/hubs/{HUB}/cijfers/voorraad-en-stromen.csv")
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert header[0] == "Soort"
    said = {row[0]: row[3:] for row in rows}
    assert said["Plaats"] == ["3", "", "", ""]
    assert said["Voorraad"][0] == "1"
    assert "Stroom" not in said
    page = client.get(f"/hubs/{HUB}/cijfers/")
    table = page.context["by_material"]
    (row,) = table.rows
    told = {column.label: cell for column, cell in zip(table.columns, row.cells, strict=True)}
    assert (told["Plaatsen"], told["Stromen"], told["Gewicht per jaar onbekend"]) == (3, 0, 0)


def test_a_card_says_which_places_take_it_and_weighs_none(client: Client) -> None:
    story = Story()
    story.published(material=material("furniture-school"), quantity=3)
    place(story, material=material("furniture"))
    place(story, material=material("textile"), title="Sorteercentrum")
    text = words(client, "furniture-school")
    who = text.split("Wie het kan gebruiken", 1)[1]
    assert "Kringwinkel Ledeberg" in who
    assert "Niemand in de regio" not in who
    assert "Sorteercentrum" not in text
    assert "gewicht niet bekend" not in text
    where = words(client, "furniture").split("Wie het kan gebruiken", 1)[0]
    assert "Kringwinkel Ledeberg" not in where


def test_the_map_its_table_and_open_data_narrow_to_places(client: Client) -> None:
    story = Story()
    story.published(title="Een stapel stenen")
    place(story)
    page = client.get(f"/kaarten/{HUB}/{story.map.slug}/?soort=place").content.decode()
    assert "Kringwinkel Ledeberg" in page
    assert "Een stapel stenen" not in page
    assert "kind=place" in page
    told = client.get(f"/ogc/collections/layer-{story.layer.pk}/items?f=json&kind=place").json()
    assert [one["properties"]["title"] for one in told["features"]] == ["Kringwinkel Ledeberg"]
    queryables = client.get(f"/ogc/collections/layer-{story.layer.pk}/queryables?f=json").json()
    assert "place" in str(queryables["properties"]["kind"])
    files = client.get(f"/api/v1/maps/layers/{story.layer.pk}/export/?format=geojson")
    assert b'"place"' in b"".join(files.streaming_content)  # type: ignore[arg-type, attr-defined]


def test_a_file_of_reuse_points_is_read_as_places(tmp_path: Path) -> None:
    story = Story()
    sorts = ["recycling", "charity", "second_hand", "waste_disposal"]
    rows = [
        (shapely.Point(3.70 + number / 1000, 51.04), {"osm_id": str(number), "name": f"Punt {number}", "type": sort})
        for number, sort in enumerate(sorts * 3)
    ]
    said = StringIO()
    path = geojson(tmp_path / "punten.geojson", rows)
    call_command("import_map", str(path), hub=HUB, map=story.map.slug, stdout=said, stderr=said)
    assert "new elements are place (guessed; --set kind=…)" in said.getvalue()
    assert set(MapFeature.objects.values_list("kind", flat=True)) == {"place"}


@pytest.mark.parametrize(
    ("columns", "is_of_places"),
    [
        ({"shop": ["charity", "second_hand"], "amenity": ["recycling"]}, True),
        ({"naam": ["Kringwinkel Ateljee", "Herstelpunt Sint-Amandsberg", "Recyclagepark Drongen"]}, True),
        ({"naam": ["Repair Café Muide"]}, True),
        ({"naam": ["Kringwinkel Ateljee", "Oude school"]}, False),
        ({"naam": ["Recycling van pmd uit kantoren"]}, False),
        ({"type": ["recycling", "school"], "naam": ["Kringwinkel"]}, False),
        ({"naam": []}, False),
    ],
)
def test_words_tell_whether_a_file_holds_places(columns: dict[str, list[str]], is_of_places: bool) -> None:
    found = [Column(name, "text", samples) for name, samples in columns.items()]
    assert holds_places(found, "naam") is is_of_places


def test_a_service_becomes_a_place_and_a_place_a_service() -> None:
    story = Story()
    service = published("service", materials=[material("furniture-school"), material("furniture")], title="Herstel")
    feature = services.map_listing(by=story.editor, listing=service, layer=story.layer)
    assert (feature.kind, feature.quantity, feature.title) == ("place", None, "Herstel")
    assert feature.material == material("furniture")
    assert feature.geometry == service.shown_location
    with pytest.raises(ValidationError):
        services.map_listing(by=story.editor, listing=service, layer=story.layer)
    unlike = published("service", materials=[material("wood"), material("textile")])
    assert services.map_listing(by=story.editor, listing=unlike, layer=story.layer).material is None
    by = make_user()
    organisation = make_organisation(by)
    shop = place(story, source_organisation=organisation, material=material("textile"))
    draft = services.list_feature(by=by, feature=shop, organisation=organisation)
    assert (draft.kind, draft.status, draft.title) == ("service", "draft", shop.title)
    assert list(draft.materials.all()) == [material("textile")]
    assert services.list_feature(by=by, feature=shop, organisation=organisation) == draft


def test_staff_put_a_service_on_a_layer_by_a_button() -> None:
    story, service = Story(), published("service")
    client = Client()
    client.force_login(story.editor)
    path = f"/zoekertje/{service.pk}/"
    assert "Zet op een kaart" in client.get(path).content.decode()
    asked = published("demand")
    assert "Zet op een kaart" not in client.get(f"/zoekertje/{asked.pk}/").content.decode()
