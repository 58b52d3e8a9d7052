"""No colour has to tell kinds of elements apart: each has a sign, in legends, on paper and on the map."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from frontend.maps import print_views
from frontend.maps.legend import SIGNS, Meant, legend_of
from maps.enums import FeatureKind
from tests.maps.makers import HUB, LINE, SQUARE, Story, point, shape

pytestmark = pytest.mark.django_db
KIND = {"by": "kind", "color": "#7a7a72", "colors": {"stock": "#8a4b2a"}}


def test_each_kind_has_a_sign_of_its_own_on_the_map_too() -> None:
    assert SIGNS.keys() == set(FeatureKind.values)
    assert len(set(SIGNS.values())) == len(SIGNS)
    drawn = Path(settings.BASE_DIR, "frontend/src/map/kinds.ts").read_text()
    assert set(re.findall(r"^  (\w+): \(x, y\) =>", drawn, re.M)) == set(FeatureKind.values)


def test_lines_and_areas_on_the_map_have_the_sign_of_their_kind_as_points_have() -> None:
    given = json.dumps(FeatureKind.values)
    made = subprocess.run(
        ["node", "tests/maps/signs.mjs"], input=given, capture_output=True, text=True, cwd=settings.BASE_DIR
    )
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    assert set(found) == {"point", "line", "area"}
    for one in found.values():
        assert one["names"] == [f"kind-{kind}" for kind in FeatureKind.values]
        # None makes way for another.
        assert one["always"] is True
    assert found["line"]["placement"] == "line"


@pytest.mark.parametrize("sort", ["any", "points", "lines", "polygons"])
def test_a_legend_shows_signs_beside_colours_whatever_is_drawn(sort: str) -> None:
    found = legend_of(Story(geometry_kind=sort).layer, {})
    assert found[0] == Meant("#2f6f5e", "Bedrijven")
    assert [(one.color, one.sign) for one in found[1:]] == [("", SIGNS[kind]) for kind in FeatureKind]


def test_where_colours_go_by_kind_a_sign_has_its_colour_and_no_kind_is_left_out() -> None:
    found = legend_of(Story(style=KIND).layer, {})
    assert [one.color for one in found] == ["#8a4b2a", "#7a7a72", "#7a7a72"]
    assert [one.sign for one in found] == [SIGNS[kind] for kind in FeatureKind]
    assert [one.label for one in found] == [str(kind.label) for kind in FeatureKind]


def test_a_page_shows_the_signs_of_what_one_sees_in_a_layer(client: Client) -> None:
    story = Story()
    address = f"/kaarten/{HUB}/{story.map.slug}/"
    drawn = [sign for sign in SIGNS.values() if f'd="M0 0{sign}"' in client.get(address).content.decode()]
    assert drawn == []
    story.published()
    story.draft(kind="flow", period="week")
    drawn = [sign for sign in SIGNS.values() if f'd="M0 0{sign}"' in client.get(address).content.decode()]
    assert drawn == [SIGNS["stock"]]
    client.force_login(story.editor)
    drawn = [sign for sign in SIGNS.values() if f'd="M0 0{sign}"' in client.get(address).content.decode()]
    assert drawn == [SIGNS["stock"], SIGNS["flow"]]


def test_pages_and_paper_draw_the_signs(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(style=KIND)
    for number, kind in enumerate(FeatureKind):
        amount = {"quantity": None, "unit": "", "quantity_basis": "unknown"} if kind == FeatureKind.PLACE else {}
        more = {"period": "week"} if kind == FeatureKind.FLOW else {}
        story.published(kind=kind, geometry=point(3.70 + number / 100), **amount, **more)
    # A line and an area carry their sign too.
    story.published(geometry=shape(LINE))
    story.published(kind="flow", period="week", geometry=shape(SQUARE))
    page = client.get(f"/kaarten/{HUB}/{story.map.slug}/").content.decode()
    for sign in SIGNS.values():
        assert f'd="M0 0{sign}"' in page
    monkeypatch.setattr(print_views, "_set", lambda html: html.encode())
    sheet = client.get(f"/kaarten/{HUB}/{story.map.slug}/afdruk/").content.decode()
    marks = Counter(sign for sign in SIGNS.values() for _found in re.findall(rf'd="M[1-9][\d. ]+{sign}"', sheet))
    assert marks == Counter(SIGNS.values()) + Counter([SIGNS["stock"], SIGNS["flow"]])
    for sign in SIGNS.values():
        assert f'd="M0 0{sign}"' in sheet
