from exchanges.models.appointment import Appointment
from exchanges.models.calendar_feed import CalendarFeed
from exchanges.models.exchange import Exchange, ExchangeLeg
from exchanges.models.follow_up import LONGEST_NOTE, HubFollowUp, HubNote
from exchanges.models.impact import MOST_HOURS, HoursStatement, ImpactEntry
from exchanges.models.message import LONGEST_MESSAGE, Message, ReadMark
from exchanges.models.proposal import LONGEST_PROPOSAL, Proposal
from exchanges.models.step import LONGEST_REASON, ExchangeStep
from exchanges.models.weight import HEAVIEST_KG, WeightStatement

__all__ = [
    "HEAVIEST_KG",
    "LONGEST_MESSAGE",
    "LONGEST_NOTE",
    "LONGEST_PROPOSAL",
    "LONGEST_REASON",
    "MOST_HOURS",
    "Appointment",
    "CalendarFeed",
    "Exchange",
    "ExchangeLeg",
    "ExchangeStep",
    "HoursStatement",
    "HubFollowUp",
    "HubNote",
    "ImpactEntry",
    "Message",
    "Proposal",
    "ReadMark",
    "WeightStatement",
]
