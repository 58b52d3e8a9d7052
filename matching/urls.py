from django.urls import URLPattern, URLResolver, path

from matching.api.chains import ListingChainsView
from matching.api.dismissals import DismissalsView, DismissalView
from matching.api.pairs import HubPairsView, ListingMatchesView
from matching.api.plans import HubPlanView
from matching.api.weights import HubWeightsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/listings/<int:listing_id>/matches/", ListingMatchesView.as_view(), name="api-listing-matches"),
    path("api/v1/listings/<int:listing_id>/chains/", ListingChainsView.as_view(), name="api-listing-chains"),
    path("api/v1/listings/<int:listing_id>/dismissals/", DismissalsView.as_view(), name="api-listing-dismissals"),
    path("api/v1/listings/<int:listing_id>/dismissals/<int:other_id>/", DismissalView.as_view(), name="api-dismissal"),
    path("api/v1/hubs/<slug:slug>/pairs/", HubPairsView.as_view(), name="api-hub-pairs"),
    path("api/v1/hubs/<slug:slug>/plan/", HubPlanView.as_view(), name="api-hub-plan"),
    path("api/v1/hubs/<slug:slug>/weights/", HubWeightsView.as_view(), name="api-hub-weights"),
]
