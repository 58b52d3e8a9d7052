"""Every list of the API takes as many queries for many rows as for one, and few."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geo.models import Hub, HubRegion, PostalCode
from listings.models import Listing
from matching.pairs.incremental import pair
from tests.makers import GENT, make_organisation, make_site, published

pytestmark = pytest.mark.django_db
HUB = "/api/v1/hubs/sociaal-circulaire-hub-gent"
HERE = f"lat={GENT[0]}&lon={GENT[1]}"


def few_hubs() -> None:
    Hub.objects.exclude(slug="sociaal-circulaire-hub-gent").delete()
    for region in HubRegion.objects.all():
        region.municipalities.set(region.municipalities.all()[:1])


def more_listings() -> None:
    maker = Listing.objects.earliest("pk").created_by
    assert maker is not None
    for _number in range(6):
        organisation = make_organisation(maker)
        make_site(organisation)
        published(by=maker, organisation=organisation)


def more_matches() -> None:
    for _number in range(6):
        pair(listing_id=published().pk, at=timezone.now())


def fewer_places() -> None:
    PostalCode.objects.exclude(code="9000").delete()


LISTS: dict[str, tuple[str, Callable[[], None], int]] = {
    "search": (f"/api/v1/search/?{HERE}", more_listings, 5),
    "search for words": (f"/api/v1/search/?{HERE}&q=bruikbaar", more_listings, 6),
    "search by a material's name": (f"/api/v1/search/?{HERE}&q=paletten", more_listings, 4),
    "search by a sentence": ("/api/v1/search/?q=rode paletten gent gratis", more_listings, 6),
    "search, newest first": (f"/api/v1/search/?{HERE}&sort=newest", more_listings, 6),
    "search as GeoJSON": (f"/api/v1/search/?{HERE}&format=geojson", more_listings, 5),
    "own listings": ("/api/v1/listings/", more_listings, 5),
    "own organisations": ("/api/v1/me/", more_listings, 8),
    "pairs of a hub": (f"{HUB}/pairs/", more_matches, 4),
    "matches of a listing": ("/api/v1/listings/{}/matches/", more_matches, 12),
}


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as context:
        answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return len(context)


@pytest.mark.parametrize("name", LISTS)
def test_many_rows_take_no_more_queries_than_one(client: Client, name: str) -> None:
    path, add, most = LISTS[name]
    supply, demand = published(), published("demand")
    make_site(supply.organisation)
    pair(listing_id=supply.pk, at=timezone.now())
    if name.startswith("own"):
        client.force_login(supply.maker)  # type: ignore[attr-defined]
    if name == "matches of a listing":
        more_matches()  # with one supply alone there is no bundle to look for
    path = path.format(demand.pk)
    # The first request of a process also reads what stays in memory.
    queries(client, path)
    one = queries(client, path)
    add()
    many = queries(client, path)
    assert many == one <= most


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/v1/hubs/", 3),
        (f"{HUB}/", 3),
        (f"{HUB}/region/", 3),
        ("/api/v1/materials/", 3),
        ("/api/v1/materials/?q=hout", 4),
        ("/api/v1/geocode/?q=gent", 2),
        ("/api/v1/geocode/?q=9", 1),
        ("/api/v1/geocode/?q=Kerkstraat 1, 9000 Gent", 3),
    ],
)
def test_what_ships_comes_in_a_few_queries(client: Client, path: str, most: int) -> None:
    queries(client, path)
    assert queries(client, path) <= most


def test_hubs_take_no_more_queries_than_one(client: Client) -> None:
    many = queries(client, "/api/v1/hubs/")
    few_hubs()
    assert queries(client, "/api/v1/hubs/") == many
    assert len(client.get("/api/v1/hubs/").json()["results"]) == 1


def test_places_take_no_more_queries_than_one(client: Client) -> None:
    many = queries(client, "/api/v1/geocode/?q=90")
    fewer_places()
    assert queries(client, "/api/v1/geocode/?q=90") == many
