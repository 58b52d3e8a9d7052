"""Placing every listing anew does in the database what saving each one would do."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import blurring
from geo.blurring import blurred, blurred_sql
from geo.boundaries import municipality_at
from geo.models import Boundary, Hub, Municipality
from geo.points import METRIC_SRID, metric, point_from
from journal.models import Event
from listings.derived import derive_place
from listings.enums import Precision
from listings.models import Listing
from listings.rederive import place_listings_anew, relocate_listings, weigh_listings_anew
from materials.models import MaterialUnit
from tests.makers import make_organisation, make_site, published

pytestmark = pytest.mark.django_db
# Inland, from Roeselare to Hasselt: some of it in hubs and some in none.
_PLACES = st.builds(lambda lat, lon: point_from(lat=lat, lon=lon), st.floats(50.8, 51.15), st.floats(3.15, 5.4))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(point=_PLACES)
def test_the_database_blurs_a_point_as_we_do(point: Point) -> None:
    at = metric(point)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ST_X(place), ST_Y(place) FROM (SELECT {blurred_sql('point')} AS place FROM "
            f"(SELECT ST_SetSRID(ST_MakePoint(%s, %s), {METRIC_SRID}) AS point) given) shown",
            [at.x, at.y],
        )
        assert cursor.fetchone() == pytest.approx(blurred(point).coords, abs=1e-9)


def placed(listing: Listing) -> tuple[Any, ...]:
    assert listing.shown_location is not None
    return (*(round(value, 8) for value in listing.shown_location.coords), listing.municipality_id, listing.hub_ids)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn=st.lists(st.tuples(_PLACES, st.sampled_from(Precision.values)), min_size=1, max_size=6),
    policies=st.lists(st.tuples(st.sampled_from([0, 0, 3, 20]), st.booleans()), min_size=8, max_size=8),
    blur_m=st.sampled_from([100, 500, 1_300]),
)
def test_all_at_once_land_where_each_alone_does(
    drawn: list[tuple[Point, str]], policies: list[tuple[int, bool]], blur_m: int
) -> None:
    """Whatever the border policies and the grid of blurred places were when they were saved, and are now."""
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        organisation = make_organisation()
        for location, precision in drawn:
            row = Listing(organisation=organisation, kind="supply", location=location, precision=precision)
            derive_place(row)
            row.save()
        for hub, (buffer_km, shows_neighbours) in zip(Hub.objects.order_by("pk"), policies, strict=False):
            Hub.objects.filter(pk=hub.pk).update(buffer_km=buffer_km, shows_neighbours=shows_neighbours)
        patch.setattr(blurring, "BLUR_M", blur_m)
        expected, moving = {}, 0
        for row in Listing.objects.all():
            before = placed(row)
            derive_place(row)
            expected[row.pk] = placed(row)
            moving += before != expected[row.pk]
        assert relocate_listings() == moving
        assert {row.pk: placed(row) for row in Listing.objects.all()} == expected
        assert relocate_listings() == 0
        transaction.set_rollback(True)


def test_a_new_grid_moves_what_is_blurred_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden, shown = published(precision=Precision.BLURRED), published()
    assert place_listings_anew() == 0
    monkeypatch.setattr(blurring, "BLUR_M", 2_000)
    assert place_listings_anew() == 1
    for listing in (hidden, shown):
        listing.refresh_from_db()
    assert hidden.location is not None
    assert hidden.shown_location is not None
    assert hidden.shown_location.equals_exact(blurred(hidden.location), 1e-9)
    assert hidden.position.equals_exact(metric(hidden.shown_location), 1e-3)
    assert hidden.municipality == municipality_at(hidden.shown_location)
    assert shown.shown_location == shown.location
    assert Event.objects.filter(verb="listings.placed_anew").latest("pk").changes == {"moved": 1}


def test_a_listing_that_moved_waits_for_pairing_and_one_that_stays_does_not() -> None:
    moves, stays = published(), published()
    Listing.objects.update(paired_at="2026-01-01T00:00:00Z")
    Listing.objects.filter(pk=moves.pk).update(hub_ids=[])
    assert relocate_listings() == 1
    assert list(Listing.objects.waiting_for_pairing()) == [moves]
    stays.refresh_from_db()
    assert stays.paired_at is not None


def test_a_draft_without_a_place_stays_without_one() -> None:
    row = Listing.objects.create(organisation=make_organisation(), kind="supply")
    assert relocate_listings() == 0
    row.refresh_from_db()
    assert (row.shown_location, row.municipality, row.hub_ids) == (None, None, [])


@pytest.mark.parametrize("mass_kg", [Decimal("31.5"), None])
def test_a_unit_that_weighs_otherwise_weighs_its_listings_anew_and_they_wait_for_pairing(
    mass_kg: Decimal | None,
) -> None:
    pieces, tonnes = (published(unit=unit, quantity=10) for unit in ("piece", "tonne"))
    Listing.objects.update(paired_at="2026-01-01T00:00:00Z")
    assert weigh_listings_anew() == 0
    MaterialUnit.objects.filter(material=pieces.material, unit="piece").update(mass_kg=mass_kg)
    assert weigh_listings_anew() == 1
    pieces.refresh_from_db()
    assert pieces.mass_kg == (None if mass_kg is None else 10 * mass_kg)
    assert list(Listing.objects.waiting_for_pairing()) == [pieces]
    tonnes.refresh_from_db()
    assert tonnes.mass_kg == 10_000


def test_other_boundaries_that_ship_place_all_anew(capsys: pytest.CaptureFixture[str]) -> None:
    listing = published()
    right = listing.municipality
    assert right is not None
    Boundary.objects.filter(municipality=right).update(source="an earlier version")
    Listing.objects.update(municipality=Municipality.objects.exclude(pk=right.pk).first())
    call_command("load_reference")
    assert capsys.readouterr().out == "304 boundaries, 1 listings and sites moved\n"
    listing.refresh_from_db()
    assert listing.municipality == right
    call_command("load_reference")
    assert capsys.readouterr().out == "up to date\n"


def test_the_command_says_what_moved(capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(make_organisation())
    published()
    Listing.objects.update(municipality=None)
    call_command("relocate")
    assert capsys.readouterr().out == "2 listings and sites moved\n"
    site.refresh_from_db()
    assert site.municipality is not None
