from django.urls import URLPattern, URLResolver, path

from materials.api.views import MaterialsView, MaterialView

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/materials/", MaterialsView.as_view(), name="api-materials"),
    path("api/v1/materials/<slug:code>/", MaterialView.as_view(), name="api-material"),
]
