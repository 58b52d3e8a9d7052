from listings.models.booking import CapacityBooking
from listings.models.cell import ListingCell, ListingCellChange
from listings.models.hub_plan import HubPlan, PlanState
from listings.models.listing import LARGEST_QUANTITY, Listing
from listings.models.listing_import import ImportState, ListingImport
from listings.models.match import Match
from listings.models.pairing_run import PairingRun
from listings.models.pairing_weights import PairingWeights
from listings.models.photo import ListingPhoto
from listings.models.search_word import SearchWord

__all__ = [
    "LARGEST_QUANTITY",
    "CapacityBooking",
    "HubPlan",
    "ImportState",
    "Listing",
    "ListingCell",
    "ListingCellChange",
    "ListingImport",
    "ListingPhoto",
    "Match",
    "PairingRun",
    "PairingWeights",
    "PlanState",
    "SearchWord",
]
