from django.urls import URLPattern, URLResolver, path

from exchanges.api.agreements import AgreementStepsView, AgreementsView, AgreementView
from exchanges.api.enquiries import (
    EnquiriesView,
    EnquiryCloseView,
    EnquiryOwnerView,
    EnquiryView,
    HubEnquiriesView,
)
from exchanges.api.messages import (
    AgreementHubView,
    AgreementMessagesView,
    AgreementReadView,
    EnquiryMessagesView,
    EnquiryReadView,
    ExchangeHubView,
    ExchangeMessagesView,
    ExchangeReadView,
    MessagePhotoView,
)
from exchanges.api.organisations import OrganisationView, VerificationsView, WithdrawalView
from exchanges.api.proposals import (
    HubProposalsView,
    ProposalAnswerView,
    ProposalsView,
    ProposalView,
    ProposalWithdrawView,
)
from exchanges.api.slips import WeighingSlipView
from exchanges.api.views import ArrangementView, BundlesView, ExchangeStepsView, ExchangesView, ExchangeView
from exchanges.mail.webhook import inbound_webhook

_EXCHANGE, _ENQUIRY = "api/v1/exchanges/<int:exchange_id>/", "api/v1/enquiries/<int:enquiry_id>/"
_AGREEMENT = "api/v1/exchanges/agreements/<int:agreement_id>/"
_PROPOSAL, _HUB = "api/v1/proposals/<int:proposal_id>/", "api/v1/hubs/<slug:slug>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/exchanges/", ExchangesView.as_view(), name="api-exchanges"),
    path("api/v1/exchanges/bundles/", BundlesView.as_view(), name="api-bundles"),
    path("api/v1/exchanges/agreements/", AgreementsView.as_view(), name="api-agreements"),
    path(_AGREEMENT, AgreementView.as_view(), name="api-agreement"),
    path(f"{_AGREEMENT}steps/", AgreementStepsView.as_view(), name="api-agreement-steps"),
    path(f"{_AGREEMENT}messages/", AgreementMessagesView.as_view(), name="api-agreement-messages"),
    path(f"{_AGREEMENT}messages/read/", AgreementReadView.as_view(), name="api-agreement-read"),
    path(f"{_AGREEMENT}hub/", AgreementHubView.as_view(), name="api-agreement-hub"),
    path(_EXCHANGE, ExchangeView.as_view(), name="api-exchange"),
    path(f"{_EXCHANGE}steps/", ExchangeStepsView.as_view(), name="api-exchange-steps"),
    path(f"{_EXCHANGE}weights/<int:statement_id>/slip/", WeighingSlipView.as_view(), name="api-weighing-slip"),
    path(f"{_EXCHANGE}messages/", ExchangeMessagesView.as_view(), name="api-exchange-messages"),
    path(f"{_EXCHANGE}messages/read/", ExchangeReadView.as_view(), name="api-exchange-read"),
    path(f"{_EXCHANGE}hub/", ExchangeHubView.as_view(), name="api-exchange-hub"),
    path("api/v1/arrangements/<int:arrangement_id>/", ArrangementView.as_view(), name="api-arrangement"),
    path("api/v1/proposals/", ProposalsView.as_view(), name="api-proposals"),
    path(_PROPOSAL, ProposalView.as_view(), name="api-proposal"),
    path(f"{_PROPOSAL}answer/", ProposalAnswerView.as_view(), name="api-proposal-answer"),
    path(f"{_PROPOSAL}withdraw/", ProposalWithdrawView.as_view(), name="api-proposal-withdraw"),
    path(f"{_HUB}proposals/", HubProposalsView.as_view(), name="api-hub-proposals"),
    path("api/v1/enquiries/", EnquiriesView.as_view(), name="api-enquiries"),
    path(_ENQUIRY, EnquiryView.as_view(), name="api-enquiry"),
    path(f"{_ENQUIRY}messages/", EnquiryMessagesView.as_view(), name="api-enquiry-messages"),
    path(f"{_ENQUIRY}messages/read/", EnquiryReadView.as_view(), name="api-enquiry-read"),
    path(f"{_ENQUIRY}owner/", EnquiryOwnerView.as_view(), name="api-enquiry-owner"),
    path(f"{_ENQUIRY}close/", EnquiryCloseView.as_view(), name="api-enquiry-close"),
    path(f"{_HUB}enquiries/", HubEnquiriesView.as_view(), name="api-hub-enquiries"),
    path("api/v1/message-photos/<int:photo_id>/", MessagePhotoView.as_view(), name="api-message-photo"),
    path("api/v1/organisations/<slug:slug>/", OrganisationView.as_view(), name="api-organisation"),
    path(f"{_HUB}verifications/", VerificationsView.as_view(), name="api-hub-verifications"),
    path(
        f"{_HUB}verifications/<int:verification_id>/withdraw/",
        WithdrawalView.as_view(),
        name="api-hub-verification-withdraw",
    ),
    path("mail/inbound/", inbound_webhook, name="mail-inbound"),
]
