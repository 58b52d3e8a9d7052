from django.urls import URLPattern, URLResolver, path

from geo.api.views import GeocodeView, HubRegionView, HubsView, HubView
from geo.tiles import static_tile, tilejson

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/hubs/", HubsView.as_view(), name="api-hubs"),
    path("api/v1/hubs/<slug:slug>/", HubView.as_view(), name="api-hub"),
    path("api/v1/hubs/<slug:slug>/region/", HubRegionView.as_view(), name="api-hub-region"),
    path("api/v1/geocode/", GeocodeView.as_view(), name="api-geocode"),
    path("tiles/<slug:layer>.json", tilejson, name="tilejson"),
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", static_tile, name="tile"),
]
