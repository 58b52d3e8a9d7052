"""Pages of maps: who may open them, how many queries they take, and what their forms do and refuse."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from frontend.maps import curate_map_views
from frontend.maps.forms import LayerForm, layer_initial
from geo.shapes import as_geojson
from maps import services
from maps.enums import Visibility
from maps.models import FeatureProposal, LayerRight, MapFeature, MapLayer, MapLayerShown, MaterialMap, PartnerGroup
from tests.makers import make_user
from tests.maps.makers import ACROSS, HUB, SQUARE, Story, partner_of, point, shape
from tests.maps.ogc.geojson import turned
from tests.maps.test_shapes import BOWTIE

pytestmark = pytest.mark.django_db


def of(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


#: What nobody, somebody, who may propose, an editor and a manager get. 302 leads to the log-in.
TABLE = {
    "maps": (200,) * 5,
    "map": (200,) * 5,
    "map-print": (200,) * 5,
    "map-embed": (200,) * 5,
    "map-element": (200,) * 5,
    "material-card": (200,) * 5,
    "draft": (404, 404, 404, 200, 200),
    "hub-map-work": (302, 403, 403, 200, 200),
    "map-new": (302, 403, 403, 200, 200),
    "map-groups": (302, 403, 403, 403, 200),
    "map-edit": (302, 403, 403, 200, 200),
    "map-layer-new": (302, 403, 403, 200, 200),
    "map-layer": (302, 403, 403, 200, 200),
    "map-element-new": (302, 403, 200, 200, 200),
    "map-element-edit": (302, 403, 200, 200, 200),
    "draft-edit": (302, 404, 404, 200, 200),
    "map-draw": (302, 403, 200, 200, 200),
    "spot": (302, 403, 200, 200, 200),
    "my-map-proposals": (302, 200, 200, 200, 200),
}


@pytest.mark.parametrize("page", TABLE)
def test_who_may_open_a_page(page: str) -> None:
    story = Story()
    shown, draft = story.published(), story.draft()
    of_map, of_hub = [HUB, story.map.slug], [HUB]
    arguments: dict[str, list[Any]] = {
        "maps": [], "spot": [], "my-map-proposals": [], "map": of_map, "map-print": of_map, "map-embed": of_map,
        "map-edit": of_map, "map-draw": of_map, "map-layer-new": of_map, "hub-map-work": of_hub,
        "map-new": of_hub, "map-groups": of_hub, "map-layer": [story.layer.pk], "map-element-new": [story.layer.pk],
        "map-element": [shown.pk], "map-element-edit": [shown.pk], "draft": [draft.pk], "draft-edit": [draft.pk],
        "material-card": [HUB, "building-bricks"],
    }  # fmt: skip
    name = {"draft": "map-element", "draft-edit": "map-element-edit"}.get(page, page)
    people = (None, make_user(), story.proposer, story.editor, story.manager)
    got = [of(who).get(reverse(name, args=arguments[page])).status_code for who in people]
    assert tuple(got) == TABLE[page]


def test_a_hub_and_all_maps_lead_to_a_map(client: Client) -> None:
    story = Story()
    story.published()
    address = reverse("map", args=[HUB, story.map.slug])
    for page in ("/kaarten/", f"/hubs/{HUB}/"):
        assert f'href="{address}"' in client.get(page).content.decode()
    hidden = Story(visibility=Visibility.HUB)
    assert reverse("map", args=[HUB, hidden.map.slug]) not in client.get("/kaarten/").content.decode()


def test_a_map_lists_what_the_reader_sees_of_chosen_layers(client: Client) -> None:
    story = Story()
    other = services.create_layer(by=story.manager, material_map=story.map, title="Tweede laag")
    shown = story.published(title="Een getoond element")
    story.draft(title="Een concept")
    page = f"/kaarten/{HUB}/{story.map.slug}/"
    assert shown.title in client.get(page).content.decode()
    assert "Een concept" not in client.get(page).content.decode()
    assert "Een concept" in of(story.editor).get(f"{page}?status=draft").content.decode()
    assert shown.title not in client.get(f"{page}?laag={other.pk}").content.decode()
    assert shown.title not in client.get(f"{page}?soort=flow").content.decode()
    narrow = of(story.editor).get(f"{page}?soort=flow&status=draft").content.decode()
    assert f"/tiles/maps/{story.layer.pk}/{{z}}/{{x}}/{{y}}.mvt?kind=flow\\u0026state=draft" in narrow
    for wrong in ("laag=999999999", "laag=x", "soort=heap", "na=x", "status=gone"):
        assert client.get(f"{page}?{wrong}").status_code == 404, wrong


def test_the_page_of_an_element_says_all_that_is_known(client: Client) -> None:
    story = Story()
    feature = story.published(
        kind="flow", period="week", form="in bigbags", composition="baksteen", contaminants="mortel",
        eural_code="17 01 02", destination="breker", source_name="School De Wijk", season_months=[11, 12],
    )  # fmt: skip
    text = client.get(f"/kaarten/element/{feature.pk}/").content.decode()
    for words in ("per week", "geschat", "in bigbags", "mortel", "170102", "breker", "School De Wijk", "november"):
        assert words in text, words
    assert "Geschiedenis" not in text
    assert "Geschiedenis" in of(story.editor).get(f"/kaarten/element/{feature.pk}/").content.decode()


ELEMENT = {
    "title": "Bakstenen", "kind": "stock", "lat": "51,0543", "lon": "3,7174", "quantity_basis": "unknown",
    "declared_status": "unsure", "certainty": "likely", "visibility": "4",
}  # fmt: skip


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ({"lat": "51.0543", "lon": "3.7174"}, "Point"),
        ({"lat": "", "lon": "", "place": "9000 Gent"}, "Point"),
        ({"lat": "", "lon": "", "shape": "LINESTRING(3.71 51.05, 3.72 51.06)"}, "LineString"),
        (
            {"lat": "", "lon": "", "repair": "on", "shape": "POLYGON((3.7 51, 3.8 51.1, 3.8 51, 3.7 51.1, 3.7 51))"},
            "MultiPolygon",
        ),
    ],
)
def test_an_element_is_placed_without_a_canvas(where: dict[str, str], kind: str) -> None:
    story = Story()
    path = reverse("map-element-new", args=[story.layer.pk])
    answer = of(story.editor).post(
        path, ELEMENT | where | {"material": "building-bricks", "quantity": "12,5", "unit": "tonne"}
    )
    assert answer.status_code == 302, answer.content.decode()
    feature = MapFeature.objects.get()
    assert (feature.geometry.geom_type, feature.state) == (kind, "draft")
    assert feature.quantity == Decimal("12.5")


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat": "", "lon": ""},
        {"lat": "3.7174", "lon": "51.0543"},
        {"lat": "x"},
        {"place": "9000 Gent"},
        {"shape": "POINT(3.7 51)"},
        {"lat": "", "lon": "", "place": "Nergenshuizen"},
        {"lat": "", "lon": "", "shape": "POLYGON((3.7 51, 3.8 51.1, 3.8 51, 3.7 51.1, 3.7 51))"},
        {"title": ""},
        {"quantity": "12", "unit": ""},
        {"eural_code": "99"},
    ],
)
def test_a_form_refuses_what_is_wrong_in_words(wrong: dict[str, str]) -> None:
    story = Story()
    answer = of(story.editor).post(reverse("map-element-new", args=[story.layer.pk]), ELEMENT | wrong)
    assert answer.status_code == 409
    assert "error" in answer.content.decode()
    assert not MapFeature.objects.exists()


def filled(client: Client, path: str) -> dict[str, Any]:
    """What a form would send as it stands."""
    form = client.get(path).context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value not in (None, False, "", [])}


def test_a_form_that_is_sent_as_it_stands_changes_nothing() -> None:
    story = Story()
    for geometry in (point(), shape(SQUARE)):
        feature = story.draft(geometry=geometry, kind="flow", period="week", season_months=[1, 2])
        client, path = of(story.editor), reverse("map-element-edit", args=[feature.pk])
        assert client.post(path, filled(client, path)).status_code == 302
        assert MapFeature.objects.get(pk=feature.pk).version == 1


def test_two_editors_by_form_lose_nothing() -> None:
    story = Story()
    feature = story.draft()
    client, path = of(story.editor), reverse("map-element-edit", args=[feature.pk])
    mine = filled(client, path) | {"title": "Van mij"}
    services.change_feature(by=story.manager, feature=feature, version=1, title="Van de ander")
    late = client.post(path, mine)
    assert late.status_code == 409
    text = late.content.decode()
    assert "Van de ander" in text
    assert "Van mij" in text
    again = mine | {"version": late.context["form"]["version"].value()}
    assert client.post(path, again).status_code == 302
    assert MapFeature.objects.get(pk=feature.pk).title == "Van mij"


def test_an_element_goes_its_way_by_buttons() -> None:
    story = Story()
    feature = story.draft(by=story.proposer)
    path = reverse("map-element-step", args=[feature.pk])

    def press(user: Any, step: str, **more: Any) -> int:
        version = MapFeature.objects.get(pk=feature.pk).version
        return of(user).post(path, {"step": step, "version": version, **more}).status_code

    assert press(story.proposer, "submit") == 302
    assert press(story.manager, "send_back", reason="") == 409
    assert press(story.manager, "send_back", reason="Welke school?") == 302
    assert "Welke school?" in of(story.proposer).get(f"/kaarten/element/{feature.pk}/").content.decode()
    assert press(story.proposer, "submit") == 302
    assert press(story.editor, "publish") == 403
    assert press(story.manager, "publish") == 302
    assert press(story.editor, "verify") == 302
    assert press(story.manager, "undo") == 302
    assert press(story.manager, "withdraw") == 302
    assert press(story.manager, "sell") == 404
    assert of(story.manager).post(path, {"step": "publish", "version": 1}).status_code == 409
    assert of(story.manager).post(path, {"step": "publish", "version": "x"}).status_code == 404
    assert of(story.manager).get(path).status_code == 405


def test_a_partner_proposes_and_a_manager_decides() -> None:
    story = Story()
    feature = story.published()
    client, path = of(story.proposer), reverse("map-element-edit", args=[feature.pk])
    assert client.post(path, filled(client, path) | {"title": "Beter"}).status_code == 302
    proposal = FeatureProposal.objects.get()
    assert MapFeature.objects.get(pk=feature.pk).title == feature.title
    assert feature.title in of(story.manager).get(reverse("hub-map-work", args=[HUB])).content.decode()
    decide = reverse("map-proposal", args=[proposal.pk])
    assert of(make_user()).post(decide, {"decision": "accept", "version": feature.version}).status_code == 404
    assert of(story.manager).post(decide, {"decision": "accept", "version": feature.version}).status_code == 302
    assert MapFeature.objects.get(pk=feature.pk).title == "Beter"


def test_staff_make_maps_and_layers_by_form() -> None:
    story = Story()
    client = of(story.editor)
    given = {"title": "Sloop in de haven", "licence": "cc_by", "order": "2"}
    assert client.post(reverse("map-new", args=[HUB]), given).status_code == 302
    made = MaterialMap.objects.get(title="Sloop in de haven")
    layer = {
        "title": "Gebouwen", "licence": "cc_by", "geometry_kind": "polygons", "visibility": "3", "style_by": "kind",
        "color": "#7a7a72", "colors": "stock #8a4b2a\nflow: #2b6a8f", "verify_every_months": "6",
    }  # fmt: skip
    path = reverse("map-layer-new", args=[HUB, made.slug])
    assert client.post(path, layer | {"colors": "stock bruin"}).status_code == 409
    assert client.post(path, layer | {"colors": "huis #8a4b2a"}).status_code == 409
    assert client.post(path, layer).status_code == 302
    stored = MapLayer.objects.get(map=made)
    assert stored.style == {"by": "kind", "color": "#7a7a72", "colors": {"stock": "#8a4b2a", "flow": "#2b6a8f"}}
    edit = reverse("map-layer", args=[stored.pk])
    assert client.post(edit, filled(client, edit)).status_code == 302
    assert MapLayer.objects.get(pk=stored.pk).style == stored.style
    show = reverse("map-show-layer", args=[HUB, made.slug])
    assert client.post(show, {"layer": story.layer.pk}).status_code == 302
    assert client.post(show, {"shown": story.layer.pk}).status_code == 302
    assert not MapLayerShown.objects.exists()


@pytest.mark.parametrize(("unit", "words"), [("tonne", "vanaf 50 ton"), ("", "vanaf 50, in de eigen eenheid")])
def test_a_legend_says_in_what_it_counts(client: Client, unit: str, words: str) -> None:
    classes = [{"from": 50, "color": "#8a4b2a"}]
    story = Story(style={"by": "quantity", "color": "#7a7a72", "unit": unit, "classes": classes})
    story.published()
    text = client.get(f"/kaarten/{HUB}/{story.map.slug}/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert f"{words} (stromen: per jaar)" in text
    form = filled(of(story.manager), reverse("map-layer", args=[story.layer.pk]))
    assert form.get("unit", "") == unit
    assert of(story.manager).post(reverse("map-layer", args=[story.layer.pk]), form).status_code == 302
    assert MapLayer.objects.get(pk=story.layer.pk).style == story.layer.style


def test_managers_give_rights_and_take_away_and_bring_back() -> None:
    story = Story()
    _user, organisation = partner_of(story.hub)
    client, give = of(story.manager), reverse("map-right-give", args=[story.layer.pk])
    assert client.post(give, {"power": "3"}).status_code == 409
    assert client.post(give, {"power": "3", "email": "niemand@test.example"}).status_code == 409
    assert of(story.editor).post(give, {"power": "3", "holder": f"o{organisation.pk}"}).status_code == 403
    assert client.post(give, {"power": "3", "holder": f"o{organisation.pk}"}).status_code == 302
    right = LayerRight.objects.get(organisation=organisation)
    assert client.post(reverse("map-right-take", args=[right.pk])).status_code == 302
    assert client.post(reverse("map-layer-delete", args=[story.layer.pk])).status_code == 302
    restore = reverse("map-restore", args=[HUB])
    assert client.post(restore, {"layer": story.layer.pk}).status_code == 302
    assert client.post(reverse("map-delete", args=[HUB, story.map.slug])).status_code == 302
    assert client.post(restore, {"map": story.map.pk}).status_code == 302
    assert MapLayer.objects.present().filter(pk=story.layer.pk).exists()


def test_managers_name_partners_together() -> None:
    story = Story()
    _user, organisation = partner_of(story.hub)
    client, path = of(story.manager), reverse("map-groups", args=[HUB])
    assert client.post(path, {"name": ""}).status_code == 409
    assert client.post(path, {"name": "Slopers", "organisations": [organisation.pk]}).status_code == 302
    group = PartnerGroup.objects.get()
    assert list(group.organisations.all()) == [organisation]
    one = reverse("map-group", args=[HUB, group.pk])
    assert of(story.editor).post(one, {"delete": "yes"}).status_code == 403
    assert client.post(one, {"name": "Brekers"}).status_code == 302
    assert PartnerGroup.objects.get().name == "Brekers"
    assert client.post(one, {"delete": "yes"}).status_code == 302
    assert not PartnerGroup.objects.exists()


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get(path).status_code == 200
    return len(context)


def test_many_elements_take_no_more_queries_than_one() -> None:
    story = Story(style={"by": "material", "color": "#123456", "colors": {"building": "#654321"}})
    feature = services.change_feature(
        by=story.editor, feature=story.draft(), version=1, form="los", owner=story.manager
    )
    client = of(story.manager)
    pages = [
        "/kaarten/",
        f"/kaarten/{HUB}/{story.map.slug}/", f"/kaarten/element/{feature.pk}/", reverse("hub-map-work", args=[HUB]),
    ]  # fmt: skip
    before = [queries(client, page) for page in pages]
    for number in range(5):
        services.create_layer(by=story.editor, material_map=story.map, title=f"Laag {number}")
        waiting = services.submit_feature(by=story.editor, feature=story.draft(title=f"Nummer {number}"))
        services.publish_feature(by=story.manager, feature=waiting)
        feature = services.change_feature(
            by=story.editor, feature=feature, version=feature.version, form=f"vorm {number}", owner=story.editor
        )
    assert [queries(client, page) for page in pages] == before


# ---- drawing ----


def hand(element_id: int) -> str:
    return reverse("map-draw-element", args=[element_id])


PART = {"HX-Request": "true"}


def test_a_page_to_draw_names_layers_and_what_each_takes() -> None:
    story = Story(geometry_kind="polygons")
    other = services.create_layer(by=story.manager, material_map=story.map, title="Andere laag")
    page = of(story.proposer).get(reverse("map-draw", args=[HUB, story.map.slug]))
    assert [(row["title"], row["tools"]) for row in page.context["tools"]] == [
        ("Bedrijven", ["polygon"]), ("Andere laag", []),
    ]  # fmt: skip
    assert reverse("map-element-new", args=[story.layer.pk]) in page.content.decode()
    assert reverse("map-element-new", args=[other.pk]) not in page.content.decode()


def test_a_drawn_element_is_saved_by_its_part() -> None:
    story = Story()
    client, path = of(story.editor), reverse("map-draw-new", args=[story.layer.pk])
    assert client.get(path, headers=PART).status_code == 200
    drawn = ELEMENT | {"lat": "", "lon": "", "shape": json.dumps(SQUARE)}
    made = client.post(path, drawn, headers=PART)
    assert made.status_code == 201
    feature = MapFeature.objects.get()
    assert as_geojson(feature.geometry) == turned(SQUARE)
    moved = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]}
    later = filled_part(client, hand(feature.pk)) | {"shape": json.dumps(moved), "do": "save"}
    assert client.post(hand(feature.pk), later, headers=PART).status_code == 200
    assert as_geojson(MapFeature.objects.get().geometry) == turned(moved)
    # Whoever comes without the page is led to one.
    assert client.get(hand(feature.pk)).status_code == 302
    assert client.get(path).status_code == 302


def filled_part(client: Client, path: str) -> dict[str, Any]:
    form = client.get(path, headers=PART).context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value not in (None, False, "", [])}


def test_a_shape_that_crosses_itself_comes_back_with_where_and_a_proposal() -> None:
    story = Story()
    path = reverse("map-draw-new", args=[story.layer.pk])
    drawn = ELEMENT | {"lat": "", "lon": "", "shape": json.dumps(BOWTIE)}
    answer = of(story.editor).post(path, drawn, headers=PART)
    assert answer.status_code == 409
    wrong = answer.context["shape_wrong"]
    assert wrong["where"] == pytest.approx((3.75, 51.05))
    assert wrong["proposal"]["type"] == "MultiPolygon"
    assert "Neem dat voorstel" in answer.content.decode()
    assert not MapFeature.objects.exists()


def test_of_two_who_draw_the_second_chooses_field_by_field() -> None:
    story = Story()
    feature = story.draft()
    client, path = of(story.editor), hand(feature.pk)
    mine = filled_part(client, path) | {"do": "save", "title": "Van mij", "form": "los"}
    # What is drawn is the one way that says where it is.
    mine |= {"shape": json.dumps({"type": "Point", "coordinates": [3.73, 51.06]}), "lat": "", "lon": ""}
    services.change_feature(
        by=story.manager, feature=feature, version=1, title="Van de ander", destination="breker", quantity="12.5",
        geometry=point(3.74),
    )  # fmt: skip
    late = client.post(path, mine, headers=PART)
    assert late.status_code == 409
    found = {row["name"]: (row["clashes"], row["is_theirs"]) for row in late.context["conflict"]}
    assert found == {
        "title": (True, False), "geometry": (True, False), "form": (False, False), "destination": (False, True),
        "quantity": (False, True),
    }  # fmt: skip
    form = late.context["form"]
    assert [form[name].value() for name in ("title", "quantity", "destination")] == ["Van mij", "12,5", "breker"]
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "", [])}
    asked = re.findall(r'name="(kies-[a-z]+)"', late.content.decode())
    assert sorted(asked) == ["kies-geometry"] * 2 + ["kies-title"] * 2
    # What only the other changed is put right after all.
    sent = again | {"kies-title": "theirs", "destination": "stort", "do": "save"}
    assert client.post(path, sent, headers=PART).status_code == 200
    stored = MapFeature.objects.get()
    assert (stored.title, stored.form, stored.destination) == ("Van de ander", "los", "stort")
    assert (stored.quantity, stored.geometry.x) == (Decimal("12.5"), 3.73)


def test_elements_are_split_joined_and_undone_by_their_part() -> None:
    story = Story()
    feature = story.draft(geometry=shape(SQUARE))
    client, path = of(story.editor), hand(feature.pk)
    beside = {"do": "split", "version": "1", "line": "LINESTRING(3.6 51, 3.61 51)"}
    assert client.post(path, beside, headers=PART).status_code == 409
    split = client.post(path, {"do": "split", "version": "1", "line": json.dumps(ACROSS)}, headers=PART)
    assert split.status_code == 200
    piece = MapFeature.objects.exclude(pk=feature.pk).get()
    assert [row.pk for row in split.context["near"]] == [piece.pk]
    assert client.post(path, {"do": "join", "version": "2", "other": ""}, headers=PART).status_code == 409
    joined = client.post(path, {"do": "join", "version": "2", "other": f"{piece.pk}:1"}, headers=PART)
    assert joined.status_code == 200
    assert MapFeature.objects.get(pk=piece.pk).state == "withdrawn"
    undone = of(story.manager).post(path, {"do": "undo", "version": "3"}, headers=PART)
    assert undone.status_code == 200
    assert MapFeature.objects.get(pk=piece.pk).state == "draft"
    for wrong in ({"do": "sell", "version": "4"}, {"do": "undo", "version": "x"}):
        assert client.post(path, wrong, headers=PART).status_code == 404


def test_a_part_takes_as_many_queries_however_many_lie_near() -> None:
    story = Story()
    feature = story.draft()
    client = of(story.editor)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(hand(feature.pk), headers=PART).status_code == 200
        counts.append(len(queries))
        for number in range(8):
            story.draft(geometry=point(3.72 + number / 1000))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("lines", "bounds"),
    [
        ("0 #f0d9b5\n0,5 #8a4b2a", [0, 0.5]), ("½ #f0d9b5\n1 250: #8a4b2a", [0.5, 1250]),
        ("-2 #f0d9b5\n1.250,25=#8a4b2a", [-2, 1250.25]),
    ],
)  # fmt: skip
def test_classes_begin_at_numbers_as_people_write_them(lines: str, bounds: list[float]) -> None:
    story = Story()
    form = LayerForm(layer_initial(story.layer) | {"style_by": "quantity", "colors": lines})
    assert form.is_valid(), form.errors
    services.update_layer(by=story.manager, layer=story.layer, **form.cleaned_data)
    story.layer.refresh_from_db()
    assert [one["from"] for one in story.layer.style["classes"]] == bounds
    again = LayerForm(layer_initial(story.layer))
    assert again.is_valid(), again.errors
    assert again.cleaned_data["style"]["classes"] == story.layer.style["classes"]


@pytest.mark.parametrize("line", ["² #aabbcc", "stock #aabbcc", "1-5 #aabbcc", "1e400 #aabbcc"])
def test_a_class_that_begins_at_no_number_is_refused_in_words(line: str) -> None:
    form = LayerForm(layer_initial(Story().layer) | {"style_by": "quantity", "colors": line})
    assert not form.is_valid()
    assert line.split()[0] in str(form.errors["colors"])


def test_a_layer_without_a_source_of_its_own_says_that_of_its_map_everywhere(client: Client) -> None:
    story = Story()
    story.published()
    services.update_map(by=story.manager, material_map=story.map, attribution="OVAM en partners")
    MapLayer.objects.filter(pk=story.layer.pk).update(attribution="")
    page = f"/kaarten/{HUB}/{story.map.slug}/"
    places = ["/kaarten/", page, f"{page}insluiten/", f"/kaarten/{HUB}/materiaal/building-bricks/"]
    for address in (*places, f"/tiles/maps/{story.layer.pk}.json"):
        assert "OVAM en partners" in client.get(address).content.decode(), address


def sent(client: Client, path: str) -> dict[str, Any]:
    """What a browser sends of a form with what it showed at first."""
    form = client.get(path).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    kept = {f"initial-{name}": value for name, value in shown.items() if name != "version"}
    return {name: "" if value is None else value for name, value in (shown | kept).items()}


@pytest.mark.parametrize("which", ["map", "layer"])
def test_of_two_who_save_what_a_map_or_a_layer_says_the_second_sees_both(which: str) -> None:
    story = Story()
    rows: dict[str, Any] = {"map": story.map, "layer": story.layer}
    row = rows[which]
    path = reverse("map-edit", args=[HUB, story.map.slug]) if which == "map" else reverse("map-layer", args=[row.pk])
    client = of(story.editor)
    assert 'name="initial-licence"' in client.get(path).content.decode()
    mine = sent(client, path) | {"title": "Van mij", "description": "Ook van mij"}
    theirs = sent(of(story.manager), path) | {"title": "Van de ander", "licence": "cc_by"}
    assert of(story.manager).post(path, theirs).status_code == 302
    late = client.post(path, mine)
    assert late.status_code == 409
    found = {one["name"]: one for one in late.context["conflict"]}
    assert set(found) == {"title", "description", "licence"}
    assert [found[name]["clashes"] for name in ("title", "description", "licence")] == [True, False, False]
    assert found["licence"]["is_theirs"]
    assert (found["title"]["theirs"], found["title"]["mine"]) == ("Van de ander", "Van mij")
    row.refresh_from_db()
    assert (row.title, row.licence, row.version) == ("Van de ander", "cc_by", 2)
    form = late.context["form"]
    again = {name: form[name].value() for name in form.fields} | {
        f"initial-{name}": form.data.get(f"initial-{name}", "") for name in form.fields
    }
    again = {name: "" if value is None else value for name, value in again.items()}
    assert client.post(path, again | {"kies-title": "theirs"}).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.description, row.licence) == ("Van de ander", "Ook van mij", "cc_by")


def test_two_who_change_other_things_of_a_layer_over_the_api_lose_nothing() -> None:
    story = Story()
    path = f"/api/v1/maps/layers/{story.layer.pk}/"
    client = of(story.editor)
    seen = client.get(path).json()["version"]
    kind = "application/json"
    assert of(story.manager).patch(path, {"title": "Anders", "version": seen}, content_type=kind).status_code == 200
    late = client.patch(path, {"licence": "cc_by", "version": seen}, content_type=kind)
    assert late.status_code == 409
    conflict = late.json()["conflict"]
    assert (conflict["version"], conflict["seen"]) == (seen + 1, seen)
    assert [one["field"] for one in conflict["fields"]] == ["licence"]
    assert client.patch(path, {"licence": "cc_by", "version": seen + 1}, content_type=kind).status_code == 200


def test_a_layer_of_another_map_is_found_by_its_name_however_many_there_are() -> None:
    story, other = Story(), Story()
    for number in range(3):
        services.create_layer(by=other.manager, material_map=other.map, title=f"Dakpannen {number}")
    path = reverse("map-edit", args=[HUB, story.map.slug])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(curate_map_views, "WAITING_SHOWN", 2)
        page = of(story.manager).get(path)
        assert (len(page.context["others"]), page.context["more_others"]) == (2, True)
        assert "zoek op de naam" in page.content.decode()
        found = of(story.manager).get(f"{path}?zoek=DAKPANNEN+2").context
    assert [layer.title for layer in found["others"]] == ["Dakpannen 2"]
    assert "Geen laag heeft die naam" in of(story.manager).get(f"{path}?zoek=x%00y").content.decode()


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_where_classes_begin_is_read_back_in_every_language(language: str) -> None:
    classes = [{"from": bound, "color": "#8a4b2a"} for bound in (-1250, 0.00001, 1.25, 1.375, 1250, 123456.789)]
    layer = MapLayer(title="Klassen", style={"by": "quantity", "color": "#7a7a72", "classes": classes})
    with translation.override(language):
        form = LayerForm(layer_initial(layer))
        assert form.is_valid(), form.errors
    assert form.cleaned_data["style"]["classes"] == classes


def test_all_maps_have_one_legend_with_sources_and_layers_that_one_chooses(client: Client) -> None:
    story = Story(attribution="Stad Gent", style={"by": "kind", "color": "#112233", "colors": {"place": "#445566"}})
    other = Story()
    story.published()
    hidden = Story(visibility=Visibility.HUB)
    text = client.get("/kaarten/").content.decode()
    for words in ("Stad Gent", "#445566", "Plaats", "Modellicentie", f'name="laag" value="{other.layer.pk}"'):
        assert words in text, words
    assert f'value="{hidden.layer.pk}"' not in text

    def drawn(query: str) -> list[str]:
        return [layer["tiles"] for layer in client.get(f"/kaarten/{query}").context["drawn"]]

    mine = f"/tiles/maps/{story.layer.pk}/"
    assert len(drawn("")) == 2
    (only,) = drawn(f"?laag={story.layer.pk}")
    assert only.startswith(mine)
    (narrow,) = drawn(f"?laag={story.layer.pk}&soort=place")
    assert narrow.endswith("?kind=place")
    assert "Toon alle lagen" in client.get(f"/kaarten/?laag={story.layer.pk}").content.decode()
    for wrong in (f"laag={hidden.layer.pk}", "laag=x", "soort=heap"):
        assert client.get(f"/kaarten/?{wrong}").status_code == 404, wrong
