"""Tiles of listings and of the land, over HTTP."""

import math

import pytest
from django.test import Client

from listings import services
from listings.models import Listing
from tests.makers import draft, published
from tests.vector_tiles import read_tile, tile_of

pytestmark = pytest.mark.django_db
#: Ghent's centre at a zoom without clusters, and a tile of the sea.
GHENT, SEA = "14/8361/5481", "14/8200/5400"


def listings_in(client: Client, tile: str, **filters: str) -> list[int]:
    answer = client.get(f"/tiles/listings/{tile}.mvt", filters)
    return [feature["id"] for feature in read_tile(answer.content)["listings"].features] if answer.content else []


def test_a_published_listing_is_a_point_with_its_number_and_title(client: Client) -> None:
    listing = published(title="Houten paletten")
    answer = client.get(f"/tiles/listings/{GHENT}.mvt")
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    (feature,) = read_tile(answer.content)["listings"].features
    assert (feature["id"], feature["kind"], feature["title"], feature["count"]) == (
        listing.pk, "supply", "Houten paletten", 1,
    )  # fmt: skip
    assert 0 <= feature["x"] <= 4096
    assert 0 <= feature["y"] <= 4096


def test_what_isn_t_published_isn_t_drawn(client: Client) -> None:
    draft()
    shown, gone = published(), published()
    services.withdraw_listing(by=gone.maker, listing=gone)  # type: ignore[attr-defined]
    assert listings_in(client, GHENT) == [shown.pk]


def test_listings_at_one_spot_are_one_point_with_their_number(client: Client) -> None:
    published(), published()
    answer = client.get(f"/tiles/listings/{GHENT}.mvt")
    (feature,) = read_tile(answer.content)["listings"].features
    assert feature["count"] == 2
    assert "id" not in feature


def test_a_blurred_listing_is_drawn_where_it_shows(client: Client) -> None:
    listing = published()
    exact = _place_in_tile(client, listing)
    services.update_listing(by=listing.maker, listing=listing, precision="blurred")  # type: ignore[attr-defined]
    listing.refresh_from_db()
    blurred = _place_in_tile(client, listing)
    # In pixels of zoom 16, which are about 0.1 m: the grid's cells are about 500 m.
    assert math.dist(exact, blurred) > 50


def _place_in_tile(client: Client, listing: Listing) -> tuple[float, float]:
    """Where a tile draws the only listing, in pixels of the world; it must be the tile that holds its shown place."""
    assert listing.shown_location
    _z, column, row = tile_of(listing.shown_location.x, listing.shown_location.y, 16)
    answer = client.get(f"/tiles/listings/16/{column}/{row}.mvt")
    (feature,) = read_tile(answer.content)["listings"].features
    assert feature["id"] == listing.pk
    return column * 4096 + feature["x"], row * 4096 + feature["y"]


def test_filters_hold_for_tiles(client: Client) -> None:
    supply, demand = published(), published("demand", at=(51.0545, 3.7180))
    assert listings_in(client, GHENT, kind="supply") == [supply.pk]
    assert listings_in(client, GHENT, kind="demand") == [demand.pk]
    assert listings_in(client, GHENT, material="plastics") == []


@pytest.mark.parametrize("layer", ["listings", "hubs", "municipalities", "land", "places"])
@pytest.mark.parametrize("tile", ["17/0/0", "3/8/0", "3/0/8", "0/1/0", "99999/0/0", "10/99999999999999999999/1"])
def test_numbers_of_no_tile_are_not_found(client: Client, layer: str, tile: str) -> None:
    answer = client.get(f"/tiles/{layer}/{tile}.mvt")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_where_nothing_is_a_tile_is_empty(client: Client) -> None:
    answer = client.get(f"/tiles/listings/{SEA}.mvt")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_browser_that_has_a_tile_gets_it_once(client: Client) -> None:
    published()
    first = client.get(f"/tiles/listings/{GHENT}.mvt")
    again = client.get(f"/tiles/listings/{GHENT}.mvt", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/tiles/listings/{GHENT}.mvt", headers={"If-None-Match": "*"}).status_code == 304
    published()
    changed = client.get(f"/tiles/listings/{GHENT}.mvt", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(("layer", "property"), [("hubs", "slug"), ("municipalities", "nis"), ("places", "name")])
def test_the_land_has_its_own_layers(client: Client, layer: str, property: str) -> None:
    features = read_tile(client.get(f"/tiles/{layer}/9/261/171.mvt").content)[layer].features
    assert features
    assert all(feature[property] for feature in features)


@pytest.mark.parametrize("layer", ["listings", "hubs", "municipalities", "land", "places"])
def test_a_layer_says_where_its_tiles_are(client: Client, layer: str) -> None:
    said = client.get(f"/tiles/{layer}.json").json()
    assert said["tiles"] == [f"http://testserver/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt"]
    assert said["vector_layers"][0]["id"] == layer
