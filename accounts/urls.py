from django.urls import URLPattern, URLResolver, path

from accounts.api.views import MeView, TokenView

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/me/", MeView.as_view(), name="api-me"),
    path("api/v1/me/token/", TokenView.as_view(), name="api-me-token"),
]
