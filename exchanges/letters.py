"""Letters about an exchange: who takes part hears of each step, of what falls due, and of messages.

Messages about a standing agreement or a question to a hub go the same way; what else there is to say of those stands
in agreements.letters and enquiry_letters.
"""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from exchanges.calendar import invitation_of
from exchanges.conversations import (
    Reader,
    Voice,
    hub_names,
    link_to,
    readers_of,
    readers_of_exchange,
    reminded_of_exchange,
)
from exchanges.enums import CALLED_OFF, Side, Turn
from exchanges.food import food_date_words
from exchanges.mail.addresses import replies_about, reply_addresses
from exchanges.models import (
    Appointment,
    Conversation,
    Exchange,
    ExchangeLeg,
    ExchangeStep,
    Message,
    Proposal,
)
from exchanges.nearest import nearest_to
from exchanges.parties import know_parties, place_of
from exchanges.schedule import confirmed
from exchanges.steps import STEPS
from exchanges.turns import turn_at
from exchanges.words import moment_words, next_words, sentences_of
from journal.attachments import Attachment
from journal.enums import Topic
from journal.letters import Addressed, Written, write_letters
from listings.enums import ListingKind
from listings.models import Listing
from listings.owners import know_owners
from materials import figures

STEP, REMINDER, MESSAGE = "exchange_step", "exchange_reminder", "exchange_message"
PROPOSAL, HUB_INVITED = "exchange_proposal", "exchange_hub_invited"
GONE = "request_gone"
#: The steps that say when one meets.
_OF_MOMENTS = frozenset({STEPS["propose_times"].verb, STEPS["confirm_time"].verb})


def tell_of_weeks(exchanges: Sequence[Exchange]) -> None:
    """Write once of the weeks of a service that were asked for or reserved in one go: of the first, naming all."""
    first = exchanges[0]
    legs = ExchangeLeg.objects.filter(exchange__in=exchanges).select_related("exchange").order_by("exchange__period")
    tell_of_step(first, first.steps.get(number=1), weeks=list(legs))


def tell_of_step(
    exchange: Exchange,
    step: ExchangeStep,
    weeks: Sequence[ExchangeLeg] = (),
    changed: ExchangeLeg | None = None,
) -> None:
    """Write to the people of both organisations, except whoever took it; of a dispute to the hub's staff too.
    `weeks` are those that go with it.

    `changed` is the leg whose appointment was made, moved or called off: whoever did so gets that for their calendar
    as well.
    """
    appointment = confirmed(changed) if changed is not None else None
    (leg,) = exchange.legs.all() if step.step in _OF_MOMENTS else (None,)
    readers = list(readers_of_exchange(exchange, step.actor_id if appointment is None else None))
    replies = replies_about(exchange, readers)
    letters = []
    for reader in readers:
        side, user = reader.side, reader.user
        know_parties([exchange], user)
        with translation.override(user.language):
            data = {
                "what": exchange.heading,
                "state": exchange.get_state_display(),
                "sentence": sentences_of(exchange, [step])[0],
                "reason": step.reason,
                **_asked_hub(exchange, step),
                "weeks": ", ".join(_week_words(leg) for leg in weeks),
                "appointment": moment_words(appointment.period) if appointment is not None else "",
                "is_off": exchange.state in CALLED_OFF,
                "food": food_date_words(exchange, leg) if leg is not None else "",
                "next": next_words(exchange, side, step.at),
                "can_reply": user.pk in replies,
                "link": _link(exchange),
            }
            files = _files(exchange, changed, appointment, reader)
        key = f"{STEP}-{exchange.pk}-{step.number}-{user.pk}"
        reply_to = replies.get(user.pk, "")
        letters.append(Addressed(user.email, user.language, data, key, reply_to, attachments=files))
    write_letters(STEP, letters, about=exchange)


def _asked_hub(exchange: Exchange, step: ExchangeStep) -> dict[str, str]:
    """Who of whom asked the hub to take a step; "" where nobody did, and of whom the reader may not know."""
    note = step.behalf_note or (exchange.behalf_note if step.number == 1 else "")
    shown = exchange.shown_of(step.side or Side.REQUESTER)
    return {"requester": shown.name, "behalf_note": note if shown.slug else ""}


def remind(exchange: Exchange, leg: ExchangeLeg, number: int, at: dt.datetime) -> int:
    """Write to those whose turn it is what they are to do, and until when; before an appointment to both when that is,
    for their calendars too: of a delivery no letter said so before. Returns to how many.

    The letters are about the leg: the next step drops those that still wait.
    """
    assert exchange.deadline_at is not None, "what is reminded of has an end"
    readers = list(reminded_of_exchange(exchange, number))
    coming = confirmed(leg) if turn_at(exchange, at) == Turn.NOBODY else None
    replies = replies_about(exchange, readers)
    letters = []
    for reader in readers:
        side, user = reader.side, reader.user
        with translation.override(user.language):
            data = {
                "what": exchange.heading,
                "appointment": moment_words(coming.period) if coming is not None else "",
                "next": next_words(exchange, side, at),
                "until": figures.until(exchange.deadline_at),
                "can_reply": user.pk in replies,
                "link": _link(exchange),
            }
            files = _files(exchange, leg, coming, reader)
        key = f"{REMINDER}-{exchange.pk}-{exchange.version}-{number}-{user.pk}"
        reply_to = replies.get(user.pk, "")
        letters.append(Addressed(user.email, user.language, data, key, reply_to, attachments=files))
    write_letters(REMINDER, letters, about=leg)
    return len(letters)


def tell_of_message(conversation: Conversation, message: Message, by: User, voice: Voice, photos: int) -> None:
    """Write to everybody who takes part, except the author. A reply by mail comes into the conversation."""
    readers = list(readers_of(conversation, message.author_id))
    replies = reply_addresses(conversation, readers)
    letters = []
    for reader in readers:
        data = {
            "what": what_of(conversation, reader.user),
            "who": _who(conversation, by, voice, reader.user),
            "text": Written(message.text),
            "photos": photos,
            "can_reply": reader.user.pk in replies,
            "link": link_to(conversation),
        }
        key = f"{MESSAGE}-{message.pk}-{reader.user.pk}"
        letters.append(Addressed(reader.user.email, reader.user.language, data, key, replies.get(reader.user.pk, "")))
    write_letters(MESSAGE, letters, about=message, topic=Topic.MESSAGES)


def tell_of_proposal(proposal: Proposal, *, is_reminder: bool = False) -> None:
    """Write to the members of the organisations that haven't answered what they are asked."""
    asked = {name: one for name, one in proposal.sides.items() if not getattr(proposal, f"{name}_answer")}
    sides = {listing.organisation_id: listing for listing in asked.values()}
    rows = Membership.objects.filter(organisation__in=sides, user__is_active=True).select_related("user")
    seen: set[int] = set()
    letters = []
    for row in rows.order_by("user", "organisation"):
        if row.user_id in seen:
            continue
        seen.add(row.user_id)
        own = sides[row.organisation_id]
        others = [one for one in proposal.sides.values() if one != own]
        know_owners(others, row.user)
        with translation.override(row.user.language):
            data = {
                "hub": proposal.proposer,
                "own": own.heading,
                "other": " → ".join(str(one.heading) for one in others),
                "organisation": ", ".join(one.shown_organisation.name for one in others),
                "is_chain": proposal.is_chain,
                "work": _work_words(proposal),
                "note": proposal.note,
                "is_reminder": is_reminder,
                "until": figures.until(proposal.lapses_at),
                "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            }
        key = f"{PROPOSAL}-{proposal.pk}{'-reminder' if is_reminder else ''}-{row.user_id}"
        letters.append(Addressed(row.user.email, row.user.language, data, key))
    write_letters(PROPOSAL, letters, about=proposal)


def _work_words(proposal: Proposal) -> str:
    """ "25 stuks in de week van 7 december", where it is for a service alone."""
    if not proposal.is_work or proposal.service is None or proposal.work is None or proposal.week is None:
        return ""
    amount = figures.stored_amount(proposal.work, proposal.service.capacity_unit)
    return _("%(work)s in de week van %(day)s") % {"work": amount, "day": figures.long_day(proposal.week)}


def tell_of_gone(exchange: Exchange, at: dt.datetime) -> None:
    """Write to the people of whoever asked that it isn't there any more, and what comes nearest."""
    (leg,) = exchange.legs.all()
    others = nearest_to(exchange, at)
    letters = []
    for reader in readers_of_exchange(exchange, None):
        if reader.side != Side.REQUESTER:
            continue
        user = reader.user
        with translation.override(user.language):
            data = {
                "what": exchange.heading,
                "amount": figures.stored_amount(leg.quantity, leg.unit),
                "status": exchange.listing.get_status_display().lower(),
                "lists": [_nearest_list(others)] if others else [],
                "link": _link(exchange),
            }
        letters.append(Addressed(user.email, user.language, data, f"{GONE}-{exchange.pk}-{user.pk}"))
    write_letters(GONE, letters, about=exchange)


def _nearest_list(others: Sequence[Listing]) -> dict[str, object]:
    items = [
        {
            "title": str(one.heading),
            "line": " · ".join(filter(None, [one.get_kind_display(), _lot_words(one)])),
            "link": f"{settings.SITE_URL}{reverse('listing', args=[one.pk])}",
        }
        for one in others
    ]
    return {"heading": _("Dit komt er het dichtst bij"), "items": items, "more": ""}


def _lot_words(listing: Listing) -> str:
    """How much there is, where a lot says so."""
    if listing.kind == ListingKind.SERVICE or listing.quantity is None:
        return ""
    return str(figures.stored_amount(listing.quantity - listing.taken_quantity, listing.unit))


def tell_of_invited_hub(conversation: Conversation, by: User, voice: Voice) -> None:
    """Write to the people of the hub, and to both sides, who reads along from now on."""
    readers = list(readers_of(conversation, by.pk))
    replies = reply_addresses(conversation, readers)
    letters = []
    for reader in readers:
        data = {
            "what": what_of(conversation, reader.user),
            "who": _who(conversation, by, voice, reader.user),
            "hub": hub_names(conversation.between.hub_ids),
            "link": link_to(conversation),
        }
        key = f"{HUB_INVITED}-{conversation.pk}-{reader.user.pk}"
        letters.append(Addressed(reader.user.email, reader.user.language, data, key, replies.get(reader.user.pk, "")))
    write_letters(HUB_INVITED, letters, about=conversation.between)


def _who(conversation: Conversation, by: User, voice: Voice, reader: User) -> str:
    """Who wrote or did something, and for whom, as far as the reader may know."""
    if conversation.enquiry is not None or voice.side is None:
        return voice.name(by)
    know_parties([conversation.between], reader)
    with translation.override(reader.language):
        shown = conversation.between.shown_of(voice.side)
    return voice.name(by) if shown.slug else str(shown)


def _files(
    exchange: Exchange, leg: ExchangeLeg | None, appointment: Appointment | None, reader: Reader
) -> tuple[Attachment, ...]:
    """The appointment for the calendar of somebody who is to be there."""
    if leg is None or appointment is None or reader.side is None:
        return ()
    return (invitation_of(exchange, leg, appointment, place_of(exchange), reader.user.email),)


def _week_words(leg: ExchangeLeg) -> str:
    """ "7 december (20 stuks)"."""
    return f"{figures.day_and_month(leg.exchange.period)} ({figures.stored_amount(leg.quantity, leg.unit)})"


def what_of(conversation: Conversation, reader: User) -> str:
    """What it is about, in the reader's language."""
    if conversation.enquiry is not None:
        return conversation.enquiry.subject
    with translation.override(reader.language):
        return str(conversation.between.heading)


def _link(exchange: Exchange) -> str:
    return f"{settings.SITE_URL}{exchange.get_absolute_url()}"
