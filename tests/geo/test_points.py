"""Coordinates become points in one place, which refuses what can't be meant."""

import csv
import math

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from geo.blurring import BLUR_M, blurred
from geo.points import BELGIUM, FLANDERS, WGS84_SRID, metres_per_degree, metric, point_from, point_from_projected
from geo.reference import DATA

# Inland, from Roeselare to Hasselt.
latitudes = st.floats(50.8, 51.15)
longitudes = st.floats(3.15, 5.4)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValidationError) as refusal:
        point_from(lat=bad, lon=3.7)
    assert "lat" in refusal.value.message_dict


def test_swapped_coordinates_are_named_as_such() -> None:
    with pytest.raises(ValidationError, match="omgewisseld"):
        point_from(lat=3.7, lon=51.0)


def test_a_point_outside_belgium_is_refused() -> None:
    with pytest.raises(ValidationError, match="niet in België"):
        point_from(lat=40.4, lon=-3.7)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        pytest.param(51.4416, 5.4697, id="Eindhoven"),
        pytest.param(50.8514, 5.6910, id="Maastricht"),
        pytest.param(50.6292, 3.0573, id="Lille"),
        pytest.param(51.5719, 4.7683, id="Breda"),
        pytest.param(50.7753, 6.0839, id="Aachen"),
        pytest.param(49.6116, 6.1319, id="Luxembourg"),
        pytest.param(51.3355, 3.8279, id="Terneuzen"),
        pytest.param(51.4, 2.7, id="the sea"),
    ],
)
def test_what_lies_across_the_border_or_at_sea_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValidationError, match="niet in België"):
        point_from(lat=lat, lon=lon)
    there = metric(Point(lon, lat, srid=4326))
    with pytest.raises(ValidationError, match="niet in België"):
        point_from_projected(x=there.x, y=there.y, srid=3812)


@pytest.mark.parametrize("name", ["municipalities.csv", "places.csv", "postal_codes.csv"])
def test_every_place_of_flanders_and_brussels_is_in_belgium(name: str) -> None:
    with (DATA / name).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["nis"]]
    assert len(rows) > 300
    for row in rows:
        assert point_from(lat=float(row["lat"]), lon=float(row["lon"]))


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        pytest.param(51.4820, 4.5380, id="Essen, its northernmost edge"),
        pytest.param(51.4550, 4.9407, id="Baarle-Hertog, its northernmost edge"),
        pytest.param(50.7560, 5.8900, id="Voeren, its easternmost edge"),
        pytest.param(51.0890, 2.5460, id="De Panne, on the beach at the border"),
        pytest.param(50.7900, 3.1150, id="Menen, at the bridge to Halluin"),
        pytest.param(51.2750, 5.3460, id="Lommel, its northern edge"),
        pytest.param(51.3740, 3.3720, id="Knokke, the Zwin"),
        pytest.param(51.3700, 4.2600, id="the port of Antwerp at Zandvliet"),
        pytest.param(49.5080, 5.4720, id="Torgny, the far south"),
        pytest.param(50.5900, 6.2000, id="the far east"),
    ],
)
def test_the_edges_of_belgium_are_in_it(lat: float, lon: float) -> None:
    assert point_from(lat=lat, lon=lon).coords == (lon, lat)


def test_lambert_72_and_2008_give_the_same_place() -> None:
    # The Belfry of Ghent in both systems, within what a transformation without a grid may miss.
    old = point_from_projected(x=104_880, y=193_860, srid=31370)
    new = metric(old)
    again = point_from_projected(x=new.x, y=new.y, srid=3812)
    assert old.x == pytest.approx(3.72, abs=0.02)
    assert old.y == pytest.approx(51.05, abs=0.02)
    assert again.equals_exact(old, 1e-7)


@given(lat=latitudes, lon=longitudes)
def test_a_blurred_point_is_near_and_always_the_same(lat: float, lon: float) -> None:
    point = point_from(lat=lat, lon=lon)
    shown = blurred(point)
    assert metric(shown).distance(metric(point)) <= BLUR_M * math.sqrt(2) / 2 + 0.01
    assert blurred(shown).equals_exact(shown, 1e-9)


@given(lat=latitudes, lon=longitudes, angle=st.floats(0, math.tau))
def test_a_degree_is_as_long_as_the_metres_say(lat: float, lon: float, angle: float) -> None:
    east_m, north_m = metres_per_degree(lat)
    here = Point(lon, lat, srid=WGS84_SRID)
    there = Point(lon + math.cos(angle) * 100 / east_m, lat + math.sin(angle) * 100 / north_m, srid=WGS84_SRID)
    assert metric(here).distance(metric(there)) == pytest.approx(100, rel=2e-4)


def test_flanders_lies_in_belgium_and_holds_every_municipality() -> None:
    with (DATA / "municipalities.csv").open(newline="") as file:
        centres = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    for (west, south, east, north), holding in ((FLANDERS, centres), (BELGIUM, [FLANDERS[:2], FLANDERS[2:]])):
        assert all(west < lon < east and south < lat < north for lon, lat in holding)
