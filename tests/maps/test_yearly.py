"""Amounts of flows are compared by what a year brings, the same in Python, in the database and in the browser."""

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from maps.enums import FeatureState
from maps.models import MapFeature
from maps.ordering import ordered
from maps.style import color_of
from maps.yearly import PerYear, per_year, per_year_sql
from tests.maps.makers import Story
from tests.maps.test_pages import of
from tests.maps.test_table_pages import rows, table, text_of
from tests.maps.test_tiles import drawn, get

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
#: Amount, period and months of a season, with what a year brings of it.
YEARS: list[tuple[str, str, list[int], str]] = [
    ("2", "day", [], "730"), ("5", "year", [], "5"), ("1", "week", [], "52"), ("10", "month", [], "120"),
    ("7", "", [], "7"), ("4", "month", [6, 7, 8], "12"), ("12", "day", [1], "365"), ("6", "week", [1, 2], "52"),
    ("5", "year", [6], "5"), ("0.125", "week", list(range(1, 13)), "6.5"),
]  # fmt: skip


def flows(story: Story, unit: str = "tonne") -> dict[str, str]:
    """An element for each of YEARS; by its title what a year brings."""
    found = {}
    for amount, period, months, yearly in YEARS:
        title = f"{amount} {unit} {period} {months}"
        kind = {"kind": "flow", "period": period, "season_months": months} if period else {"kind": "stock"}
        story.published(title=title, quantity=Decimal(amount), unit=unit, **kind)
        found[title] = yearly
    return found


def test_what_a_year_brings_is_the_same_in_python_in_the_database_and_in_a_tile() -> None:
    story = Story()
    yearly = flows(story)
    features = {one.title: one for one in MapFeature.objects.annotate(reckoned=PerYear("quantity"))}
    assert len(features) == len(YEARS)
    tile = {one["title"]: one["per_year"] for one in drawn(get(Client(), story))}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT one.title, {per_year_sql('quantity', 'one')} FROM maps_mapfeature one")
        by_sql = dict(cursor.fetchall())
    for title, expected in yearly.items():
        one: Any = features[title]
        assert per_year(one.quantity, one.period, one.season_months) == Decimal(expected), title
        assert one.reckoned == by_sql[title] == Decimal(expected), title
        assert tile[title] == float(expected), title


@pytest.mark.parametrize(
    ("unit", "asked", "least", "most"),
    [
        ("tonne", {"minstens": "52", "eenheid": "tonne"}, 52, None),
        ("tonne", {"minstens": "7000", "hoogstens": "120000", "eenheid": "kg"}, 7, 120),
        # A pallet of bricks weighs what nobody knows.
        ("pallet", {"hoogstens": "12", "eenheid": "pallet"}, None, 12),
    ],
)
def test_flows_are_asked_for_by_what_a_year_brings(
    unit: str, asked: dict[str, str], least: int | None, most: int | None
) -> None:
    story = Story()
    expected = {
        title
        for title, yearly in flows(story, unit).items()
        if (least is None or Decimal(yearly) >= least) and (most is None or Decimal(yearly) <= most)
    }
    assert 0 < len(expected) < len(YEARS)
    client, query = of(story.editor), "&".join(f"{name}={value}" for name, value in asked.items())
    assert set(rows(client, f"{table(story)}?{query}")) == expected
    called = {"minstens": "min_quantity", "hoogstens": "max_quantity", "eenheid": "unit"}
    tile = "&".join(f"{called[name]}={value}" for name, value in asked.items())
    assert {one["title"] for one in drawn(get(client, story, asked=f"?{tile}"))} == expected
    assert "bij een stroom over wat een jaar brengt" in text_of(client.get(table(story)))


def test_a_table_orders_flows_by_what_a_year_brings() -> None:
    story = Story()
    yearly = flows(story)
    shown = [one.title for one in ordered(MapFeature.objects.all(), "-quantity")]
    assert [Decimal(yearly[title]) for title in shown] == sorted(map(Decimal, yearly.values()), reverse=True)


CLASSES = [{"from": 6, "color": "#000001"}, {"from": 52, "color": "#000002"}, {"from": 365, "color": "#000003"}]
STYLES: list[dict[str, Any]] = [
    {"by": "single", "color": "#2f6f5e"},
    {"by": "kind", "color": "#7a7a72", "colors": {"stock": "#8a4b2a", "flow": "#2b6a8f"}},
    {"by": "kind", "color": "#7a7a72", "colors": {"place": "#2f6f5e"}},
    {"by": "kind", "color": "#7a7a72", "colors": {}},
    {"by": "status", "color": "#7a7a72", "colors": {"draft": "#101010", "review": "#202020", "published": "#303030"}},
    {"by": "material", "color": "#7a7a72", "colors": {"building-bricks": "#8a4b2a"}},
    {"by": "quantity", "color": "#7a7a72", "unit": "tonne", "classes": CLASSES},
    {"by": "quantity", "color": "#7a7a72", "classes": CLASSES},
]


def test_paper_and_the_browser_draw_each_element_in_one_colour() -> None:
    """What MapLibre makes of a style and a tile, and what Python does of the same element, for every way to colour."""
    story = Story()
    flows(story)
    flows(story, "pallet")
    story.published(title="Een plaats", kind="place", material=None, quantity=None, unit="", quantity_basis="unknown")
    story.draft(title="Een concept", quantity=None, unit="", quantity_basis="unknown")
    in_review = story.draft(title="Na te kijken", material=None)
    MapFeature.objects.filter(pk=in_review.pk).update(state=FeatureState.REVIEW)
    features = {one.title: one for one in MapFeature.objects.select_related("material")}
    elements = drawn(get(of(story.editor), story))
    assert len(elements) == len(features) == 2 * len(YEARS) + 3

    given = json.dumps({"styles": STYLES, "elements": elements})
    made = subprocess.run(["node", "tests/maps/paint.mjs"], input=given, capture_output=True, text=True, cwd=ROOT)
    assert made.returncode == 0, made.stderr
    for style, painted in zip(STYLES, json.loads(made.stdout), strict=True):
        expected = [_on_paper(style, features[one["title"]]) for one in elements]
        assert painted == expected, style
        assert len(set(painted)) == len({*expected}) >= (1 if not style.get("classes", style.get("colors")) else 2)
    # So 2 tonnes a day are in a higher class than 5 a year.
    by_title = dict(zip([one["title"] for one in elements], json.loads(made.stdout)[-2], strict=True))
    assert (by_title["2 tonne day []"], by_title["5 tonne year []"]) == ("#000003", "#7a7a72")


def _on_paper(style: dict[str, Any], feature: MapFeature) -> str:
    amount = feature.quantity
    yearly = None if amount is None else float(per_year(amount, feature.period, feature.season_months))
    return color_of(
        style, kind=feature.kind, state=feature.state, material=feature.material.code if feature.material else "",
        per_year=yearly, unit=feature.unit,
    )  # fmt: skip
