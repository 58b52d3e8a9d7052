from django.urls import URLPattern, URLResolver, path

from listings.api.capacity import BookingsView, BookingView, CapacityView
from listings.api.chains import ListingChainsView
from listings.api.listings import ListingStatusView, ListingsView, ListingView
from listings.api.pairs import HubPairsView, ListingMatchesView
from listings.api.photos import PhotosView, PhotoView
from listings.api.plans import HubPlanView
from listings.api.search import FacetsView, SearchView
from listings.api.weights import HubWeightsView
from listings.search.tiles import listing_tile

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/search/", SearchView.as_view(), name="api-search"),
    path("api/v1/search/facets/", FacetsView.as_view(), name="api-search-facets"),
    path("api/v1/listings/", ListingsView.as_view(), name="api-listings"),
    path("api/v1/listings/<int:listing_id>/", ListingView.as_view(), name="api-listing"),
    path("api/v1/listings/<int:listing_id>/status/", ListingStatusView.as_view(), name="api-listing-status"),
    path("api/v1/listings/<int:listing_id>/matches/", ListingMatchesView.as_view(), name="api-listing-matches"),
    path("api/v1/listings/<int:listing_id>/chains/", ListingChainsView.as_view(), name="api-listing-chains"),
    path("api/v1/listings/<int:listing_id>/capacity/", CapacityView.as_view(), name="api-capacity"),
    path("api/v1/listings/<int:listing_id>/capacity/bookings/", BookingsView.as_view(), name="api-bookings"),
    path(
        "api/v1/listings/<int:listing_id>/capacity/bookings/<int:booking_id>/",
        BookingView.as_view(),
        name="api-booking",
    ),
    path("api/v1/listings/<int:listing_id>/photos/", PhotosView.as_view(), name="api-listing-photos"),
    path("api/v1/listings/<int:listing_id>/photos/<int:photo_id>/", PhotoView.as_view(), name="api-listing-photo"),
    path("api/v1/hubs/<slug:slug>/pairs/", HubPairsView.as_view(), name="api-hub-pairs"),
    path("api/v1/hubs/<slug:slug>/plan/", HubPlanView.as_view(), name="api-hub-plan"),
    path("api/v1/hubs/<slug:slug>/weights/", HubWeightsView.as_view(), name="api-hub-weights"),
    path("tiles/listings/<int:z>/<int:x>/<int:y>.mvt", listing_tile, name="listing-tile"),
]
