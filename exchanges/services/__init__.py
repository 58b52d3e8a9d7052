"""Every change to an exchange: pages, API and commands come here; time comes by `exchanges.sweep`."""

from exchanges.services.appointments import cancel, confirm_time, contest_no_show, propose_times, report_no_show
from exchanges.services.bundles import request_bundle
from exchanges.services.calendar_feeds import renew_calendar_feed, stop_calendar_feed
from exchanges.services.capacity import book_weeks_for, request_weeks
from exchanges.services.carriers import state_carrier
from exchanges.services.chains import propose_chain
from exchanges.services.enquiries import ask_hub, close_enquiry, take_enquiry
from exchanges.services.follow_up import add_note, follow_up
from exchanges.services.hours import state_hours
from exchanges.services.messages import ConversationClosed, invite_hub, mark_read, send_message
from exchanges.services.proposals import answer_proposal, propose_match
from exchanges.services.requests import accept, agree, counter, decline, request_exchange, take_back, withdraw
from exchanges.services.weights import confirm_weight, dispute, settle, settle_cancelled, state_weight

__all__ = [
    "ConversationClosed",
    "accept",
    "add_note",
    "agree",
    "answer_proposal",
    "ask_hub",
    "book_weeks_for",
    "cancel",
    "close_enquiry",
    "confirm_time",
    "confirm_weight",
    "contest_no_show",
    "counter",
    "decline",
    "dispute",
    "follow_up",
    "invite_hub",
    "mark_read",
    "propose_chain",
    "propose_match",
    "propose_times",
    "renew_calendar_feed",
    "report_no_show",
    "request_bundle",
    "request_exchange",
    "request_weeks",
    "send_message",
    "settle",
    "settle_cancelled",
    "state_carrier",
    "state_hours",
    "state_weight",
    "stop_calendar_feed",
    "take_back",
    "take_enquiry",
    "withdraw",
]
