"""Coordinates become points in one place, which refuses what can't be meant."""

import math

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from geo.points import BLUR_M, blurred, metric, point_from, point_from_projected

latitudes = st.floats(50.7, 51.5)
longitudes = st.floats(2.6, 5.9)


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
