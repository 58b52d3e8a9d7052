"""Letters about questions to a hub. A reply by mail to one comes into the conversation."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from exchanges.answering import Reach, reach_of
from exchanges.conversations import Reader, each_once, link_to, managers_of, readers_of, staff_of
from exchanges.enums import EnquiryEnd
from exchanges.mail.addresses import reply_addresses
from exchanges.models import Conversation, Enquiry, Message
from geo.models import Hub
from journal.enums import Topic
from journal.letters import Written, write_letter
from materials import figures

ASKED, REMINDER, CLOSED = "enquiry_asked", "enquiry_reminder", "enquiry_closed"


def tell_of_enquiry(conversation: Conversation, message: Message, meant_for: Hub | None, photos: int) -> None:
    """Write to everybody who works for the hub, or whoever reads its questions where nobody does. `meant_for` is the
    hub in whose stead this one is asked; `photos` is how many came along.
    """
    enquiry = conversation.enquiry
    assert enquiry is not None
    readers = list(readers_of(conversation, message.author_id))
    replies = reply_addresses(conversation, readers)
    shared = {
        "subject": enquiry.subject,
        "who": who_asked(enquiry),
        "place": enquiry.municipality.name if enquiry.municipality else "",
        "is_nearest": enquiry.is_nearest,
        "meant_for": meant_for.name if meant_for else "",
        "text": Written(message.text),
        "photos": photos,
        "link": link_to(conversation),
    } | _in_stead(enquiry)
    for reader in readers:
        data = shared | {"can_reply": reader.user.pk in replies}
        _write(ASKED, reader, enquiry, data, str(enquiry.pk), replies.get(reader.user.pk, ""))
    _write_to_mailbox(ASKED, enquiry, shared, str(enquiry.pk))


def _in_stead(enquiry: Enquiry) -> dict[str, object]:
    """The hub's name where nobody works there, and whether its mail address gets the letter too."""
    reach = reach_of(enquiry.hub)
    unstaffed = "" if reach == Reach.STAFF else enquiry.hub.name
    return {"unstaffed": unstaffed, "has_mailbox": reach == Reach.MAILBOX, "to_mailbox": False}


def _write_to_mailbox(template: str, enquiry: Enquiry, data: dict[str, object], key: str) -> None:
    """Where nobody of a hub has an account, the hub itself hears of it, in Dutch."""
    if not data["has_mailbox"]:
        return
    write_letter(
        template, to=enquiry.hub.email, language="nl", data=data | {"to_mailbox": True},
        dedup_key=f"{template}-{key}-hub", about=enquiry, topic=Topic.STRANGERS,
    )  # fmt: skip


def remind_of_enquiry(enquiry: Enquiry, number: int) -> None:
    """Write to who sees to it, to all of the hub where nobody does, or to whoever reads its questions where nobody
    works there, how long somebody has waited. From the second time on the hub's managers hear it too: who sees to it
    may be away.
    """
    readers, owner = staff_of(enquiry), enquiry.owner
    # Who left the hub sees to nothing any more.
    has_owner = owner is not None and owner.pk in {reader.user.pk for reader in readers}
    key = f"{enquiry.pk}-{enquiry.state_since.timestamp():.0f}-{number}"
    shared = {"subject": enquiry.subject, "who": who_asked(enquiry), "has_owner": has_owner, "owner": ""}
    shared |= _in_stead(enquiry)
    conversation = enquiry.conversation
    for reader in each_once([*readers, *(managers_of(enquiry) if number > 1 else [])], None):
        with translation.override(reader.user.language):
            since = figures.long_day(timezone.localdate(enquiry.state_since))
            data = shared | {"since": since, "link": link_to(conversation)}
            if has_owner and owner is not None and reader.user != owner:
                data["owner"] = owner.name or _("Een collega")
        _write(REMINDER, reader, enquiry, data, key)
    with translation.override("nl"):
        since = figures.long_day(timezone.localdate(enquiry.state_since))
    _write_to_mailbox(REMINDER, enquiry, shared | {"since": since, "link": link_to(conversation)}, key)


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
        dedup_key=f"{template}-{key}-{reader.user.pk}", about=enquiry, reply_to=reply_to,
    )  # fmt: skip
