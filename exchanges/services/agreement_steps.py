"""The service of each step of a standing agreement, by the name that pages and the API give it."""

from collections.abc import Callable, Mapping

from exchanges.models import StandingAgreement
from exchanges.services import agreement_changes, agreements, deliveries

BY_NAME: Mapping[str, Callable[..., StandingAgreement]] = {
    "accept": agreements.accept_agreement,
    "counter": agreements.counter_agreement,
    "decline": agreements.decline_agreement,
    "agree": agreements.agree_agreement,
    "take_back": agreements.take_back_agreement,
    "withdraw": agreements.withdraw_agreement,
    "change": agreement_changes.change_agreement,
    "agree_change": agreement_changes.agree_change,
    "decline_change": agreement_changes.decline_change,
    "take_back_change": agreement_changes.take_back_change,
    "pause": agreements.pause_agreement,
    "resume": agreements.resume_agreement,
    "end": agreements.end_agreement,
    "skip_delivery": deliveries.skip_delivery,
    "change_delivery": deliveries.change_delivery,
}
