"""The order of a map's layers, its own and those of others that it shows: who sets it, and what follows it."""

import json
import re
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontend.maps import print_views
from maps import services
from maps.enums import Visibility
from maps.models import MapLayer, MapLayerShown
from tests.makers import make_user
from tests.maps.makers import HUB, Story, shape
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db
SMALL = {"type": "Polygon", "coordinates": [[[3.7, 51.04], [3.71, 51.04], [3.71, 51.05], [3.7, 51.04]]]}


class Ordered(Story):
    """The same with a second layer, and a third of another map that it shows, in between."""

    def __init__(self) -> None:
        super().__init__()
        other = services.create_map(by=self.manager, hub=self.hub, title="Andere")
        self.shown = services.create_layer(by=self.manager, material_map=other, title="Van elders")
        services.show_layer(by=self.manager, material_map=self.map, layer=self.shown)
        self.last = services.create_layer(by=self.manager, material_map=self.map, title="Inzameling")

    def titles(self) -> list[str]:
        return list(MapLayer.objects.present().on_map(self.map).values_list("title", flat=True))

    def move(self, layer: MapLayer, *, up: bool, by: Any = None) -> None:
        services.move_layer(by=by or self.editor, material_map=self.map, layer=layer, up=up)


def test_own_and_shown_layers_stand_in_one_order_that_staff_set() -> None:
    story = Ordered()
    assert story.titles() == ["Bedrijven", "Van elders", "Inzameling"]
    story.move(story.shown, up=True)
    assert story.titles() == ["Van elders", "Bedrijven", "Inzameling"]
    story.move(story.last, up=True)
    assert story.titles() == ["Van elders", "Inzameling", "Bedrijven"]
    story.move(story.shown, up=False)
    assert story.titles() == ["Inzameling", "Van elders", "Bedrijven"]
    # On its own map nothing has moved.
    assert MapLayer.objects.get(pk=story.shown.pk).order == 0


def test_a_layer_moves_no_further_than_the_end_and_only_on_a_map_that_has_it() -> None:
    story, other = Ordered(), Story()
    for layer, up, words in (
        (story.layer, True, "al bovenaan"),
        (story.last, False, "al onderaan"),
        (other.layer, True, "toont die laag niet"),
    ):
        with pytest.raises(ValidationError, match=words):
            story.move(layer, up=up)
    assert story.titles() == ["Bedrijven", "Van elders", "Inzameling"]


def test_who_does_not_curate_the_map_moves_nothing() -> None:
    story = Ordered()
    for user in (make_user(), story.proposer):
        with pytest.raises(PermissionDenied):
            story.move(story.layer, up=False, by=user)


def test_an_editor_moves_a_layer_past_the_next_that_they_see() -> None:
    story = Ordered()
    services.update_layer(by=story.manager, layer=story.shown, visibility=Visibility.OWNER)
    story.move(story.last, up=True)
    assert story.titles() == ["Inzameling", "Bedrijven", "Van elders"]


def test_what_was_moved_stays_the_version_that_somebody_saw() -> None:
    story = Ordered()
    story.move(story.layer, up=False)
    changed = services.update_layer(by=story.editor, layer=story.layer, version=story.layer.version, title="Anders")
    assert (changed.version, changed.order) == (story.layer.version + 1, 1)


def test_a_new_layer_made_on_the_page_comes_last() -> None:
    story = Ordered()
    given = {"title": "Nieuw", "licence": "cc_by", "geometry_kind": "any", "visibility": "4", "style_by": "single"}
    path = reverse("map-layer-new", args=[HUB, story.map.slug])
    assert of(story.editor).post(path, given | {"color": "#123456", "colors": ""}).status_code == 302
    assert story.titles()[-1] == "Nieuw"


def test_buttons_move_a_layer_and_lead_a_keyboard_back_to_them() -> None:
    story = Ordered()
    client, edit = of(story.editor), reverse("map-edit", args=[HUB, story.map.slug])
    move = reverse("map-move-layer", args=[HUB, story.map.slug])
    page = client.get(edit).content.decode()
    assert re.findall(r'id="up-(\d+)"[^>]*?(disabled)?>', page)[0] == (str(story.layer.pk), "disabled")
    answer = client.post(move, {"layer": story.last.pk, "to": "up"})
    assert answer.headers["Location"] == f"{edit}#up-{story.last.pk}"
    answer = client.post(move, {"layer": story.last.pk, "to": "up"})
    # There is no further: its other button.
    assert answer.headers["Location"] == f"{edit}#down-{story.last.pk}"
    assert "“Inzameling” staat nu op plaats 1 van 3." in client.get(edit).content.decode()
    assert client.post(move, {"layer": story.last.pk, "to": "up"}).status_code == 302
    assert "Deze laag staat al bovenaan." in client.get(edit).content.decode()
    for wrong in ({"layer": story.last.pk, "to": "left"}, {"layer": "x", "to": "up"}, {"layer": "0", "to": "up"}):
        assert client.post(move, wrong).status_code == 404
    assert story.titles() == ["Inzameling", "Bedrijven", "Van elders"]


def test_legend_map_and_frame_follow_the_order(client: Client) -> None:
    story = Ordered()
    story.move(story.last, up=True)
    expected = [story.layer.pk, story.last.pk, story.shown.pk]
    for name in ("map", "map-embed"):
        page = client.get(reverse(name, args=[HUB, story.map.slug])).content.decode()
        found = re.search(r'<script id="drawn-layers"[^>]*>(.*?)</script>', page)
        assert found
        assert [one["id"] for one in json.loads(found[1])] == expected
        places = [page.rindex(f">{title}<") for title in ("Bedrijven", "Inzameling", "Van elders")]
        assert places == sorted(places), name
    listed = client.get(f"/api/v1/maps/{story.map.pk}/layers/").json()["results"]
    assert [row["id"] for row in listed] == expected


def test_paper_draws_the_first_layer_on_top(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    story = Ordered()
    story.published(title="Boven", geometry=shape(SMALL))
    services.move_layer(by=story.editor, material_map=story.map, layer=story.shown, up=False)
    story.layer, first = story.last, story.layer
    story.published(title="Onder", geometry=shape(SMALL))
    sheets: list[str] = []

    def keep(html: str) -> bytes:
        sheets.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(print_views, "_set", keep)
    for layer, color in ((first, "#0000aa"), (story.last, "#00bb00")):
        services.update_layer(by=story.editor, layer=layer, style={"by": "single", "color": color})
    page = f"/kaarten/{HUB}/{story.map.slug}/afdruk/?vak=3.6,51.0,3.8,51.1"
    assert client.get(page).status_code == 200
    services.move_layer(by=story.editor, material_map=story.map, layer=first, up=False)
    assert client.get(page).status_code == 200
    drawn = [re.findall(r'<path d="[^"]+" stroke="(#\w+)" stroke-width="0.6"', html) for html in sheets]
    assert drawn == [["#00bb00", "#0000aa"], ["#0000aa", "#00bb00"]]


def test_programs_move_layers_too() -> None:
    story = Ordered()
    client, path = of(story.editor), f"/api/v1/maps/{story.map.pk}/layers/move/"
    answer = client.post(path, {"layer": story.shown.pk, "up": True}, content_type="application/json")
    assert answer.status_code == 200
    assert [row["title"] for row in answer.json()["results"]] == ["Van elders", "Bedrijven", "Inzameling"]
    again = client.post(path, {"layer": story.shown.pk, "up": True}, content_type="application/json")
    assert (again.status_code, "al bovenaan" in again.content.decode()) == (400, True)


def test_moving_takes_as_many_queries_for_many_layers() -> None:
    counts = []
    for more in (0, 20):
        story = Ordered()
        for number in range(more):
            services.create_layer(by=story.manager, material_map=story.map, title=f"Laag {number}")
        with CaptureQueriesContext(connection) as seen:
            story.move(story.shown, up=True)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16


def test_maps_of_before_keep_the_order_in_which_they_were_seen() -> None:
    story = Ordered()
    MapLayer.objects.filter(map=story.map).update(order=0)
    MapLayerShown.objects.update(order=0)
    migration = import_module("maps.migrations.0019_layers_in_one_order")
    with connection.cursor() as cursor:
        for _time in range(2):
            cursor.execute(migration._OWN)
            cursor.execute(migration._SHOWN)
    assert story.titles() == ["Bedrijven", "Inzameling", "Van elders"]
    assert MapLayerShown.objects.get().order == 2
