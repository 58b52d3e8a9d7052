"""Each step of a listing is noted for the map's cells, by the database itself."""

import pytest
from django.test import Client

from listings import services
from listings.models import Listing, ListingCell, ListingCellChange
from listings.search import cells
from tests.listings.test_cells import GHENT, drawn
from tests.makers import draft, published
from tests.vector_tiles import tile_of

pytestmark = pytest.mark.django_db


def test_each_step_of_a_listing_is_noted(client: Client) -> None:
    z, x, y = GHENT[8]
    listing = published()
    user = listing.maker  # type: ignore[attr-defined]
    assert [feature["id"] for feature in drawn(client, z, x, y)] == [listing.pk]
    cells.fold_cells()
    services.update_listing(by=user, listing=listing, title="Anders")
    assert not ListingCellChange.objects.exists()
    assert [feature["title"] for feature in drawn(client, z, x, y)] == ["Anders"]
    services.withdraw_listing(by=user, listing=listing)
    assert drawn(client, z, x, y) == []
    services.publish_listing(by=user, listing=listing)
    assert len(drawn(client, z, x, y)) == 1
    Listing.objects.filter(pk=listing.pk).delete()
    assert drawn(client, z, x, y) == []
    cells.fold_cells()
    assert not ListingCell.objects.exists()


def test_a_draft_is_never_counted(client: Client) -> None:
    draft()
    assert not ListingCellChange.objects.exists()


def test_a_blurred_listing_is_counted_where_it_shows() -> None:
    listing = published()
    services.update_listing(by=listing.maker, listing=listing, precision="blurred")  # type: ignore[attr-defined]
    cells.fold_cells()
    listing.refresh_from_db()
    shown = listing.shown_location
    assert shown is not None
    (cell,) = ListingCell.objects.filter(hub_id=0, material_spans="{}", cell__gte=1 << 36)
    assert (cell.cell, cell.cell) == (
        cells.cells_in(*tile_of(shown.x, shown.y, 18), 18).first,
        cells.cells_in(*tile_of(shown.x, shown.y, 18), 18).last,
    )
