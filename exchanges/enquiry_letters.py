"""Letters about questions to a hub. A reply by mail to one comes into the conversation."""

from django.utils import timezone, translation

from exchanges.conversations import Reader, link_to, readers_of, staff_of
from exchanges.enums import EnquiryEnd
from exchanges.mail.addresses import reply_addresses
from exchanges.models import Conversation, Enquiry, Message
from journal.letters import write_letter
from materials import figures

ASKED, REMINDER, CLOSED = "enquiry_asked", "enquiry_reminder", "enquiry_closed"


def tell_of_enquiry(conversation: Conversation, message: Message) -> None:
    """Write to everybody who works for the hub."""
    enquiry = conversation.enquiry
    assert enquiry is not None
    readers = list(readers_of(conversation, message.author_id))
    replies = reply_addresses(conversation, readers)
    for reader in readers:
        data = {
            "subject": enquiry.subject,
            "who": who_asked(enquiry),
            "place": enquiry.municipality.name if enquiry.municipality else "",
            "is_nearest": enquiry.is_nearest,
            "text": message.text,
            "can_reply": reader.user.pk in replies,
            "link": link_to(conversation),
        }
        _write(ASKED, reader, enquiry, data, str(enquiry.pk), replies.get(reader.user.pk, ""))


def remind_of_enquiry(enquiry: Enquiry, number: int) -> None:
    """Write to who sees to it, or to all of the hub where nobody does, how long somebody has waited."""
    conversation = enquiry.conversation
    for reader in staff_of(enquiry):
        with translation.override(reader.user.language):
            since = figures.long_day(timezone.localdate(enquiry.state_since))
        data = {
            "subject": enquiry.subject,
            "who": who_asked(enquiry),
            "since": since,
            "has_owner": enquiry.owner_id is not None,
            "link": link_to(conversation),
        }
        key = f"{enquiry.pk}-{enquiry.state_since.timestamp():.0f}-{number}"
        _write(REMINDER, reader, enquiry, data, key)


def tell_of_close(enquiry: Enquiry) -> None:
    """Write to who asked, unless they closed it themselves or went on living without an answer to an answer."""
    if enquiry.asker is None or enquiry.ended_by in (EnquiryEnd.ASKER, EnquiryEnd.SILENCE):
        return
    data = {
        "subject": enquiry.subject,
        "hub": enquiry.hub.name,
        "unanswered": enquiry.ended_by == EnquiryEnd.UNANSWERED,
        "contact": enquiry.hub.email or enquiry.hub.phone,
        "link": link_to(enquiry.conversation),
    }
    _write(CLOSED, Reader(enquiry.asker, None), enquiry, data, str(enquiry.pk))


def who_asked(enquiry: Enquiry) -> str:
    """By name where they gave one, and for which organisation. A mail address is nobody else's affair."""
    name = enquiry.asker.name if enquiry.asker else ""
    of = enquiry.organisation.name if enquiry.organisation else ""
    return f"{name} ({of})" if name and of else name or of


def _write(
    template: str, reader: Reader, enquiry: Enquiry, data: dict[str, object], key: str, reply_to: str = ""
) -> None:
    write_letter(
        template, to=reader.user.email, language=reader.user.language, data=data,
        dedup_key=f"{template}-{key}-{reader.user.pk}", about=enquiry, refusable=True, reply_to=reply_to,
    )  # fmt: skip
