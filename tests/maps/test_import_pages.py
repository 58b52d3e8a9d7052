"""The page and the API of a file for a layer: who may open them, what they show and refuse, and how many queries."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pyproj import Transformer

from maps import services
from maps.enums import Visibility
from maps.imports.reading import run_read
from maps.imports.taking import run_take
from maps.models import MapFeature, MapImport
from tests.makers import make_user
from tests.maps.geodata import POINT, geojson, lambert, write
from tests.maps.makers import Story
from tests.maps.test_api import send
from tests.maps.test_imports import row, take
from tests.maps.test_map_imports import given, layer_of_five, read_again
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db


def page(made: MapImport) -> str:
    return reverse("map-import", args=[made.pk])


def text_of(client: Any, address: str) -> str:
    return str(client.get(address).content.decode())


#: What nobody, somebody, who may propose, an editor and a manager get; of the API, a stranger is asked to log in.
TABLE = {
    "map-import-new": (302, 403, 403, 200, 200),
    "map-import": (302, 403, 403, 200, 200),
    "map-import-row": (302, 403, 403, 302, 302),
    "map-import-beside": (302, 403, 403, 200, 200),
    "map-import-beside-row": (302, 403, 403, 302, 302),
    "map-import-mistakes": (302, 403, 403, 200, 200),
    "map-import-tile": (403, 403, 403, 200, 200),
    "api-map-layer-imports": (401, 403, 403, 200, 200),
    "api-map-import": (401, 403, 403, 200, 200),
    "api-map-import-rows": (401, 403, 403, 200, 200),
}


@pytest.mark.parametrize("name", TABLE)
def test_who_may_open_what(name: str, tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, geojson(path, [row(1), row(9)]))
    # Another file for the layer, that it can be laid beside: row 9 is new in the first alone.
    beside = given(story, geojson(path, [row(1)])) if "beside" in name else made
    new = made.rows.get(fate="added").pk
    arguments = {
        "map-import-beside": [made.pk, beside.pk], "map-import-beside-row": [made.pk, beside.pk, new],
        "map-import-new": [story.layer.pk], "api-map-layer-imports": [story.layer.pk],
        "map-import-row": [made.pk, new], "map-import-tile": [made.pk, 8, 130, 85],
    }  # fmt: skip
    address = reverse(name, args=arguments.get(name, [made.pk]))
    people = (None, make_user(), story.proposer, story.editor, story.manager)
    assert tuple(of(who).get(address).status_code for who in people) == TABLE[name]


def test_a_file_is_given_compared_chosen_and_taken(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1), row(2, naam="Anders"), row(3), row(4), row(6)])
    client = of(story.editor)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    made_at = client.post(reverse("map-import-new", args=[story.layer.pk]), {"file": file})
    made = MapImport.objects.latest("pk")
    assert made_at["Location"] == page(made)
    assert "We beginnen zo" in text_of(client, page(made))
    assert "hx-get" in client.get(page(made), headers={"HX-Request": "true"}).content.decode()

    run_read(made)
    assert client.get(page(made), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    shown = text_of(client, page(made))
    assert "3 elementen zijn ongewijzigd" in shown
    assert "Punt 6" in shown
    changed = text_of(client, f"{page(made)}?soort=changed")
    assert "<del>Punt 2</del>" in changed
    assert "<ins>Anders</ins>" in changed
    gone = made.rows.get(fate="gone")
    assert f'value="{gone.pk}"' in text_of(client, f"{page(made)}?soort=gone")
    assert "Niets." in text_of(client, f"{page(made)}?soort=wrong")

    choose = reverse("map-import-choose", args=[made.pk])
    client.post(choose, {"soort": "changed", "action": "none"})
    assert not made.rows.filter(fate="changed", chosen=True).exists()
    shown_here = {"soort": "gone", "shown": [gone.pk], "row": [gone.pk]}
    client.post(choose, shown_here | {"action": "take"})
    made.refresh_from_db()
    assert (made.state, made.taken_by) == ("taking", story.editor)
    run_take(made)
    assert "1 nieuw, 0 gewijzigd, 1 ingetrokken." in text_of(client, page(made))
    assert "Alles terugdraaien" not in text_of(client, page(made))
    assert "Alles terugdraaien" in text_of(of(story.manager), page(made))
    of(story.manager).post(reverse("map-import-decide", args=[made.pk]), {"action": "undo"})
    assert "2 elementen zijn weer zoals voordien" in text_of(client, page(made))


def test_the_page_asks_what_the_file_does_not_say(tmp_path: Path) -> None:
    story = Story()
    columns = {"wat": ["Puin"], "soort element": ["voorraad"]}
    path = write(tmp_path / "lambert.gpkg", [lambert(POINT)], columns, crs=None)
    made, client = given(story, path), of(story.editor)
    shown = text_of(client, page(made))
    assert "Het bestand zegt niet in welk coördinatenstelsel het is" in shown
    assert "EPSG:31370" in shown
    read = reverse("map-import-read", args=[made.pk])
    client.post(read, {"proposal": "31370:0"})
    made = read_again(made)
    assert made.counts["wrong"] == 1
    assert "Geen kolom is gelezen als titel" in text_of(client, page(made))
    client.post(read, {"column-0": "title", "column-1": "kind", "srid": "31370", "given-kind": "flow"})
    made = read_again(made)
    assert (made.choice["srid"], made.choice["columns"]) == (31370, {"wat": "title", "soort element": "kind"})
    assert (made.counts["added"], made.counts["wrong"]) == (1, 0)
    assert "Geen kolom heeft het nummer" not in text_of(client, page(made))

    twice = client.post(read, {"column-0": "source_reference", "column-1": "source_reference"}, follow=True)
    assert "Kies één kolom als nummer bij de bron" in twice.content.decode()
    for wrong in ({"proposal": "x:0"}, {"srid": "99999999"}):
        assert "Kies een coördinatenstelsel" in client.post(read, wrong, follow=True).content.decode()
    for text in ("Lambert", "EPSG:", "3035.5", "12345678", "0"):
        answer = client.post(read, {"srid": "31370", "epsg": text}, follow=True).content.decode()
        assert f"“{text}” is geen EPSG-nummer" in answer
    made.refresh_from_db()
    assert made.choice["srid"] == 31370


@pytest.mark.parametrize("text", ["32631", " epsg:32631 "])
def test_a_system_that_is_in_no_list_is_named_by_its_number(tmp_path: Path, text: str) -> None:
    story = Story()
    columns = {"title": ["Puin"], "soort": ["voorraad"]}
    east, north = Transformer.from_crs(4326, 32631, always_xy=True).transform(3.72, 51.05)
    made = given(story, write(tmp_path / "utm.gpkg", [shapely.Point(east, north)], columns, crs=None))
    client, read = of(story.editor), reverse("map-import-read", args=[made.pk])
    assert "Of een ander stelsel, met zijn EPSG-nummer" in text_of(client, page(made))
    client.post(read, {"srid": "", "epsg": text})
    made = read_again(made)
    assert (made.choice["srid"], made.counts["added"]) == (32631, 1)
    found = made.rows.get().geometry
    assert found is not None
    assert (round(found.x, 4), round(found.y, 4)) == (3.72, 51.05)
    assert "EPSG:32631" in text_of(client, page(made))
    client.post(read, {"srid": "", "epsg": "2"})
    made = read_again(made)
    assert "EPSG:2 kennen we niet" in text_of(client, page(made))


def test_a_shape_that_crosses_itself_is_mended_where_somebody_says_so(tmp_path: Path) -> None:
    story = Story()
    bowtie = shapely.Polygon([(3.70, 51.00), (3.80, 51.10), (3.80, 51.00), (3.70, 51.10)])
    made = given(story, geojson(tmp_path / "strik.geojson", [(bowtie, row(1)[1])]))
    client = of(story.editor)
    shown = text_of(client, page(made))
    assert "kruist of raakt zichzelf, op lat 51.05" in shown
    assert "1 vorm kruist zichzelf, maar is te herstellen." in shown
    client.post(reverse("map-import-read", args=[made.pk]), {"mend": "yes"})
    made = read_again(made)
    assert (made.counts["added"], made.counts["wrong"]) == (1, 0)
    assert made.rows.filter(geometry__isvalid=True).count() == 1


def test_the_page_refuses_what_it_does_not_show(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made, client = given(story, path), of(story.editor)
    for query in ("soort=same", "soort=x", "na=x", "na=1-x", "rij=x"):
        assert client.get(f"{page(made)}?{query}").status_code == 404, query
    assert client.post(reverse("map-import-choose", args=[made.pk]), {"soort": "x"}).status_code == 404
    empty = client.post(reverse("map-import-new", args=[story.layer.pk]))
    assert (empty.status_code, "Kies een bestand." in empty.content.decode()) == (409, True)


def test_the_map_draws_what_is_new_changed_and_gone_and_leads_to_the_row(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1), row(2, naam="Anders"), row(3), row(4), row(6)])
    made, client = given(story, path), of(story.editor)
    body = client.get(reverse("map-import-tile", args=[made.pk, 8, 130, 85])).content
    for words in (b"added", b"changed", b"gone", b"Punt 6", b"Anders", b"Punt 5"):
        assert words in body, words
    assert b"Punt 3" not in body
    found = made.rows.get(fate="changed")
    led = client.get(reverse("map-import-row", args=[made.pk, found.pk]), follow=True)
    assert led.content.decode().count('name="row"') == 1
    assert "Alle rijen tonen" in led.content.decode()


def test_a_tile_of_many_rows_says_how_many(tmp_path: Path) -> None:
    story = Story()
    made = given(story, geojson(tmp_path / "veel.geojson", [row(number) for number in range(400)]))
    body = of(story.editor).get(reverse("map-import-tile", args=[made.pk, 8, 130, 85])).content
    assert b"count" in body
    assert b"Punt" not in body


def test_a_page_of_many_rows_takes_as_many_queries_as_one_of_few(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in range(70)])
    take(story, path)
    taken = []
    for changed in (2, 60):
        rows = [row(number, **({"naam": f"Anders {number}"} if number < changed else {})) for number in range(70)]
        made = given(story, geojson(path, rows))
        client = of(story.editor)
        client.get(page(made))
        counts = []
        for address in (page(made), reverse("api-map-import-rows", args=[made.pk])):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        taken.append(counts)
    assert taken[0] == taken[1]
    assert taken[0][0] < 32
    following = of(story.editor).get(f"{page(made)}?soort=changed")
    assert 'value="next"' in following.content.decode()


# ---- the API ----


def test_the_api_goes_from_a_file_to_elements(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1), row(2, naam="Anders"), row(3), row(4), row(6), row(7, naam=None)])
    client = of(story.editor)
    listed = f"/api/v1/maps/layers/{story.layer.pk}/imports/"
    sent = client.post(listed, {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    made = MapImport.objects.get(pk=sent.json()["id"])
    run_read(made)
    one = f"/api/v1/maps/imports/{made.pk}/"
    shown = client.get(one).json()
    assert (shown["state"], shown["id_column"], shown["srid"]) == ("compared", "ref", 4326)
    assert {name: shown["counts"][name] for name in ("added", "changed", "gone", "same", "wrong")} == {
        "added": 1, "changed": 1, "gone": 1, "same": 3, "wrong": 1,
    }  # fmt: skip
    assert client.get(listed).json()["results"][0] == shown

    rows = client.get(f"{one}rows/?fate=changed").json()["results"]
    assert [(line["reference"], line["changes"]) for line in rows] == [
        ("p2", [{"field": "title", "label": "titel", "before": "Punt 2", "after": "Anders"}])
    ]
    wrong = client.get(f"{one}rows/?fate=wrong").json()["results"]
    assert wrong[0]["mistakes"][0]["field"] == "titel"
    first = client.get(f"{one}rows/?page_size=2").json()
    second = client.get(first["next"]).json()
    assert len({line["id"] for line in (*first["results"], *second["results"])}) == 4

    assert send(client, "patch", f"{one}rows/", {"chosen": True, "fate": "gone"}).status_code == 200
    assert send(client, "patch", f"{one}rows/", {"chosen": False, "rows": [rows[0]["id"]]}).status_code == 200
    assert client.post(f"{one}take/").status_code == 202
    assert client.post(f"{one}take/").status_code == 400
    made.refresh_from_db()
    run_take(made)
    assert client.get(one).json()["state"] == "done"
    assert MapFeature.objects.get(source_reference="p5").state == "withdrawn"
    assert MapFeature.objects.get(source_reference="p2").title == "Punt 2"
    assert client.post(f"{one}undo/").status_code == 403
    assert of(story.manager).post(f"{one}undo/").json()["state"] == "undone"


@pytest.mark.parametrize(
    ("method", "where", "body", "field"),
    [
        ("patch", "rows/", {"chosen": True}, "rows"),
        ("patch", "rows/", {"chosen": True, "fate": "same"}, "fate"),
        ("patch", "rows/", {"chosen": True, "rows": ["x"]}, "rows.0"),
        ("patch", "", {"kleur": "rood"}, "kleur"),
        ("patch", "", {"srid": 0}, "srid"),
        ("patch", "", {"columns": {"naam": "kleur"}}, ""),
    ],
)
def test_the_api_refuses_what_means_nothing(method: str, where: str, body: Any, field: str, tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, path)
    refused = send(of(story.editor), method, f"/api/v1/maps/imports/{made.pk}/{where}", json.dumps(body))
    assert refused.status_code == 400, refused.content
    assert [error["field"] for error in refused.json().get("errors", [])] == [field]


def test_the_api_reads_a_file_anew_and_stops(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made, client = given(story, path), of(story.editor)
    one = f"/api/v1/maps/imports/{made.pk}/"
    again = send(client, "patch", one, {"id_column": "", "repair": True})
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    stopped = client.post(f"{one}cancel/")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "cancelled")
    assert client.post(f"{one}cancel/").status_code == 400
    assert not made.rows.exists()
    huge = client.post(f"/api/v1/maps/layers/{story.layer.pk}/imports/", {})
    assert [error["field"] for error in huge.json()["errors"]] == ["file"]


def test_a_hub_sees_which_files_wait(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, path)
    work = reverse("hub-map-work", args=[story.hub.slug])
    assert page(made) in text_of(of(story.editor), work)
    services.cancel_map_import(by=story.editor, map_import=made)
    assert page(made) not in text_of(of(story.editor), work)
    shown_on = reverse("map", args=[story.hub.slug, story.map.slug])
    new = reverse("map-import-new", args=[story.layer.pk])
    assert new in text_of(of(story.editor), shown_on)
    assert new not in text_of(of(story.proposer), shown_on)


def test_an_editor_sees_no_file_and_no_name_of_a_layer_for_managers(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    services.update_layer(by=story.manager, layer=story.layer, title="Geheime laag")
    made = given(story, path, by=story.manager)
    work, edit = (
        reverse("hub-map-work", args=[story.hub.slug]),
        reverse("map-edit", args=[story.hub.slug, story.map.slug]),
    )
    assert page(made) in text_of(of(story.editor), work)
    assert "Geheime laag" in text_of(of(story.editor), edit)
    services.update_layer(by=story.manager, layer=story.layer, visibility=Visibility.OWNER)
    for by, sees in ((story.editor, False), (story.manager, True)):
        assert (page(made) in text_of(of(by), work)) is sees
        assert ("Geheime laag" in text_of(of(by), edit)) is sees


def test_only_who_reviews_reads_that_all_can_be_undone(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, geojson(path, [row(9)]))
    assert "als geheel kunt terugdraaien" not in text_of(of(story.editor), page(made))
    assert "als geheel kunt terugdraaien" in text_of(of(story.manager), page(made))
