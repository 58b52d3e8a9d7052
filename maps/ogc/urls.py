from django.urls import URLPattern, URLResolver, path

from maps.ogc import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.LandingView.as_view(), name="ogc"),
    path("conformance", views.ConformanceView.as_view(), name="ogc-conformance"),
    path("api", views.ApiView.as_view(), name="ogc-api"),
    path("collections", views.CollectionsView.as_view(), name="ogc-collections"),
    path("collections/<str:collection>", views.CollectionView.as_view(), name="ogc-collection"),
    path("collections/<str:collection>/schema", views.SchemaView.as_view(), name="ogc-schema"),
    path("collections/<str:collection>/queryables", views.QueryablesView.as_view(), name="ogc-queryables"),
    path("collections/<str:collection>/items", views.ItemsView.as_view(), name="ogc-items"),
    path("collections/<str:collection>/items/<str:feature>", views.ItemView.as_view(), name="ogc-item"),
]
