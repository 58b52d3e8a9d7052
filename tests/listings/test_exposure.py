"""Beside an exact listing of the same place a blurred one hides nothing: that is said, and can be mended at once."""

import datetime as dt
import random
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.demo import make_fictional_organisations, remove_fictional_organisations
from geo.blurring import BLUR_M, blurred
from geo.points import METRIC_SRID, degrees, metric, point_from
from journal.models import Event
from listings import services
from listings.demo.generate import drawn_profiles
from listings.demo.store import make_fictional_listings, remove_fictional_listings
from listings.demo.written import read_written
from listings.enums import ListingStatus, Precision
from listings.exposure import exposing, exposure_words, naming
from listings.imports.services import run_check, start_import
from listings.models import Listing
from matching.pairs.tasks import pair_waiting
from tests.makers import GENT, TODAY, draft, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
BLURRED, EXACT = Precision.BLURRED, Precision.EXACT


@pytest.fixture
def ours() -> dict[str, Any]:
    """Who posts, and for whom."""
    member = make_user()
    return {"by": member, "organisation": make_organisation(member)}


def near_ghent(east_m: float, north_m: float) -> tuple[float, float]:
    """Latitude and longitude, by metres from the south-western corner of the cell of Ghent's middle."""
    middle = metric(blurred(point_from(lat=GENT[0], lon=GENT[1])))
    at = degrees(Point(middle.x - BLUR_M / 2 + east_m, middle.y - BLUR_M / 2 + north_m, srid=METRIC_SRID))
    return at.y, at.x


def test_a_blurred_listing_beside_an_exact_one_is_told_both_ways(ours: dict[str, Any]) -> None:
    exact = published(**ours)
    hidden = draft(**ours, precision=BLURRED)
    assert list(exposing(hidden)) == [exact]
    assert exposure_words(hidden).startswith("1 ander zoekertje van jullie toont deze plek exact.")
    assert exposure_words(exact) == ""
    services.publish_listing(by=ours["by"], listing=hidden)
    assert list(exposing(exact)) == [hidden]
    assert "toont van deze plek alleen de omgeving" in exposure_words(exact)


def test_two_alike_tell_nothing(ours: dict[str, Any]) -> None:
    for precision in (BLURRED, EXACT):
        rows = [published(organisation=make_organisation(ours["by"]), by=ours["by"], precision=precision)]
        rows.append(published(organisation=rows[0].organisation, by=ours["by"], precision=precision))
        assert [exposure_words(row) for row in rows] == ["", ""]


def test_others_and_other_places_tell_nothing(ours: dict[str, Any]) -> None:
    hidden = draft(**ours, precision=BLURRED, at=near_ghent(250, 250))
    published(at=near_ghent(250, 250))
    for east, north in ((-1, 250), (501, 250), (250, -1), (250, 501)):
        published(**ours, at=near_ghent(east, north))
    assert exposure_words(hidden) == ""
    # From anywhere in the cell it is told.
    for east, north in ((1, 1), (499, 1), (1, 499), (499, 499)):
        published(**ours, at=near_ghent(east, north))
    assert exposing(hidden).count() == 4
    assert exposure_words(hidden).startswith("4 andere zoekertjes van jullie tonen deze plek exact.")


@pytest.mark.parametrize(("status", "tells"), [("published", 1), ("reserved", 1), ("closed", 1), ("withdrawn", 0)])
def test_what_nobody_else_sees_tells_nothing(ours: dict[str, Any], status: str, tells: int) -> None:
    other = published(**ours)
    if status != ListingStatus.PUBLISHED:
        services.take_step(by=ours["by"], listing=other, status=status)
    draft(**ours)
    assert exposing(draft(**ours, precision=BLURRED)).count() == tells


def test_a_draft_without_a_place_is_asked_nothing(ours: dict[str, Any]) -> None:
    published(**ours)
    assert exposure_words(draft(**ours, location=None, precision=BLURRED)) == ""


def test_one_step_blurs_all_of_the_place_whatever_its_status(ours: dict[str, Any]) -> None:
    hidden = published(**ours, precision=BLURRED, at=near_ghent(10, 20))
    by = ours["by"]
    there = [published(**ours, at=near_ghent(400, 30)), draft(**ours, at=near_ghent(10, 20)), published(**ours)]
    services.close_listing(by=by, listing=there[2])
    elsewhere, strangers = published(**ours, at=near_ghent(600, 20)), published(at=near_ghent(10, 20))
    pair_waiting()
    assert services.blur_site(by=by, listing=hidden) == 3
    cell = blurred(point_from(lat=GENT[0], lon=GENT[1]))
    for row in there:
        row.refresh_from_db()
        assert row.precision == BLURRED
        assert row.shown_location is not None
        assert row.shown_location.distance(cell) < 1e-9
        assert row.municipality_id == hidden.municipality_id
        assert row.paired_at is None
    for row in (elsewhere, strangers):
        row.refresh_from_db()
        assert row.precision == EXACT
    assert exposure_words(hidden) == ""
    events = Event.objects.filter(verb="listing.changed", by_id=by.pk)
    assert {event.subject_id for event in events} == {row.pk for row in there}
    assert all(event.changes == {"precision": ["exact", "blurred"]} for event in events)
    assert [event.hub_ids for event in events if event.subject_id == there[1].pk] == [[]]
    assert services.blur_site(by=by, listing=hidden) == 0


def test_an_exact_listing_is_blurred_with_the_others(ours: dict[str, Any]) -> None:
    published(**ours, precision=BLURRED)
    exact = published(**ours)
    assert services.blur_site(by=ours["by"], listing=exact) == 1
    assert exposure_words(Listing.objects.get(pk=exact.pk)) == ""


def test_only_members_blur(ours: dict[str, Any]) -> None:
    exact = published(**ours)
    for stranger in (make_user(), make_user(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            services.blur_site(by=stranger, listing=exact)
    exact.refresh_from_db()
    assert exact.precision == EXACT


# ---- where it is said ----


def member_of(ours: dict[str, Any]) -> Client:
    client = Client()
    client.force_login(ours["by"])
    return client


def test_who_posts_reads_it_at_once_and_mends_it_by_one_button(ours: dict[str, Any]) -> None:
    exact = published(**ours)
    hidden = draft(**ours)
    client, edit = member_of(ours), reverse("listing-edit", args=[hidden.pk])
    assert "toont deze plek exact" not in client.get(edit).content.decode()
    form = {
        "title": "Paletten", "material": "wood-pallets", "quantity": "40", "unit": "piece", "condition": "3",
        "recurrence": "one_off", "available_from": TODAY.isoformat(), "price_kind": "free", "price_basis": "lot",
        "pickup": "on", "declared_status": "unsure", "precision": "blurred", "lat": str(GENT[0]), "lon": str(GENT[1]),
    }  # fmt: skip
    saved = client.post(reverse("listing-autosave", args=[hidden.pk]), form).content.decode()
    assert "toont deze plek exact" in saved
    assert "Toon van alles hier alleen de omgeving" in saved
    assert "toont deze plek exact" in client.get(edit).content.decode()
    published_page = client.post(edit, form | {"action": "publish"}, follow=True).content.decode()
    assert "toont deze plek exact" in published_page
    page = client.get(reverse("listing", args=[hidden.pk])).content.decode()
    assert "Toon van alles hier alleen de omgeving" in page
    answer = client.post(reverse("listing-blur-site", args=[hidden.pk]), follow=True).content.decode()
    assert "1 zoekertje toont nu alleen de omgeving." in answer
    assert "Toon van alles hier alleen de omgeving" not in answer
    exact.refresh_from_db()
    assert exact.precision == BLURRED


def test_nobody_else_reads_it(ours: dict[str, Any]) -> None:
    published(**ours)
    hidden = published(**ours, precision=BLURRED)
    address = reverse("listing", args=[hidden.pk])
    stranger = Client()
    stranger.force_login(make_user())
    for client in (Client(), stranger):
        assert "toont deze plek exact" not in client.get(address).content.decode()
        assert "warnings" not in client.get(f"/api/v1/listings/{hidden.pk}/").json()


def test_the_api_says_it_and_takes_it_back(ours: dict[str, Any]) -> None:
    hidden = draft(**ours, precision=BLURRED)
    client, address = member_of(ours), f"/api/v1/listings/{hidden.pk}/"
    quiet = client.get(address).json()
    assert quiet["warnings"] == []
    published(**ours)
    row = client.get(address).json()
    assert row["warnings"] == [exposure_words(hidden)]
    # Sent back whole, also by who read it before the other listing was there.
    for sent in (row, quiet):
        answer = client.patch(address, sent | {"title": "Anders"}, content_type="application/json")
        assert answer.status_code in (200, 412), answer.content
    assert Listing.objects.get(pk=hidden.pk).title == "Anders"


def test_the_check_of_a_list_says_which_rows_tell_of_a_blurred_place(ours: dict[str, Any]) -> None:
    published(**ours, precision=BLURRED)
    text = f"materiaal;aantal;eenheid;lat;lon\nlaptops;3;stuks;{GENT[0]};{GENT[1]}\nlaptops;4;stuks;51.2;4.4\n"
    upload = SimpleUploadedFile("lijst.csv", text.encode())
    made = start_import(by=ours["by"], organisation=ours["organisation"], upload=upload)
    run_check(made)
    assert made.preview["counts"]["exposing"] == 1
    page = member_of(ours).get(reverse("import", args=[made.pk])).content.decode()
    assert "1 rij toont een plek exact" in page


def test_no_blurred_place_of_the_demo_is_told_by_an_exact_listing() -> None:
    # Other tests leave the demo's organisations behind.
    remove_fictional_listings()
    remove_fictional_organisations()
    source = random.Random(5)
    organisations = make_fictional_organisations(source, drawn_profiles(source, 60))
    make_fictional_listings(
        source, read_written(0), organisations, 600, today=dt.date.today(), progress=lambda *_given: None
    )
    hidden = Listing.objects.filter(is_fictional=True, precision=BLURRED)
    assert 60 < hidden.count() < 300
    assert [row.pk for row in hidden if exposing(row).exists()] == []
    secret = Listing.objects.filter(is_fictional=True, hub_only=True)
    assert 5 < secret.count() < 100
    assert not secret.filter(hub_ids=[]).exists()
    assert [row.pk for row in secret if naming(row).exists()] == []
