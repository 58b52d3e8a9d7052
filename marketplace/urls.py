from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("geo.urls")),
    path("", include("accounts.urls")),
    path("", include("materials.urls")),
    path("", include("listings.urls")),
    path("", include("frontend.urls")),
]
