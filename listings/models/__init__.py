from listings.models.listing import LARGEST_QUANTITY, Listing
from listings.models.listing_import import ImportState, ListingImport
from listings.models.match import Match
from listings.models.photo import ListingPhoto

__all__ = ["LARGEST_QUANTITY", "ImportState", "Listing", "ListingImport", "ListingPhoto", "Match"]
