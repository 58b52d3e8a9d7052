from django.urls import URLPattern, URLResolver, path

from alerts.api.views import SavedSearchesView, SavedSearchView

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/saved-searches/", SavedSearchesView.as_view(), name="api-saved-searches"),
    path("api/v1/saved-searches/<int:search_id>/", SavedSearchView.as_view(), name="api-saved-search"),
]
