"""Every change to an exchange: pages, API and commands come here; time comes by `exchanges.sweep`."""

from exchanges.services.agreement_changes import (
    agree_change,
    change_agreement,
    decline_change,
    take_back_change,
)
from exchanges.services.agreements import (
    accept_agreement,
    agree_agreement,
    ask_agreement,
    counter_agreement,
    decline_agreement,
    end_agreement,
    pause_agreement,
    resume_agreement,
    take_back_agreement,
    withdraw_agreement,
)
from exchanges.services.appointments import (
    cancel,
    confirm_time,
    contest_no_show,
    propose_times,
    report_no_show,
    uphold_no_show,
)
from exchanges.services.bundles import request_bundle
from exchanges.services.calendar_feeds import renew_calendar_feed, stop_calendar_feed
from exchanges.services.capacity import book_weeks_for, request_weeks
from exchanges.services.carriers import state_carrier
from exchanges.services.chains import free_again, propose_chain
from exchanges.services.deliveries import change_delivery, skip_delivery
from exchanges.services.enquiries import ask_hub, close_enquiry, take_enquiry
from exchanges.services.follow_up import add_note, follow_up
from exchanges.services.hours import state_hours
from exchanges.services.messages import ConversationClosed, invite_hub, mark_read, send_message
from exchanges.services.proposals import answer_proposal, propose_match, withdraw_proposal
from exchanges.services.requests import accept, agree, counter, decline, request_exchange, take_back, withdraw
from exchanges.services.weights import confirm_weight, dispute, settle, settle_cancelled, state_weight
from exchanges.services.work_proposals import propose_work

__all__ = [
    "ConversationClosed",
    "accept",
    "accept_agreement",
    "add_note",
    "agree",
    "agree_agreement",
    "agree_change",
    "answer_proposal",
    "ask_agreement",
    "ask_hub",
    "book_weeks_for",
    "cancel",
    "change_agreement",
    "change_delivery",
    "close_enquiry",
    "confirm_time",
    "confirm_weight",
    "contest_no_show",
    "counter",
    "counter_agreement",
    "decline",
    "decline_agreement",
    "decline_change",
    "dispute",
    "end_agreement",
    "follow_up",
    "free_again",
    "invite_hub",
    "mark_read",
    "pause_agreement",
    "propose_chain",
    "propose_match",
    "propose_times",
    "propose_work",
    "renew_calendar_feed",
    "report_no_show",
    "request_bundle",
    "request_exchange",
    "request_weeks",
    "resume_agreement",
    "send_message",
    "settle",
    "settle_cancelled",
    "skip_delivery",
    "state_carrier",
    "state_hours",
    "state_weight",
    "stop_calendar_feed",
    "take_back",
    "take_back_agreement",
    "take_back_change",
    "take_enquiry",
    "uphold_no_show",
    "withdraw",
    "withdraw_agreement",
    "withdraw_proposal",
]
