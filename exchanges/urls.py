from django.urls import URLPattern, URLResolver, path

from exchanges.api.agreements import AgreementStepsView, AgreementsView, AgreementView
from exchanges.api.organisations import OrganisationView, VerificationsView, WithdrawalView
from exchanges.api.views import BundlesView, ExchangeStepsView, ExchangesView, ExchangeView
from exchanges.mail.webhook import inbound_webhook

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/exchanges/", ExchangesView.as_view(), name="api-exchanges"),
    path("api/v1/exchanges/bundles/", BundlesView.as_view(), name="api-bundles"),
    path("api/v1/exchanges/agreements/", AgreementsView.as_view(), name="api-agreements"),
    path("api/v1/exchanges/agreements/<int:agreement_id>/", AgreementView.as_view(), name="api-agreement"),
    path(
        "api/v1/exchanges/agreements/<int:agreement_id>/steps/",
        AgreementStepsView.as_view(),
        name="api-agreement-steps",
    ),
    path("api/v1/exchanges/<int:exchange_id>/", ExchangeView.as_view(), name="api-exchange"),
    path("api/v1/exchanges/<int:exchange_id>/steps/", ExchangeStepsView.as_view(), name="api-exchange-steps"),
    path("api/v1/organisations/<slug:slug>/", OrganisationView.as_view(), name="api-organisation"),
    path("api/v1/hubs/<slug:slug>/verifications/", VerificationsView.as_view(), name="api-hub-verifications"),
    path(
        "api/v1/hubs/<slug:slug>/verifications/<int:verification_id>/withdraw/",
        WithdrawalView.as_view(),
        name="api-hub-verification-withdraw",
    ),
    path("mail/inbound/", inbound_webhook, name="mail-inbound"),
]
