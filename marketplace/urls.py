from django.contrib import admin
from django.urls import URLResolver, include, path

from frontend.languages import OptionalLanguagePrefix, in_dutch
from marketplace.api_docs import ApiDocsView, ApiDocumentView
from marketplace.health import live, ready
from marketplace.media import photo

handler400 = "marketplace.problems.bad_request"
handler403 = "marketplace.problems.forbidden"
handler404 = "marketplace.problems.not_found"
handler500 = "marketplace.problems.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/schema/", ApiDocumentView.as_view(), name="api-schema"),
    path("api/docs/", ApiDocsView.as_view(), name="api-docs"),
    path("health/live", live, name="health-live"),
    path("health/ready", ready, name="health-ready"),
    path("media/photos/<path:path>", photo, name="photo"),
    # Listings come before geo: their tiles share an address pattern that geo ends.
    path("", include("programme.urls")),
    path("", include("exchanges.urls")),
    path("", include("alerts.urls")),
    path("", include("maps.urls")),
    path("ogc/", include("maps.ogc.urls")),
    path("", include("matching.urls")),
    path("", include("listings.urls")),
    path("", include("materials.urls")),
    path("", include("accounts.urls")),
    path("", include("geo.urls")),
    path("nl/", in_dutch, {"path": ""}),
    path("nl/<path:path>", in_dutch),
    URLResolver(
        OptionalLanguagePrefix(), [path("account/", include("allauth.urls")), path("", include("frontend.urls"))]
    ),
]
