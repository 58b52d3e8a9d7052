from django.urls import URLPattern, URLResolver, path

from maps.api.cutting import JoinView, SplitView
from maps.api.documents import DocumentsView, DocumentView
from maps.api.elements import ElementsView, ElementView
from maps.api.exports import ExportView
from maps.api.history import HistoryView, UndoView
from maps.api.imports import (
    ImportCancelView,
    ImportRowsView,
    ImportsView,
    ImportTakeView,
    ImportUndoView,
    ImportView,
    import_tile,
)
from maps.api.links import ElementListingsView, FromListingView, ListingForSourceView, ShownLayersView, ShownLayerView
from maps.api.many import ManyUndoView, ManyView
from maps.api.maps import LayersView, LayerView, MapsView, MapView, MoveLayerView
from maps.api.photos import PhotosView, PhotoView
from maps.api.proposals import ProposalsView, ProposalView
from maps.api.rights import GroupsView, GroupView, RightsView, RightView
from maps.api.steps import StepsView
from maps.catalog.views import catalog, tiles
from maps.tiles import layer_tile, layer_tilejson

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/maps/", MapsView.as_view(), name="api-maps"),
    path("api/v1/maps/<int:map_id>/", MapView.as_view(), name="api-map"),
    path("api/v1/maps/<int:map_id>/layers/", LayersView.as_view(), name="api-map-layers"),
    path("api/v1/maps/<int:map_id>/layers/move/", MoveLayerView.as_view(), name="api-map-layers-move"),
    path("api/v1/maps/layers/<int:layer_id>/", LayerView.as_view(), name="api-map-layer"),
    path("api/v1/maps/layers/<int:layer_id>/elements/", ElementsView.as_view(), name="api-map-elements"),
    path("api/v1/maps/layers/<int:layer_id>/elements/many/", ManyView.as_view(), name="api-map-elements-many"),
    path("api/v1/maps/layers/<int:layer_id>/elements/many/undo/", ManyUndoView.as_view(), name="api-map-many-undo"),
    path("api/v1/maps/layers/<int:layer_id>/export/", ExportView.as_view(), name="api-map-layer-export"),
    path("api/v1/maps/layers/<int:layer_id>/imports/", ImportsView.as_view(), name="api-map-layer-imports"),
    path("api/v1/maps/imports/<int:import_id>/", ImportView.as_view(), name="api-map-import"),
    path("api/v1/maps/imports/<int:import_id>/rows/", ImportRowsView.as_view(), name="api-map-import-rows"),
    path("api/v1/maps/imports/<int:import_id>/take/", ImportTakeView.as_view(), name="api-map-import-take"),
    path("api/v1/maps/imports/<int:import_id>/cancel/", ImportCancelView.as_view(), name="api-map-import-cancel"),
    path("api/v1/maps/imports/<int:import_id>/undo/", ImportUndoView.as_view(), name="api-map-import-undo"),
    path("api/v1/maps/elements/<int:element_id>/", ElementView.as_view(), name="api-map-element"),
    path("api/v1/maps/elements/<int:element_id>/steps/", StepsView.as_view(), name="api-map-element-steps"),
    path("api/v1/maps/elements/<int:element_id>/versions/", HistoryView.as_view(), name="api-map-element-versions"),
    path("api/v1/maps/elements/<int:element_id>/undo/", UndoView.as_view(), name="api-map-element-undo"),
    path("api/v1/maps/elements/<int:element_id>/split/", SplitView.as_view(), name="api-map-element-split"),
    path("api/v1/maps/elements/<int:element_id>/join/", JoinView.as_view(), name="api-map-element-join"),
    path("api/v1/maps/elements/<int:element_id>/proposals/", ProposalsView.as_view(), name="api-map-proposals"),
    path("api/v1/maps/proposals/<int:proposal_id>/", ProposalView.as_view(), name="api-map-proposal"),
    path("api/v1/maps/elements/<int:element_id>/photos/", PhotosView.as_view(), name="api-map-photos"),
    path("api/v1/maps/elements/<int:element_id>/photos/<int:photo_id>/", PhotoView.as_view(), name="api-map-photo"),
    path("api/v1/maps/elements/<int:element_id>/documents/", DocumentsView.as_view(), name="api-map-documents"),
    path(
        "api/v1/maps/elements/<int:element_id>/documents/<int:document_id>/",
        DocumentView.as_view(),
        name="api-map-document",
    ),
    path("api/v1/maps/elements/<int:element_id>/listings/", ElementListingsView.as_view(), name="api-map-listings"),
    path(
        "api/v1/maps/elements/<int:element_id>/listings/for-source/",
        ListingForSourceView.as_view(),
        name="api-map-listing-for-source",
    ),
    path("api/v1/maps/layers/<int:layer_id>/from-listing/", FromListingView.as_view(), name="api-map-from-listing"),
    path("api/v1/maps/<int:map_id>/shown-layers/", ShownLayersView.as_view(), name="api-map-shown-layers"),
    path(
        "api/v1/maps/<int:map_id>/shown-layers/<int:layer_id>/", ShownLayerView.as_view(), name="api-map-shown-layer"
    ),
    path("api/v1/maps/layers/<int:layer_id>/rights/", RightsView.as_view(), name="api-map-rights"),
    path("api/v1/maps/rights/<int:right_id>/", RightView.as_view(), name="api-map-right"),
    path("api/v1/maps/groups/", GroupsView.as_view(), name="api-map-groups"),
    path("api/v1/maps/groups/<int:group_id>/", GroupView.as_view(), name="api-map-group"),
    path("catalog.ttl", catalog, name="catalog"),
    path("tiles/", tiles, name="tiles"),
    path("tiles/maps/<int:layer_id>.json", layer_tilejson, name="map-tilejson"),
    path("tiles/maps/imports/<int:import_id>/<int:z>/<int:x>/<int:y>.mvt", import_tile, name="map-import-tile"),
    path("tiles/maps/<int:layer_id>/<int:z>/<int:x>/<int:y>.mvt", layer_tile, name="map-tile"),
]
