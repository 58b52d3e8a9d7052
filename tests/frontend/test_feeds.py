"""Feeds of searches and maps, the sitemap, robots.txt and what listings say in the words of schema.org."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from frontend.crawling import views as crawling
from frontend.maps.feed import last_changed
from listings.balances.services import hold
from listings.models import Listing
from maps import services
from maps.enums import Visibility
from maps.models import MapFeature, MapFeatureListing
from tests.makers import material, published
from tests.maps.makers import HUB, Story, fill
from tests.unnamed import hidden

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
SITE = settings.SITE_URL


def feed(path: str) -> ElementTree.Element:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def titles(path: str) -> list[str]:
    return [entry.findtext("a:title", namespaces=ATOM) or "" for entry in feed(path).findall("a:entry", ATOM)]


def queries_of(path: str) -> int:
    Client().get(path)
    with CaptureQueriesContext(connection) as context:
        assert Client().get(path).status_code == 200
    return len(context)


# ---- searches ----


def test_a_search_is_a_feed_of_what_it_finds_the_newest_first() -> None:
    published(title="Eiken balken & <planken>", material=material("wood-pallets"))
    published("demand", title="Paletten gezocht")
    published(title="Ver weg", at=(50.93, 5.34))
    assert titles("/zoekertjes.atom") == ["Ver weg", "Paletten gezocht", "Eiken balken & <planken>"]
    assert titles("/zoekertjes.atom?kind=demand") == ["Paletten gezocht"]
    assert titles("/zoekertjes.atom?place=Gent&radius_km=10&cursor=x&sort=distance") == [
        "Paletten gezocht", "Eiken balken & <planken>",
    ]  # fmt: skip
    found = feed("/fr/zoekertjes.atom?kind=demand")
    (entry,) = found.findall("a:entry", ATOM)
    (listing,) = Listing.objects.filter(kind="demand")
    assert entry.findtext("a:id", namespaces=ATOM) == f"{SITE}/zoekertje/{listing.pk}/"
    link = entry.find("a:link", ATOM)
    assert link is not None
    assert link.attrib["href"] == f"{SITE}/fr/zoekertje/{listing.pk}/"
    links = {one.attrib["rel"]: one.attrib["href"] for one in found.findall("a:link", ATOM)}
    assert links["self"] == f"{SITE}/fr/zoekertjes.atom?kind=demand"
    assert links["alternate"] == f"{SITE}/fr/?kind=demand"


def test_the_page_of_a_search_links_to_its_feed() -> None:
    published()
    page = Client().get("/?place=Gent&kind=supply").content.decode()
    found = re.findall(r'href="(/zoekertjes\.atom\?[^"]*)"', page)
    assert len(found) == 2
    assert len(set(found)) == 1
    assert titles(found[0].replace("&amp;", "&")) == ["Houten paletten"]


def test_a_search_with_a_mistake_is_refused_in_words() -> None:
    answer = Client().get("/zoekertjes.atom?place=Nergenshuizen&radius_km=-1")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Nergenshuizen" in answer.content.decode()


@pytest.mark.parametrize("path", ["/zoekertjes.atom", f"/kaarten/{HUB}/reststromen-in-gent/wijzigingen.atom"])
def test_who_has_it_already_gets_nothing(path: str) -> None:
    story = Story()
    for filled in (False, True):
        if filled:
            story.published()
            published()
        first = Client().get(path)
        again = Client().get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    story.published()
    published()
    assert Client().get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_many_listings_take_as_many_queries_as_one() -> None:
    published()
    one = queries_of("/zoekertjes.atom?place=Gent")
    for _number in range(5):
        published()
    assert queries_of("/zoekertjes.atom?place=Gent") == one <= 10


def test_a_feed_doesnt_say_whose_a_hub_only_listing_is() -> None:
    hidden("supply")
    text = Client().get("/zoekertjes.atom").content.decode()
    assert "<entry>" in text
    assert "zonderling" not in text.lower()


# ---- maps ----


def test_a_map_tells_what_was_published_or_changed_lately_of_what_everyone_sees() -> None:
    story = Story()
    other = services.create_layer(
        by=story.manager, material_map=story.map, title="Voor partners", visibility=Visibility.PARTNERS
    )
    first, second = story.published(title="Eerst"), story.published(title="Daarna")
    story.draft(title="Concept")
    story.published(title="Voor de hub", visibility=Visibility.HUB)
    hidden_one = story.published(title="In een laag voor partners")
    MapFeature.objects.filter(pk=hidden_one.pk).update(layer=other)
    path = f"/kaarten/{HUB}/{story.map.slug}/wijzigingen.atom"
    assert titles(path) == ["Daarna", "Eerst"]
    services.change_feature(by=story.manager, feature=first, version=first.version, title="Eerst, beter")
    # All that happens in one transaction happens at one moment.
    MapFeature.objects.filter(pk=first.pk).update(updated_at=timezone.now() + dt.timedelta(hours=1))
    assert titles(path) == ["Eerst, beter", "Daarna"]
    services.withdraw_feature(by=story.manager, feature=second)
    assert titles(path) == ["Eerst, beter"]
    page = Client().get(f"/kaarten/{HUB}/{story.map.slug}/").content.decode()
    assert page.count(path) == 2


def test_a_map_that_nobody_else_sees_has_no_feed() -> None:
    story = Story(visibility=Visibility.HUB)
    story.published()
    path = f"/kaarten/{HUB}/{story.map.slug}/"
    client = Client()
    client.force_login(story.manager)
    assert "wijzigingen.atom" not in client.get(path).content.decode()
    assert client.get(f"{path}wijzigingen.atom").status_code == 404


def test_many_layers_and_elements_take_as_many_queries_as_one() -> None:
    story = Story()
    story.published()
    path = f"/kaarten/{HUB}/{story.map.slug}/wijzigingen.atom"
    services.create_layer(by=story.manager, material_map=story.map, title="Nog een")
    one = queries_of(path)
    for number in range(4):
        story.published()
        services.create_layer(by=story.manager, material_map=story.map, title=f"Laag {number}")
    assert queries_of(path) == one <= 6


def test_what_changed_lately_is_read_from_an_index() -> None:
    story = Story()
    # Of a few elements any index is as good.
    fill(story, 3_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        sql, values = last_changed(story.layer).query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "feature_changed_lately" in plan, plan
    assert "Sort" not in plan, plan


# ---- search engines ----


def locations(path: str) -> list[str]:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    found = ElementTree.fromstring(answer.content).iterfind(".//s:loc", SITEMAP)
    return [(one.text or "").removeprefix(SITE) for one in found]


def test_the_sitemap_leads_to_all_that_is_public_and_to_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawling, "PART", 3)
    story, hidden_away = Story(), Story(visibility=Visibility.HUB)
    elements = [story.published() for _number in range(5)]
    closed = [story.draft(), story.published(visibility=Visibility.PARTNERS), hidden_away.published(title="Weg")]
    shown = [published() for _number in range(5)]
    gone = published()
    Listing.objects.filter(pk=gone.pk).update(status="withdrawn")
    index = locations("/sitemap.xml")
    assert index[0] == "/sitemap-paginas.xml"
    for name, rows, address in (("zoekertjes", shown, "zoekertje"), ("elementen", elements, "kaarten/element")):
        parts = [path for path in index[1:] if name in path]
        assert [path for part in parts for path in locations(part)] == [f"/{address}/{one.pk}/" for one in rows]
        assert {int(path.split("-")[-1].removesuffix(".xml")) for path in parts} == {one.pk // 3 for one in rows}
    of_listings = [f"/zoekertje/{one.pk}/" for one in shown]
    assert all(Client().get(f"/kaarten/element/{one.pk}/").status_code == 404 for one in closed)
    pages = locations("/sitemap-paginas.xml")
    assert f"/kaarten/{HUB}/{story.map.slug}/" in pages
    assert f"/hubs/{HUB}/cijfers/" in pages
    assert f"/kaarten/{HUB}/materiaal/building-bricks/" in pages
    assert f"/kaarten/{HUB}/materiaal/wood/" not in pages
    client = Client()
    for path in {*of_listings, *(page for page in pages if HUB in page or page.count("/") < 3)}:
        assert client.get(path).status_code == 200, path


def test_the_sitemap_says_when_a_page_last_changed() -> None:
    one = published()
    at = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
    Listing.objects.filter(pk=one.pk).update(updated_at=at)
    text = Client().get(f"/sitemap-zoekertjes-{one.pk // crawling.PART}.xml").content.decode()
    assert f"<loc>{SITE}/zoekertje/{one.pk}/</loc><lastmod>2026-03-04T05:06:07+00:00</lastmod>" in text
    for wrong in ("999999999", "9" * 30):
        assert Client().get(f"/sitemap-zoekertjes-{wrong}.xml").status_code == 404


def test_parts_are_found_by_leaps_over_the_index() -> None:
    published()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {crawling._LEAPS}", {"size": crawling.PART})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert plan.count("Limit") == 2, plan
    assert "Index Cond: (id >=" in plan, plan


def test_robots_close_what_is_nobody_elses_and_nothing_of_the_sitemap() -> None:
    one = published()
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert f"Sitemap: {SITE}/sitemap.xml" in text
    assert "\nDisallow: /*/afdruk/\n" in text
    read = RobotFileParser()
    read.parse(text.splitlines())
    for path in (f"/zoekertje/{one.pk}/", *locations("/sitemap-paginas.xml"), "/catalog.ttl", "/ogc/"):
        assert read.can_fetch("*", SITE + path), path
        assert read.can_fetch("*", f"{SITE}/fr{path}"), path
    for path in ("/mijn/matches/", "/fr/mijn/matches/", "/api/v1/listings/", "/account/login/", "/klopt-nog/x/"):
        assert not read.can_fetch("*", SITE + path), path


# ---- schema.org ----


def linked_data(listing: Listing, client: Client | None = None, language: str = "") -> dict[str, Any]:
    page = (client or Client()).get(f"{language}/zoekertje/{listing.pk}/").content.decode()
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    read: dict[str, Any] = json.loads(found)
    return read


def test_supply_is_an_offer_with_what_is_free_of_it_and_where() -> None:
    one = published(
        title="Balken </script><b>", price_kind="fixed", price_eur=3, price_basis="unit",
        description="Met & en <i>",
    )  # fmt: skip
    hold(by=None, listing=one, quantity=Decimal(15))
    said = linked_data(one)
    assert (said["@context"], said["@type"]) == ("https://schema.org", "Offer")
    assert said["name"] == "Balken </script><b>"
    assert said["url"] == f"{SITE}/zoekertje/{one.pk}/"
    assert said["availability"] == "https://schema.org/InStock"
    assert said["eligibleQuantity"] == {
        "@type": "QuantitativeValue", "value": 25, "unitCode": "C62", "unitText": "stuks",
    }  # fmt: skip
    assert said["priceSpecification"] == {
        "@type": "UnitPriceSpecification", "price": "3.00", "priceCurrency": "EUR", "unitCode": "C62",
    }  # fmt: skip
    assert said["itemOffered"]["category"] == "wood-pallets"
    assert said["itemOffered"]["description"] == "Met & en <i>"
    assert said["itemCondition"] == "https://schema.org/UsedCondition"
    assert said["seller"] == {"@type": "Organization", "name": one.organisation.name}
    place = said["availableAtOrFrom"]
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": 51.0543, "longitude": 3.7174}
    assert place["address"]["addressLocality"] == "Gent"
    assert linked_data(one, language="/fr")["url"] == f"{SITE}/fr/zoekertje/{one.pk}/"


def test_demand_is_a_demand_and_a_service_an_offer_of_work() -> None:
    demand = linked_data(published("demand", price_kind="fixed", price_eur=50, price_basis="lot"))
    assert demand["@type"] == "Demand"
    assert demand["priceSpecification"] == {"@type": "PriceSpecification", "maxPrice": "50.00", "priceCurrency": "EUR"}
    assert demand["@reverse"]["seeks"]["name"]
    service = linked_data(published("service"))
    assert service["@type"] == "Offer"
    assert service["itemOffered"]["@type"] == "Service"
    assert service["itemOffered"]["category"] == ["appliances"]
    assert linked_data(published(price_kind="free"))["price"] == "0"


def test_a_blurred_place_is_a_circle_and_who_is_hidden_isnt_named() -> None:
    blurred = published(precision="blurred")
    geo = linked_data(blurred)["availableAtOrFrom"]["geo"]
    assert geo["@type"] == "GeoCircle"
    middle = geo["geoMidpoint"]
    assert blurred.location is not None
    assert (middle["longitude"], middle["latitude"]) != (blurred.location.x, blurred.location.y)
    secret = hidden("supply")
    assert "seller" not in linked_data(secret)
    assert "zonderling" not in json.dumps(linked_data(secret)).lower()
    client = Client()
    client.force_login(secret.maker)  # type: ignore[attr-defined]
    assert linked_data(secret, client)["seller"]["name"] == secret.organisation.name


def test_a_draft_says_nothing_of_the_sort() -> None:
    one = published()
    Listing.objects.filter(pk=one.pk).update(status="withdrawn", closed_at=timezone.now())
    client = Client()
    client.force_login(one.maker)  # type: ignore[attr-defined]
    assert "ld+json" not in client.get(f"/zoekertje/{one.pk}/").content.decode()


def of_element(feature: MapFeature, client: Client | None = None) -> list[dict[str, Any]]:
    page = (client or Client()).get(f"/kaarten/element/{feature.pk}/").content.decode()
    return [json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)]


def test_an_element_is_a_place_with_what_is_offered_and_asked_there() -> None:
    story = Story()
    feature = story.published(title="Oude school </script>", description="Met een kelder.")
    offer, asked, closed = published(), published("demand"), published(hub_only=True, precision="blurred")
    for one in (offer, asked, closed):
        MapFeatureListing.objects.create(feature=feature, listing=one)
    (document,) = of_element(feature)
    place, *others = document["@graph"]
    assert (place["@type"], place["name"], place["description"]) == (
        "Place", "Oude school </script>", "Met een kelder.",
    )  # fmt: skip
    assert place["geo"]["latitude"] == pytest.approx(feature.geometry.y, abs=1e-5)
    assert place["address"]["addressLocality"] == "Gent"
    assert place["keywords"] == ["Voorraad", str(feature.material)]
    told = {(one["@type"], one["url"]) for one in others}
    assert told == {
        ("Offer", f"{SITE}/zoekertje/{offer.pk}/"), ("Demand", f"{SITE}/zoekertje/{asked.pk}/"),
    }  # fmt: skip
    assert {one["availableAtOrFrom"]["@id"] for one in others} == {place["@id"]}


def test_an_element_that_not_everyone_sees_says_nothing_of_the_sort() -> None:
    story, client = Story(), Client()
    client.force_login(story.manager)
    for feature in (story.draft(), story.published(visibility=Visibility.PARTNERS)):
        assert of_element(feature, client) == []
