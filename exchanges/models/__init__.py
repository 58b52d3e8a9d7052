from accounts.behalf import LONGEST_BEHALF_NOTE
from exchanges.models.agreement import (
    LONGEST_PLACE,
    LONGEST_REMARK,
    MOST_APART,
    AgreementReason,
    AgreementStepKey,
    Delivery,
    Hours,
    StandingAgreement,
)
from exchanges.models.appointment import Appointment
from exchanges.models.arrangement import LONGEST_KEY, Arrangement
from exchanges.models.calendar_feed import CalendarFeed
from exchanges.models.carrier import LONGEST_CARRIER, LONGEST_REGISTRATION, Carrier
from exchanges.models.conversation import Between, Conversation, ReplyAddress
from exchanges.models.enquiry import LONGEST_SUBJECT, Enquiry
from exchanges.models.exchange import Exchange, ExchangeLeg
from exchanges.models.follow_up import LONGEST_NOTE, AgreementFollowUp, AgreementNote, HubFollowUp, HubNote
from exchanges.models.impact import MOST_HOURS, HoursStatement, ImpactEntry
from exchanges.models.inbound import InboundMail
from exchanges.models.message import LONGEST_MESSAGE, MOST_MESSAGE_PHOTOS, Message, MessagePhoto, ReadMark
from exchanges.models.proposal import LONGEST_PROPOSAL, LONGEST_REFUSAL, Proposal
from exchanges.models.step import LONGEST_REASON, ExchangeStep
from exchanges.models.weight import HEAVIEST_KG, WeighingSlip, WeightStatement

__all__ = [
    "HEAVIEST_KG",
    "LONGEST_BEHALF_NOTE",
    "LONGEST_CARRIER",
    "LONGEST_KEY",
    "LONGEST_MESSAGE",
    "LONGEST_NOTE",
    "LONGEST_PLACE",
    "LONGEST_PROPOSAL",
    "LONGEST_REASON",
    "LONGEST_REFUSAL",
    "LONGEST_REGISTRATION",
    "LONGEST_REMARK",
    "LONGEST_SUBJECT",
    "MOST_APART",
    "MOST_HOURS",
    "MOST_MESSAGE_PHOTOS",
    "AgreementFollowUp",
    "AgreementNote",
    "AgreementReason",
    "AgreementStepKey",
    "Appointment",
    "Arrangement",
    "Between",
    "CalendarFeed",
    "Carrier",
    "Conversation",
    "Delivery",
    "Enquiry",
    "Exchange",
    "ExchangeLeg",
    "ExchangeStep",
    "Hours",
    "HoursStatement",
    "HubFollowUp",
    "HubNote",
    "ImpactEntry",
    "InboundMail",
    "Message",
    "MessagePhoto",
    "Proposal",
    "ReadMark",
    "ReplyAddress",
    "StandingAgreement",
    "WeighingSlip",
    "WeightStatement",
]
