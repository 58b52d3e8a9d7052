from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    # Listings come before geo: their tiles share an address pattern that geo ends.
    path("", include("listings.urls")),
    path("", include("materials.urls")),
    path("", include("accounts.urls")),
    path("", include("geo.urls")),
    path("", include("frontend.urls")),
]
