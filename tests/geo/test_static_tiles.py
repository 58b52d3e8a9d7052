"""Tiles of what stands still are kept until it changes."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from geo.models import Hub, HubRegion, Municipality, Place

pytestmark = pytest.mark.django_db
#: The tile of zoom 9 that Ghent lies in.
GHENT_TILE = (9, 261, 171)


def hub_tile(client: Client) -> bytes:
    answer = client.get(reverse("tile", args=["hubs", *GHENT_TILE]))
    assert answer.status_code == 200
    return answer.content


def test_the_tile_of_ghent_is_not_empty(client: Client) -> None:
    assert b"sociaal-circulaire-hub-gent" in hub_tile(client)


def test_a_hub_s_new_name_shows_at_once(client: Client) -> None:
    hub_tile(client)
    Hub.objects.filter(slug="sociaal-circulaire-hub-gent").update(name="De nieuwe naam")
    assert b"De nieuwe naam" in hub_tile(client)


def test_a_region_s_new_kind_and_municipalities_show_at_once(client: Client) -> None:
    region = HubRegion.objects.get(hub__slug="sociaal-circulaire-hub-gent")
    before = hub_tile(client)
    HubRegion.objects.filter(pk=region.pk).update(kind="thematic")
    other_kind = hub_tile(client)
    assert other_kind != before
    region.municipalities.remove(Municipality.objects.get(name_nl="Gent"))
    smaller = hub_tile(client)
    assert smaller != other_kind
    region.municipalities.add(Municipality.objects.get(name_nl="Gent"))
    assert hub_tile(client) == other_kind


def test_a_place_moved_to_another_municipality_shows_at_once(client: Client) -> None:
    address = reverse("tile", args=["places", *GHENT_TILE])
    assert b"\x04Gent" in client.get(address).content
    Place.objects.filter(name="Gent").update(municipality=None)
    assert b"\x04Gent" not in client.get(address).content


def test_a_tile_that_is_kept_takes_two_queries(client: Client) -> None:
    hub_tile(client)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        hub_tile(client)
    assert len(queries) <= 2
