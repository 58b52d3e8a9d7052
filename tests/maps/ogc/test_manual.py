"""What docs/ogc.md says is so."""

import pytest

from maps.ogc.crs import ALL
from maps.ogc.links import FORMAT
from maps.ogc.parameters import DEFAULT_LIMIT, LARGEST_LIMIT, OF_ITEMS
from tests.house.pages import ROOT, table
from tests.maps.ogc.reading import ALWAYS, read

MANUAL = ROOT / "docs" / "ogc.md"


def test_every_parameter_is_named() -> None:
    rows = {row[0].strip("`"): row[1] for row in table(MANUAL, "parameter")}
    assert rows.keys() == {*OF_ITEMS, FORMAT, "any queryable"}
    assert f"{DEFAULT_LIMIT} where you don't say, {LARGEST_LIMIT:,} at most" in rows["limit"]


def test_every_system_is_named_with_the_order_of_its_axes() -> None:
    rows = {row[1].strip("`"): row[2] for row in table(MANUAL, "system")}
    assert list(rows) == [crs.uri for crs in ALL]
    assert {uri for uri, axes in rows.items() if axes.startswith("latitude")} == {
        crs.uri for crs in ALL if crs.flipped
    }


@pytest.mark.django_db
def test_every_collection_is_named() -> None:
    said = [row[0].strip("`") for row in table(MANUAL, "collection")]
    assert said == [*[each["id"] for each in read("collections")["collections"]], "layer-12"]
    assert said[:-1] == ALWAYS
