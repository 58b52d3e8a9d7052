from django.urls import URLPattern, URLResolver, path

from listings.api.capacity import BookingsView, BookingView, CapacityView
from listings.api.duplicates import HubDuplicatesView, NoDuplicatesView, NoDuplicateView
from listings.api.listings import ListingStatusView, ListingsView, ListingView
from listings.api.photos import PhotosView, PhotoView
from listings.api.search import FacetsView, SearchView
from listings.api.together import ListingsTogetherView
from listings.search.tiles import listing_tile

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/search/", SearchView.as_view(), name="api-search"),
    path("api/v1/search/facets/", FacetsView.as_view(), name="api-search-facets"),
    path("api/v1/listings/", ListingsView.as_view(), name="api-listings"),
    path("api/v1/listings/many/", ListingsTogetherView.as_view(), name="api-listings-many"),
    path("api/v1/listings/<int:listing_id>/", ListingView.as_view(), name="api-listing"),
    path("api/v1/listings/<int:listing_id>/status/", ListingStatusView.as_view(), name="api-listing-status"),
    path("api/v1/listings/<int:listing_id>/capacity/", CapacityView.as_view(), name="api-capacity"),
    path("api/v1/listings/<int:listing_id>/capacity/bookings/", BookingsView.as_view(), name="api-bookings"),
    path(
        "api/v1/listings/<int:listing_id>/capacity/bookings/<int:booking_id>/",
        BookingView.as_view(),
        name="api-booking",
    ),
    path("api/v1/listings/<int:listing_id>/photos/", PhotosView.as_view(), name="api-listing-photos"),
    path("api/v1/listings/<int:listing_id>/photos/<int:photo_id>/", PhotoView.as_view(), name="api-listing-photo"),
    path("api/v1/hubs/<slug:slug>/duplicates/", HubDuplicatesView.as_view(), name="api-hub-duplicates"),
    path("api/v1/hubs/<slug:slug>/duplicates/dismissed/", NoDuplicatesView.as_view(), name="api-hub-no-duplicates"),
    path(
        "api/v1/hubs/<slug:slug>/duplicates/dismissed/<int:said_id>/",
        NoDuplicateView.as_view(),
        name="api-hub-no-duplicate",
    ),
    path("tiles/listings/<int:z>/<int:x>/<int:y>.mvt", listing_tile, name="listing-tile"),
]
