from django.urls import URLPattern, URLResolver, path

from exchanges.api.views import BundlesView, ExchangeStepsView, ExchangesView, ExchangeView
from exchanges.mail.webhook import inbound_webhook

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/exchanges/", ExchangesView.as_view(), name="api-exchanges"),
    path("api/v1/exchanges/bundles/", BundlesView.as_view(), name="api-bundles"),
    path("api/v1/exchanges/<int:exchange_id>/", ExchangeView.as_view(), name="api-exchange"),
    path("api/v1/exchanges/<int:exchange_id>/steps/", ExchangeStepsView.as_view(), name="api-exchange-steps"),
    path("mail/inbound/", inbound_webhook, name="mail-inbound"),
]
