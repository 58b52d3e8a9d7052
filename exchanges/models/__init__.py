from exchanges.models.appointment import Appointment
from exchanges.models.conversation import Conversation, ReplyAddress
from exchanges.models.enquiry import LONGEST_SUBJECT, Enquiry
from exchanges.models.exchange import Exchange, ExchangeLeg
from exchanges.models.inbound import InboundMail
from exchanges.models.message import LONGEST_MESSAGE, MOST_MESSAGE_PHOTOS, Message, MessagePhoto, ReadMark
from exchanges.models.step import LONGEST_REASON, ExchangeStep
from exchanges.models.weight import HEAVIEST_KG, WeightStatement

__all__ = [
    "HEAVIEST_KG",
    "LONGEST_MESSAGE",
    "LONGEST_REASON",
    "LONGEST_SUBJECT",
    "MOST_MESSAGE_PHOTOS",
    "Appointment",
    "Conversation",
    "Enquiry",
    "Exchange",
    "ExchangeLeg",
    "ExchangeStep",
    "InboundMail",
    "Message",
    "MessagePhoto",
    "ReadMark",
    "ReplyAddress",
    "WeightStatement",
]
