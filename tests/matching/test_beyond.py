"""Where nothing matches: the nearest beyond, and what would help, counted."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from listings.models import Listing
from matching.models import Match
from matching.pairs.batch import pair_all
from matching.pairs.beyond import Help, Hurdle, beyond
from tests.makers import TODAY, material, published

pytestmark = pytest.mark.django_db
NOW = timezone.now()
#: 7.7 km away, and the same in Antwerp, of another hub.
NEAR, FAR = (51.1, 3.8), (51.2194, 4.4025)
LATER = {"available_from": TODAY + dt.timedelta(days=30)}
SOON = {"available_until": TODAY + dt.timedelta(days=10)}


@pytest.mark.parametrize(
    ("own", "other", "hurdle"),
    [
        ({"kind": "supply", "reach_km": 5}, {"at": NEAR}, Hurdle.REACH),
        ({"kind": "supply"}, {"at": NEAR, "reach_km": 5}, Hurdle.THEIR_REACH),
        ({"kind": "demand"}, {"at": FAR}, Hurdle.HUB),
        ({"kind": "supply", "condition": 1}, {"condition": 3}, Hurdle.CONDITION),
        ({"kind": "demand", "condition": 4}, {"condition": 3}, Hurdle.CONDITION),
        ({"kind": "supply", **SOON}, LATER, Hurdle.WINDOW),
        ({"kind": "supply", "quantity": 10}, {"quantity": 20, "splittable": False}, Hurdle.WHOLE),
        ({"kind": "demand", "quantity": 20, "splittable": False}, {"quantity": 10}, Hurdle.WHOLE),
    ],
)  # fmt: skip
def test_one_hurdle_is_named_with_how_many_lie_behind_it(
    own: dict[str, Any], other: dict[str, Any], hurdle: Hurdle
) -> None:
    mine = published(**own)
    kind = "demand" if own["kind"] == "supply" else "supply"
    first, _second = published(kind, **other), published(kind, **other)
    pair_all(at=NOW)
    assert not Match.objects.exists()
    if hurdle == Hurdle.HUB:
        Listing.objects.filter(pk=first.pk).update(hub_ids=[max(mine.hub_ids) + 1])
        Listing.objects.exclude(pk__in=[mine.pk, first.pk]).update(hub_ids=[max(mine.hub_ids) + 1])
    found = beyond(mine, at=NOW)
    assert found is not None
    assert (found.nearest, found.apart) == (first, [hurdle])
    assert found.helps == [Help(hurdle, 2, found.distance_m)]


def test_amounts_that_don_t_compare_are_a_hurdle() -> None:
    mine, other = (
        published(unit="kg", material=material("wood")),
        published("demand", unit="m3", material=material("wood")),
    )
    Listing.objects.filter(pk=other.pk).update(mass_kg=None)
    found = beyond(mine, at=NOW)
    assert found is not None
    assert found.apart == [Hurdle.UNIT]


def test_what_two_hurdles_keep_away_is_helped_by_neither_alone() -> None:
    mine = published(reach_km=5, condition=1)
    both, one = published("demand", at=NEAR, condition=3), published("demand", at=(51.15, 3.9))
    found = beyond(mine, at=NOW)
    assert found is not None
    assert (found.nearest, found.apart) == (both, [Hurdle.REACH, Hurdle.CONDITION])
    assert [(help_.hurdle, help_.count) for help_ in found.helps] == [(Hurdle.REACH, 1)]
    assert found.helps[0].nearest_m > found.distance_m
    assert one.pk != both.pk


def test_nothing_of_the_material_is_nothing_beyond() -> None:
    mine = published(material=material("wood"))
    published("demand", material=material("plastics"), at=NEAR)
    published("demand", by=mine.maker, organisation=mine.organisation, reach_km=1, at=NEAR)  # type: ignore[attr-defined]
    assert beyond(mine, at=NOW) is None
    assert beyond(published("service"), at=NOW) is None


def test_the_page_says_what_would_help_in_as_many_queries_for_one_as_for_many(client: Client) -> None:
    mine = published(reach_km=5)
    counts = []
    for number in (1, 5):
        for _number in range(number):
            published("demand", at=NEAR, title="Paletten gezocht verderop")
        pair_all(at=NOW)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/zoekertje/{mine.pk}/matches/").content.decode()
        counts.append(len(queries))
    assert "De dichtste vraag die net niet past" in page
    assert "verder dan dit zoekertje reikt" in page
    assert "Een bereik van 8 km of meer: dan passen er 6" in page
    assert counts[0] == counts[1]


def test_with_a_match_the_page_says_nothing_of_it(client: Client) -> None:
    mine = published(reach_km=5)
    published("demand", at=NEAR)
    published("demand")
    pair_all(at=NOW)
    assert "net niet past" not in client.get(f"/zoekertje/{mine.pk}/matches/").content.decode()
