from listings.models.booking import CapacityBooking
from listings.models.cell import ListingCell, ListingCellChange
from listings.models.listing import LARGEST_QUANTITY, Listing
from listings.models.listing_import import ImportState, ListingImport
from listings.models.photo import ListingPhoto
from listings.models.search_word import SearchWord

__all__ = [
    "LARGEST_QUANTITY",
    "CapacityBooking",
    "ImportState",
    "Listing",
    "ListingCell",
    "ListingCellChange",
    "ListingImport",
    "ListingPhoto",
    "SearchWord",
]
