"""The API of maps: what it takes, gives, refuses with what helps, and how it pages."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from journal.models import Event
from maps import services
from maps.enums import Power, Visibility
from maps.models import MapFeature, MapLayer, MaterialMap
from maps.sight import Sight
from maps.standing import standing_of
from tests.makers import make_organisation, make_user, published
from tests.maps.makers import HUB, SQUARE, Story, partner_of, point, shape
from tests.maps.ogc.geojson import turned
from tests.maps.test_shapes import BOWTIE

pytestmark = pytest.mark.django_db


def of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, method: str, path: str, body: Any, **more: Any) -> Any:
    return getattr(client, method)(path, body, content_type="application/json", **more)


def elements(story: Story) -> str:
    return f"/api/v1/maps/layers/{story.layer.pk}/elements/"


NEW = {"kind": "stock", "title": "Bakstenen", "geometry": {"type": "Point", "coordinates": [3.72, 51.05]}}


def test_an_element_comes_back_as_it_was_written() -> None:
    story = Story()
    source = make_organisation(make_user())
    given = {
        **NEW, "kind": "flow", "description": "Elke week.", "material": "building-bricks", "quantity": 2.5,
        "unit": "tonne", "quantity_basis": "measured", "period": "week", "season_months": [11, 12], "form": "los",
        "composition": "baksteen", "contaminants": "mortel", "declared_status": "waste", "eural_code": "17 01 02",
        "source_organisation": source.slug, "source_reference": "A-7", "destination": "breker",
        "available_from": "2026-12-01", "available_until": "2027-12-01", "certainty": "confirmed",
        "visibility": "partners", "geometry": SQUARE,
    }  # fmt: skip
    made = send(of(story.editor), "post", elements(story), given)
    assert made.status_code == 201, made.json()
    row = made.json()
    expected = given | {
        "eural_code": "170102", "source_organisation": {"slug": source.slug, "name": source.name}, "state": "draft",
        "version": 1, "municipality": "44021", "mass_kg": 2_500.0, "layer": story.layer.pk,
        "geometry": turned(SQUARE),
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert made["ETag"] == '"1"'
    assert of(story.editor).get(f"/api/v1/maps/elements/{row['id']}/").json() == row


def test_what_was_read_is_written_by_its_etag() -> None:
    story = Story()
    feature = story.draft()
    path = f"/api/v1/maps/elements/{feature.pk}/"
    client = of(story.editor)
    tag = client.get(path)["ETag"]
    changed = send(client, "patch", path, {"title": "Anders"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["version"], changed["ETag"]) == (200, 2, '"2"')
    unsaid = send(client, "patch", path, {"title": "Nog anders"})
    assert unsaid.status_code == 400
    assert [error["field"] for error in unsaid.json()["errors"]] == ["version"]


def test_the_second_of_two_is_told_both_versions() -> None:
    story = Story()
    feature = story.draft()
    path = f"/api/v1/maps/elements/{feature.pk}/"
    send(of(story.manager), "patch", path, {"title": "Klinkers", "version": 1})
    late = send(of(story.editor), "patch", path, {"title": "Pannen", "form": "los", "version": 1})
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    conflict = late.json()["conflict"]
    assert (conflict["version"], conflict["seen"]) == (2, 1)
    rows = {row["field"]: row for row in conflict["fields"]}
    assert set(rows) == {"title", "form"}
    assert (rows["title"]["theirs"], rows["title"]["mine"], rows["title"]["clashes"]) == ("Klinkers", "Pannen", True)
    again = send(of(story.editor), "patch", path, {"title": "Pannen", "form": "los", "version": conflict["version"]})
    assert again.status_code == 200


def test_a_shape_that_crosses_itself_says_where_and_offers_a_mended_one() -> None:
    story = Story()
    refused = send(of(story.editor), "post", elements(story), NEW | {"geometry": BOWTIE})
    problem = refused.json()
    assert refused.status_code == 400
    assert [error["field"] for error in problem["errors"]] == ["geometry"]
    assert problem["where"] == pytest.approx({"lon": 3.75, "lat": 51.05})
    assert problem["proposal"]["type"] == "MultiPolygon"
    assert send(of(story.editor), "post", elements(story), NEW | {"geometry": problem["proposal"]}).status_code == 201
    mended = send(of(story.editor), "post", elements(story), NEW | {"geometry": BOWTIE, "repair": True})
    assert mended.json()["geometry"] == problem["proposal"]


def test_exchanged_axes_and_metres_come_back_as_a_proposal_and_are_read_when_named() -> None:
    story = Story()
    swapped = send(
        of(story.editor), "post", elements(story), NEW | {"geometry": {"type": "Point", "coordinates": [51.05, 3.72]}}
    )
    assert swapped.json()["proposal"]["coordinates"] == [3.72, 51.05]
    metres = {"type": "Point", "coordinates": [104_880, 193_860]}
    assert "proposal" in send(of(story.editor), "post", elements(story), NEW | {"geometry": metres}).json()
    read = send(of(story.editor), "post", elements(story), NEW | {"geometry": metres, "srid": 31370})
    assert read.json()["geometry"]["coordinates"] == pytest.approx([3.72, 51.05], abs=0.02)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("colour", {"colour": "red"}),
        ("state", {"state": "published"}),
        ("geometry", {"geometry": "POINT(3.72 51.05)"}),
        ("geometry", {"geometry": {"type": "Point", "coordinates": ["\u0000", "x"]}}),
        ("srid", {"srid": 28992}),
        ("visibility", {"visibility": 4}),
        ("visibility", {"visibility": "everyone"}),
        ("material", {"material": "gold-dust"}),
        ("season_months", {"kind": "flow", "season_months": [0]}),
        ("season_months", {"kind": "flow", "season_months": ["mei"]}),
        ("quantity", {"quantity": "1.250"}),
        ("quantity", {"quantity": "veel"}),
        ("available_from", {"available_from": "0000-01-01"}),
        ("title", {"title": "x" * 141}),
        ("unit", {"unit": "barrels"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, given: dict[str, Any]) -> None:
    story = Story()
    refused = send(of(story.editor), "post", elements(story), NEW | given)
    assert refused.status_code == 400, refused.json()
    assert {error["field"].split(".")[0] for error in refused.json()["errors"]} == {field}, refused.json()
    assert not MapFeature.objects.exists()


def test_elements_are_paged_by_their_number(client: Client) -> None:
    story = Story()
    rows = [story.published(title=f"Nummer {number}") for number in range(5)]
    path: str | None = f"{elements(story)}?page_size=2"
    seen = []
    while path:
        page = client.get(path).json()
        seen += [row["id"] for row in page["results"]]
        path = page["next"]
    assert seen == [row.pk for row in rows]
    assert client.get(f"{elements(story)}?cursor=x").status_code == 400
    assert client.get(f"{elements(story)}?colour=red").status_code == 400


def test_a_box_finds_what_touches_it(client: Client) -> None:
    story = Story()
    inside = story.published(geometry=point(3.70, 51.00))
    across = story.published(geometry=shape(SQUARE))
    story.published(geometry=point(4.40, 51.20))
    found = client.get(f"{elements(story)}?bbox=3.69,50.99,3.705,51.045").json()["results"]
    assert [row["id"] for row in found] == [inside.pk, across.pk]
    # The hole of a shape is no part of it.
    assert client.get(f"{elements(story)}?bbox=3.712,51.052,3.718,51.058").json()["results"] == []
    assert client.get(f"{elements(story)}?bbox=5,51,3,52").status_code == 400


def test_states_are_asked_for_by_name(client: Client) -> None:
    story = Story()
    story.published()
    draft = story.draft()
    found = of(story.editor).get(f"{elements(story)}?state=draft").json()["results"]
    assert [row["id"] for row in found] == [draft.pk]
    assert client.get(f"{elements(story)}?state=draft").json()["results"] == []
    assert client.get(f"{elements(story)}?state=gone").status_code == 400


def test_what_only_staff_know_is_not_told_to_others(client: Client) -> None:
    story = Story()
    feature = story.published(owner=story.editor)
    path = f"/api/v1/maps/elements/{feature.pk}/"
    assert client.get(path).json()["owner"] is None
    assert client.get(path).json()["your_steps"] == []
    assert of(story.manager).get(path).json()["owner"] == story.editor.pk
    assert of(story.manager).get(path).json()["your_steps"] == ["change", "propose", "withdraw", "verify", "undo"]


def test_maps_are_listed_for_those_who_see_something_in_them(client: Client) -> None:
    story, hidden = Story(), Story(visibility=Visibility.HUB)
    for_all = client.get(f"/api/v1/maps/?hub={HUB}").json()["results"]
    assert [row["id"] for row in for_all] == [story.map.pk]
    for_staff = of(hidden.editor).get(f"/api/v1/maps/?hub={HUB}").json()["results"]
    assert [row["id"] for row in for_staff] == [story.map.pk, hidden.map.pk]
    assert client.get(f"/api/v1/maps/{hidden.map.pk}/").status_code == 404


def test_a_layer_counts_what_the_reader_sees(client: Client) -> None:
    story = Story()
    story.published()
    story.draft()
    story.published(visibility=Visibility.HUB)
    path = f"/api/v1/maps/{story.map.pk}/layers/"
    (row,) = client.get(path).json()["results"]
    assert (row["elements"], row["your_power"]) == (1, None)
    (row,) = of(story.editor).get(path).json()["results"]
    assert (row["elements"], row["your_power"]) == (3, "edit")


def test_a_map_shows_the_layers_of_others_as_they_may_be_seen(client: Client) -> None:
    story, other = Story(), Story()
    services.show_layer(by=other.editor, material_map=other.map, layer=story.layer)
    path = f"/api/v1/maps/{other.map.pk}/layers/"
    assert [row["id"] for row in client.get(path).json()["results"]] == [other.layer.pk, story.layer.pk]
    services.update_layer(by=story.editor, layer=story.layer, visibility=Visibility.HUB)
    assert [row["id"] for row in client.get(path).json()["results"]] == [other.layer.pk]


def test_maps_and_layers_are_written_over_the_api() -> None:
    story = Story()
    client = of(story.editor)
    made = send(client, "post", "/api/v1/maps/", {"hub": HUB, "title": "Sloop", "licence": "cc_by"})
    assert (made.status_code, made.json()["slug"]) == (201, "sloop")
    style = {"by": "kind", "color": "#7A7A72", "colors": {"stock": "#8a4b2a"}}
    layer = send(
        client,
        "post",
        f"/api/v1/maps/{made.json()['id']}/layers/",
        {"title": "Gebouwen", "style": style, "visibility": "partners"},
    )
    assert layer.status_code == 201, layer.json()
    assert layer.json()["style"]["color"] == "#7a7a72"
    assert (layer.json()["licence"], layer.json()["visibility"]) == ("cc_by", "partners")
    wrong = send(client, "patch", f"/api/v1/maps/layers/{layer.json()['id']}/", {"style": {"by": "mood"}})
    assert [error["field"] for error in wrong.json()["errors"]] == ["style"]
    assert MapLayer.objects.get(pk=layer.json()["id"]).style["by"] == "kind"


def test_a_history_tells_who_changed_what() -> None:
    story = Story()
    story.manager.name = "An Beheerder"
    story.manager.save()
    feature = story.draft()
    services.change_feature(
        by=story.manager, feature=feature, version=1, title="Klinkers", geometry=point(3.73, 51.05)
    )
    path = f"/api/v1/maps/elements/{feature.pk}/versions/"
    page = of(story.editor).get(f"{path}?page_size=1").json()
    (newest,) = page["results"]
    assert (newest["version"], newest["by"], newest["what"]) == (2, "An Beheerder", "element.changed")
    changes = {row["field"]: (row["before"], row["after"]) for row in newest["changes"]}
    assert changes["title"] == ("Bakstenen van een school", "Klinkers")
    assert changes["geometry"][1] == {"type": "Point", "coordinates": [3.73, 51.05]}
    (first,) = of(story.editor).get(page["next"]).json()["results"]
    assert (first["version"], first["what"]) == (1, "element.added")
    assert of(story.editor).get(path).json()["next"] is None


def test_a_shape_that_comes_back_as_it_was_given_is_no_change_of_it() -> None:
    """Its hole was drawn the other way around than GeoJSON has it."""
    story = Story()
    feature = story.draft(geometry=shape(SQUARE))
    path, client = f"/api/v1/maps/elements/{feature.pk}/", of(story.editor)
    row = client.get(path).json()
    assert row["geometry"] == turned(SQUARE) != SQUARE
    again = {"geometry": row["geometry"], "title": "Nog eens", "version": 1}
    assert send(client, "patch", path, again).status_code == 200
    assert MapFeature.objects.get(pk=feature.pk).geometry == feature.geometry
    assert "geometry" not in Event.objects.filter(subject_id=feature.pk).latest("pk").changes
    newest = client.get(f"{path}versions/").json()["results"][0]
    assert [change["field"] for change in newest["changes"]] == ["title"]


def test_a_withdrawn_element_is_gone_for_whoever_withdrew_their_own() -> None:
    story = Story()
    draft = story.draft(by=story.proposer)
    gone = send(of(story.proposer), "post", f"/api/v1/maps/elements/{draft.pk}/steps/", {"step": "withdraw"})
    assert gone.status_code == 204


@pytest.mark.parametrize(("query", "index"), [("", "feature_of_layer"), ("?bbox", "feature_in_layer_at")])
def test_a_page_of_a_layer_reads_its_index_alone(query: str, index: str) -> None:
    story = Story()
    others = [
        services.create_layer(by=story.editor, material_map=story.map, title=f"Laag {number}") for number in range(9)
    ]
    rows = (
        MapFeature(layer=layer, kind="stock", title="x", geometry=point(3.2 + number / 1_000))
        for number in range(300)
        for layer in (*others, story.layer)
    )
    MapFeature.objects.bulk_create(rows, batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
    found = MapFeature.objects.in_layer(story.layer.pk, Sight(["draft"], 4, None, [])).order_by("pk")
    found = found.within_box((3.3, 51.05, 3.31, 51.06)) if query else found.after(10)
    assert index in found[:21].explain(), found[:21].explain()


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as context:
        assert client.get(path).status_code == 200
    return len(context)


def test_many_rows_take_no_more_queries_than_one() -> None:
    story = Story()
    source = make_organisation(make_user())
    feature = story.published(source_organisation=source)
    client = of(story.editor)
    paths = {
        "/api/v1/maps/": 17, f"/api/v1/maps/{story.map.pk}/layers/": 17, elements(story): 17,
        f"/api/v1/maps/elements/{feature.pk}/": 17,
        f"/api/v1/maps/elements/{feature.pk}/versions/": 17,
        f"/api/v1/maps/elements/{feature.pk}/proposals/": 17,
    }  # fmt: skip
    before = {path: queries(client, path) for path in paths}
    for number in range(4):
        story.published(source_organisation=make_organisation(make_user()), title=f"Nummer {number}")
        MaterialMap.objects.create(hub=story.hub, title="K", slug=f"k{number}")
        services.create_layer(by=story.editor, material_map=story.map, title=f"Laag {number}")
        feature = services.change_feature(by=story.manager, feature=feature, version=feature.version, form=str(number))
        services.propose_change(by=story.proposer, feature=feature, version=feature.version, title=f"T{number}")
    after = {path: queries(client, path) for path in paths}
    assert before == after
    assert all(after[path] <= most for path, most in paths.items()), after


def test_rights_and_groups_come_back_as_they_were_given() -> None:
    story = Story()
    user, organisation = partner_of(story.hub)
    client, path = of(story.manager), f"/api/v1/maps/layers/{story.layer.pk}/rights/"
    named = {"hub": HUB, "name": "Slopers", "organisations": [organisation.slug]}
    group = send(client, "post", "/api/v1/maps/groups/", named).json()
    assert [row["slug"] for row in group["organisations"]] == [organisation.slug]
    for holder in ({"person": user.email.upper()}, {"organisation": organisation.slug}, {"group": group["id"]}):
        made = send(client, "post", path, {"power": "edit", **holder})
        assert made.status_code == 201, made.json()
    assert standing_of(user).rights == {story.layer.pk: Power.EDIT}
    again = send(client, "post", path, {"power": "publish", "group": group["id"]}).json()
    rows = {row["id"]: row for row in client.get(path).json()["results"]}
    assert rows[again["id"]]["power"] == "publish"
    assert {row["person"] for row in rows.values()} == {None, user.email, story.proposer.email}
    for wrong in (
        {"power": "edit"}, {"power": "edit", "person": user.email, "group": group["id"]}, {"power": "own", "group": 1},
        {"power": "edit", "person": "niemand@test.example"}, {"power": "edit", "organisation": "nergens"},
    ):  # fmt: skip
        assert send(client, "post", path, wrong).status_code == 400, wrong
    outsider = make_organisation(make_user())
    one = f"/api/v1/maps/groups/{group['id']}/"
    assert send(client, "patch", one, {"organisations": [outsider.slug]}).status_code == 400
    assert send(client, "patch", one, {"name": "Brekers"}).json()["name"] == "Brekers"
    assert [row["name"] for row in client.get(f"/api/v1/maps/groups/?hub={HUB}").json()["results"]] == ["Brekers"]
    assert client.delete(one).status_code == 204
    assert client.delete(f"/api/v1/maps/rights/{again['id']}/").status_code == 404


def test_layers_of_others_are_shown_and_no_longer() -> None:
    story, other = Story(), Story()
    client, path = of(story.editor), f"/api/v1/maps/{story.map.pk}/shown-layers/"
    assert send(client, "post", path, {"layer": other.layer.pk}).status_code == 201
    assert send(client, "post", path, {"layer": other.layer.pk}).status_code == 400
    layers = f"/api/v1/maps/{story.map.pk}/layers/"
    assert other.layer.pk in [row["id"] for row in client.get(layers).json()["results"]]
    assert client.delete(f"{path}{other.layer.pk}/").status_code == 204
    assert client.delete(f"{path}{other.layer.pk}/").status_code == 404
    hidden = Story(visibility=Visibility.OWNER)
    assert send(client, "post", path, {"layer": hidden.layer.pk}).status_code == 404


def test_an_element_becomes_a_listing_and_a_listing_an_element() -> None:
    story, by = Story(), make_user()
    organisation = make_organisation(by)
    feature = story.published(source_organisation=organisation)
    path = f"/api/v1/maps/elements/{feature.pk}/listings/"
    made = send(of(by), "post", path, {"organisation": organisation.slug})
    assert made.status_code == 201
    assert of(by).get(f"/api/v1/maps/elements/{feature.pk}/").json()["listings"] == [made.json()["listing"]]
    listing = published()
    element = send(
        of(story.editor), "post", f"/api/v1/maps/layers/{story.layer.pk}/from-listing/", {"listing": listing.pk}
    )
    assert (element.status_code, element.json()["listings"]) == (201, [listing.pk])


@pytest.mark.parametrize("slug", ["geen-hub", "a%00b", "%F1%8A%B0%A7%00", "x" * 5_000])
def test_a_hub_that_there_is_none_of_is_refused_in_words(slug: str) -> None:
    client = of(Story().manager)
    for path in ("/api/v1/maps/", "/api/v1/maps/groups/"):
        answer = client.get(f"{path}?hub={slug}")
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["hub"]
        assert "Er is geen hub" in answer.content.decode()
