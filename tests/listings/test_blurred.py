"""Nobody outside its organisation learns more of a blurred place than its grid cell, however often they ask."""

import re
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from geo.blurring import BLUR_M
from geo.points import METRIC_SRID, degrees, metric, point_from
from listings import services
from listings.enums import Precision
from listings.models import Listing
from matching.pairs.incremental import pair
from tests.makers import GENT, draft, published

pytestmark = pytest.mark.django_db
HUB = "sociaal-circulaire-hub-gent"
THEN = timezone.now()
#: What is new in each page, whoever asks: the token against forged requests.
_TOKEN = re.compile(rb"[0-9A-Za-z]{64}")
Offset = tuple[int, int]


def in_cell(offset: Offset) -> Point:
    """A point of the grid cell of Ghent's centre, by metres from its south-western corner."""
    centre = metric(point_from(lat=GENT[0], lon=GENT[1]))
    corner = (int(value // BLUR_M * BLUR_M) for value in (centre.x, centre.y))
    x, y = (start + part for start, part in zip(corner, offset, strict=True))
    return degrees(Point(x, y, srid=METRIC_SRID))


#: Anywhere in the cell, its edges aside.
_OFFSETS = st.tuples(st.integers(1, BLUR_M - 1), st.integers(1, BLUR_M - 1))
#: Places and sizes that cut through the cell.
_NEAR = st.tuples(st.integers(-700, 1_200), st.integers(-700, 1_200)).map(in_cell)
_KM = st.floats(0.01, 1.5)


def _lat_lon(point: Point) -> str:
    return f"lat={point.y!r}&lon={point.x!r}"


_CIRCLES = st.builds(lambda point, km: f"{_lat_lon(point)}&radius_km={km!r}", _NEAR, _KM)
_BOXES = st.builds(
    lambda a, b: f"bbox={min(a.x, b.x)!r},{min(a.y, b.y)!r},{max(a.x, b.x) + 1e-6!r},{max(a.y, b.y) + 1e-6!r}",
    _NEAR,
    _NEAR,
)
_ROUTES = st.builds(
    lambda a, b, km: f"{_lat_lon(a)}&to_lat={b.y!r}&to_lon={b.x!r}&detour_km={km!r}", _NEAR, _NEAR, _KM
)
_WHERE = st.one_of(_CIRCLES, _BOXES, _ROUTES, _NEAR.map(lambda point: f"{_lat_lon(point)}&hub={HUB}"))
_WHAT = st.sampled_from(
    ["", "&kind=supply", "&q=paletten", "&sort=newest", "&material=wood", "&page_size=1", "&format=geojson"]
)
_TILES = st.integers(10, 16).flatmap(
    lambda z: st.tuples(st.integers(-1, 1), st.integers(-1, 1)).map(
        lambda step: f"/tiles/listings/{z}/{(8361 + step[0]) * 2**z // 2**14}/{(5478 + step[1]) * 2**z // 2**14}.mvt"
    )
)
_QUESTIONS = st.one_of(
    st.builds(lambda where, what: f"/api/v1/search/?{where}{what}", _WHERE, _WHAT),
    st.builds(lambda where: f"/api/v1/search/facets/?{where}", _WHERE),
    st.builds(lambda where, what: f"/?{where}{what}", _WHERE, _WHAT),
    st.builds(lambda tile, where: f"{tile}?{where}", _TILES, _CIRCLES),
    _TILES,
    st.sampled_from(
        [
            "/api/v1/listings/{id}/", "/api/v1/listings/{id}/matches/", "/api/v1/listings/{id}/chains/",
            "/api/v1/listings/{other}/matches/", f"/api/v1/hubs/{HUB}/pairs/", f"/api/v1/hubs/{HUB}/",
            "/zoekertje/{id}/", "/zoekertje/{id}/kaart/", f"/hubs/{HUB}/", f"/hubs/{HUB}/koppels/",
        ]
    ),
)  # fmt: skip


def move(listing: Listing, to: Point, by: User) -> None:
    """As its organisation does, with the pairing that follows; the clock stands still, for it shows in answers."""
    services.update_listing(by=by, listing=listing, location=to, precision=Precision.BLURRED)
    Listing.objects.filter(pk=listing.pk).update(updated_at=THEN, published_at=THEN)
    pair(listing_id=listing.pk, at=THEN)


def answers(questions: list[str], **ids: int) -> list[Any]:
    """Of each question, asked by a stranger and by a member of another organisation."""
    stranger, member = Client(), Client()
    member.force_login(User.objects.get(email="other@test.example"))
    got = []
    for client in (stranger, member):
        for question in questions:
            answer = client.get(question.format(**ids))
            assert answer.status_code < 500, question
            got.append((question, answer.status_code, answer.get("ETag"), _TOKEN.sub(b"", answer.content)))
    return got


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=_OFFSETS, other=_OFFSETS, kind=st.sampled_from(["supply", "demand", "service"]),
    questions=st.lists(_QUESTIONS, min_size=1, max_size=6),
)  # fmt: skip
def test_two_places_in_one_cell_look_the_same_to_everyone_else(
    one: Offset, other: Offset, kind: str, questions: list[str]
) -> None:
    with transaction.atomic():
        hidden, counterpart = _a_blurred_listing_and_what_it_meets(kind)
        by = hidden.maker  # type: ignore[attr-defined]
        seen = []
        for offset in (one, other):
            move(hidden, in_cell(offset), by)
            seen.append(answers(questions, id=hidden.pk, other=counterpart.pk))
            hidden = Listing.objects.get(pk=hidden.pk)
        transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_an_exact_place_is_told_apart_by_the_same_questions() -> None:
    """Else the questions would ask nothing."""
    hidden, _counterpart = _a_blurred_listing_and_what_it_meets("supply")
    seen = []
    for offset in ((20, 20), (480, 480)):
        services.update_listing(
            by=hidden.maker,  # type: ignore[attr-defined]
            listing=Listing.objects.get(pk=hidden.pk),
            location=in_cell(offset),
            precision=Precision.EXACT,
        )
        circle = f"{_lat_lon(in_cell((0, 0)))}&radius_km=0.3"
        seen.append(answers([f"/api/v1/search/?{circle}", f"/tiles/listings/16/33446/21914.mvt?{circle}"]))
    assert seen[0][0] != seen[1][0]


def _a_blurred_listing_and_what_it_meets(kind: str) -> tuple[Listing, Listing]:
    """And others around, one of them another blurred one, so that orders and counts could tell something too."""
    asker = User.objects.create_user("other@test.example", "geheim-woord-1")
    counterpart = published("supply" if kind == "demand" else "demand", by=asker, at=(51.056, 3.72))
    published(title="Andere paletten", at=(51.0531, 3.7161))
    published("demand", title="Gezocht: paletten", at=(51.0551, 3.7141), precision=Precision.BLURRED)
    hidden = draft(kind, precision=Precision.BLURRED)
    hidden = services.publish_listing(by=hidden.maker, listing=hidden)  # type: ignore[attr-defined]
    hidden.maker = hidden.created_by  # type: ignore[attr-defined]
    return hidden, counterpart
