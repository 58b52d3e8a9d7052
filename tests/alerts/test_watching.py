"""The look-up from a listing to saved searches finds what running each of them would, and by one index."""

import random
from typing import Any

import pytest
from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from alerts.models import SavedSearch, Watch
from alerts.reading import parameters_of
from alerts.services import save_search
from alerts.watching import CANDIDATES, fits, keys_of, searches_that_fit, watches_of
from geo.models import Hub
from listings.models import Listing
from listings.search.asking import ask
from listings.search.filters import FILTERS
from materials.models import Material
from tests.alerts.makers import saved
from tests.databases import demo_listings
from tests.listings.searching import everything
from tests.listings.test_filters import LAND, RIGHT
from tests.listings.test_plans import plan_of
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Listings as the demo makes them."""
    with django_db_blocker.unblock(), demo_listings(800, seed=3):
        yield


def drawn(draw: random.Random) -> dict[str, str]:
    """An address with one to three filters on."""
    address = dict(LAND)
    for filter in draw.sample(FILTERS, draw.choice((1, 1, 2, 2, 3))):
        address |= draw.choice(RIGHT[filter.names[0]])
    return address


def save(by: User, address: dict[str, str]) -> SavedSearch:
    return save_search(by=by, asked=ask(address, for_later=True), given=address)


def test_a_listing_finds_the_searches_that_find_it(many: None) -> None:
    draw = random.Random(5)
    addresses = [
        LAND,
        *(LAND | address for right in RIGHT.values() for address in right),
        *(drawn(draw) for _ in range(60)),
    ]
    searches = [save(make_user(), address) for address in addresses]
    oracle = {}
    for search in searches:
        asked = parameters_of(search)
        assert asked is not None
        oracle[search.pk] = set(everything(asked))
    assert sum(map(bool, oracle.values())) > 60
    listings = list(Listing.objects.published().not_over(timezone.localdate()).order_by("pk"))
    for listing in draw.sample(listings, 150):
        expected = {pk for pk, found in oracle.items() if listing.pk in found}
        assert {search.pk for search in searches_that_fit(listing)} == expected, listing
        assert {search.pk for search in searches if fits(search, listing)} == expected, listing


def test_a_look_up_takes_as_many_queries_for_many_searches_as_for_one(many: None) -> None:
    listing = published()
    hub = Hub.objects.get(pk=listing.hub_ids[0])
    numbers = []
    for count in (1, 12):
        for _number in range(count):
            saved()
            saved(hub=hub.slug, q='"houten"')
        with CaptureQueriesContext(connection) as context:
            found = searches_that_fit(listing)
        numbers.append(len(context))
    assert len(found) == 26
    assert numbers == [3, 3]


def test_a_search_whose_hub_is_gone_finds_nothing_and_harms_no_other() -> None:
    listing = published()
    hub = Hub.objects.create(slug="tijdelijk", name="Tijdelijk")
    gone, stays = saved(hub="tijdelijk"), saved()
    hub.delete()
    assert parameters_of(gone) is None
    assert searches_that_fit(listing) == [stays]
    assert not fits(gone, listing)


def test_materials_above_each_other_bring_a_search_once() -> None:
    listing = published()
    search = saved(among="wood,wood-pallets")
    assert Watch.objects.filter(search=search).count() == 2
    assert searches_that_fit(listing) == [search]


def test_a_service_is_found_by_what_it_takes_and_by_all_above_and_below() -> None:
    service = published("service")
    by_it, above, below = saved(material="appliances"), saved(), saved(material="appliances-washing-machines")
    saved(material="wood"), saved(kind="supply")
    assert {search.pk for search in searches_that_fit(service)} == {by_it.pk, above.pk, below.pk}


def test_what_is_there_today_is_asked_of_the_day_on_which_it_is_read() -> None:
    search = saved(available_on="today")
    assert search.asked["available_on"] == "today"


# ---- the plan ----


@pytest.fixture
def thousands() -> None:
    """Twenty thousand saved searches, of each material and around many points."""
    draw, user = random.Random(3), make_user()
    materials = list(Material.objects.values_list("code", flat=True))
    searches, watches = [], []
    for _number in range(400):
        lat, lon = 50.9 + draw.random() * 0.2, 3.4 + draw.random() * 1.4
        address = {"lat": f"{lat:.4f}", "lon": f"{lon:.4f}", "radius_km": draw.choice(("5", "10", "25"))}
        asked = ask(address | {"material": draw.choice(materials), "kind": draw.choice(("supply", "demand"))})
        for _again in range(50):
            searches.append(SavedSearch(owner=user, name="x", asked=asked.to_query()))
            watches += watches_of(searches[-1], asked)
    SavedSearch.objects.bulk_create(searches, batch_size=5_000)
    Watch.objects.bulk_create(watches, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE alerts_watch, alerts_savedsearch")


def test_the_look_up_reads_one_index(thousands: None) -> None:
    listing = Listing.objects.get(pk=published().pk)
    plan = plan_of(CANDIDATES, [keys_of(listing), PostGISAdapter(listing.position)])
    assert "watch_by_strip" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Index Cond: (alerts_watch_box(key, area) && alerts_watch_box(wanted.key, $2))" in plan, plan
