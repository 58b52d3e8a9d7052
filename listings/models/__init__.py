from listings.models.balance import WHOLE_LOT, Balance, Reservation
from listings.models.cell import ListingCell, ListingCellChange
from listings.models.disclosure import OwnerDisclosure
from listings.models.listing import (
    LARGEST_QUANTITY,
    LARGEST_REACH_KM,
    LONGEST_DESCRIPTION,
    LONGEST_NUMBER,
    LONGEST_REFERENCE,
    LONGEST_TITLE,
    Listing,
)
from listings.models.listing_import import LONGEST_HEADER, ImportColumn, ImportState, ListingImport
from listings.models.no_duplicate import LONGEST_WHY_NOT, NoDuplicate
from listings.models.photo import LONGEST_ALT, MOST_PHOTOS, ListingPhoto
from listings.models.posted_together import LONGEST_POSTING_KEY, PostedTogether
from listings.models.search_word import SearchWord

__all__ = [
    "LARGEST_QUANTITY",
    "LARGEST_REACH_KM",
    "LONGEST_ALT",
    "LONGEST_DESCRIPTION",
    "LONGEST_HEADER",
    "LONGEST_NUMBER",
    "LONGEST_POSTING_KEY",
    "LONGEST_REFERENCE",
    "LONGEST_TITLE",
    "LONGEST_WHY_NOT",
    "MOST_PHOTOS",
    "WHOLE_LOT",
    "Balance",
    "ImportColumn",
    "ImportState",
    "Listing",
    "ListingCell",
    "ListingCellChange",
    "ListingImport",
    "ListingPhoto",
    "NoDuplicate",
    "OwnerDisclosure",
    "PostedTogether",
    "Reservation",
    "SearchWord",
]
