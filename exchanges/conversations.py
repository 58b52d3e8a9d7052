"""Who takes part in a conversation, until when, and who is to hear of a message."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.enums import StaffRole
from accounts.models import HubStaff, User
from accounts.permissions import is_hub_staff, operators
from exchanges.agreements.actors import took_part
from exchanges.agreements.steps import turn_of
from exchanges.answering import readers_in_stead, staff_in
from exchanges.enums import ENDED, EnquiryState, ExchangeState, Role, Side, Turn
from exchanges.hearing import everybody_hears, who_hears
from exchanges.models import Between, Conversation, Enquiry, Exchange, ExchangeStep, Message, StandingAgreement
from exchanges.permissions import is_staff_of, sides_of, spoke_for_a_side
from exchanges.steps import STATES
from geo.models import Hub

#: What ended between two is written about for this long: longer than what was completed can be disputed.
STAYS_OPEN = dt.timedelta(days=90)


@dataclass(frozen=True)
class Reader:
    """Somebody who hears of what happens, and for which side; without one where they work for a hub, or asked it.

    Operators hear of what nobody else looks at, but don't write.
    """

    user: User
    side: Side | None
    writes: bool = True


@dataclass(frozen=True)
class Voice:
    """As whom somebody writes, and what stands beside it: a name, and for whom."""

    role: Role
    side: Side | None
    of: str

    def name(self, user: User) -> str:
        """To those who may know whom they write for."""
        return f"{user.name} ({self.of})" if user.name and self.of else user.name or self.of


def closes_at(conversation: Conversation) -> dt.datetime | None:
    """When nobody can write any more; None while that isn't known."""
    if conversation.enquiry is not None:
        enquiry = conversation.enquiry
        return enquiry.state_since if enquiry.state == EnquiryState.CLOSED else None
    between = conversation.between
    is_over = between.state in ENDED if isinstance(between, Exchange) else not between.is_open
    return between.state_since + STAYS_OPEN if is_over else None


def is_closed(conversation: Conversation, at: dt.datetime) -> bool:
    closes = closes_at(conversation)
    return closes is not None and closes <= at


def closed_words() -> str:
    return _("Dit gesprek is gesloten. Stel een nieuwe vraag, of doe een nieuwe aanvraag.")


def voice_of(user: User, conversation: Conversation, side: str) -> Voice:
    """As whom the user writes. Raises PermissionDenied for who has no part in it, and ValidationError where it isn't
    clear for which side.
    """
    if conversation.enquiry is not None:
        return _voice_in_enquiry(user, conversation.enquiry)
    between = conversation.between
    own = sides_of(user, between)
    if own:
        chosen = _chosen(own, side)
        return Voice(Role(chosen.value), chosen, str(between.organisation_of(chosen)))
    if conversation.hub_since is not None and is_staff_of(user, between):
        return Voice(Role.HUB, None, hub_names(between.hub_ids))
    raise PermissionDenied(_("Alleen wie bij dit gesprek hoort, mag erin schrijven."))


def takes_part(user: User, conversation: Conversation) -> bool:
    """Whether somebody writes in it, as long as it isn't closed: its hubs once they were asked in."""
    if conversation.enquiry is not None:
        enquiry = conversation.enquiry
        return enquiry.asker_id == user.pk or is_hub_staff(user, enquiry.hub)
    between = conversation.between
    if sides_of(user, between):
        return True
    return conversation.hub_since is not None and is_staff_of(user, between)


def readers_of(conversation: Conversation, but: int | None) -> Iterator[Reader]:
    """Everybody who hears of a message, except its author, each once."""
    with_hub, enquiry = conversation.hub_since is not None, conversation.enquiry
    if enquiry is None:
        between = conversation.between
        of_it = readers_of_exchange if isinstance(between, Exchange) else readers_of_agreement
        yield from of_it(between, but, with_hub=with_hub)  # type: ignore[arg-type]
        return
    asker = [Reader(enquiry.asker, None)] if enquiry.asker is not None and enquiry.asker.is_active else []
    yield from each_once([*asker, *staff_of(enquiry)], but)


def readers_of_exchange(exchange: Exchange, but: int | None, *, with_hub: bool = False) -> Iterator[Reader]:
    """The people of both sides, each once and with their side, as who_hears() says; with the hub, or in a dispute,
    its staff too.

    Operators hear of a dispute too, where nobody of a hub is left to decide: the exchange lies in none, or its only
    one disagreed for a side.
    """
    yield from each_once([*_people_of(exchange), *_mediators(exchange, with_hub)], but)


def readers_of_agreement(agreement: StandingAgreement, but: int | None, *, with_hub: bool = False) -> Iterator[Reader]:
    """Of each side who took a step for it or wrote about it, with who made the listing, as who_hears() says; with the
    hub its staff too. Those whose turn it is come first: who is a member of both sides hears for that one.
    """
    sides, turn = _sides_of(agreement), turn_of(agreement).value
    took = took_part(StandingAgreement.objects.filter(pk=agreement.pk))
    rows = who_hears(sides, took, agreement.listing.created_by_id)
    readers = [Reader(row.user, sides[row.organisation_id]) for row in rows]
    staff = [Reader(user, None) for user in staff_in(agreement.hub_ids)] if with_hub else []
    yield from each_once([*sorted(readers, key=lambda reader: reader.side != turn), *staff], but)


def reminded_of_agreement(agreement: StandingAgreement) -> Iterator[Reader]:
    """All members of the sides whose turn it is, each once: who takes part may be away."""
    sides, turn = _sides_of(agreement), turn_of(agreement).value
    readers = (Reader(row.user, sides[row.organisation_id]) for row in everybody_hears(sides))
    yield from each_once((one for one in readers if turn in (Turn.BOTH.value, one.side)), None)


def reminded_of_exchange(exchange: Exchange, number: int) -> Iterator[Reader]:
    """Whose turn it is, each once: all members of that side, since those who take part may be away; where it is
    nobody's, as before an appointment, who takes part. In a dispute those who decide, without who disagreed; the last
    time operators too. `number` is which reminder of its state it is, counted from 1.
    """
    if exchange.turn == Turn.NOBODY:
        people = _people_of(exchange)
    else:
        sides = _sides_of(exchange)
        people = [Reader(row.user, sides[row.organisation_id]) for row in everybody_hears(sides)]
    kept_out = {reader.user.pk for reader in people} | spoke_for_a_side(exchange)
    # The turn first: who is a member of both sides is reminded for the one whose turn it is.
    theirs = [reader for reader in people if exchange.turn in (reader.side, Turn.BOTH, Turn.NOBODY)]
    is_last = number >= len(STATES[ExchangeState(exchange.state)].reminders)
    mediators = _mediators(exchange, with_hub=False, with_operators=is_last)
    deciding = [reader for reader in mediators if reader.user.pk not in kept_out]
    yield from each_once([*theirs, *deciding], None)


def _mediators(exchange: Exchange, with_hub: bool, *, with_operators: bool = False) -> list[Reader]:
    """Those who decide a dispute; `with_operators` where the hub has let it wait for long."""
    is_disputed = exchange.state == ExchangeState.DISPUTED
    staff = list(staff_in(exchange.hub_ids)) if exchange.hub_ids and (with_hub or is_disputed) else []
    found = [Reader(user, None) for user in staff]
    if is_disputed and (with_operators or {user.pk for user in staff} <= spoke_for_a_side(exchange)):
        found += [Reader(user, None, writes=False) for user in operators().order_by("pk")]
    return found


def _sides_of(between: Between) -> dict[int, Side]:
    return {between.requester_id: Side.REQUESTER, between.owner_id: Side.OWNER}


def _people_of(exchange: Exchange) -> list[Reader]:
    """Of each side who has acted or written for it, or took part in the standing agreement that it is a delivery of,
    with who made the listing. Those whose turn it is come first: who is a member of both sides hears for that one.
    """
    sides = _sides_of(exchange)
    acted = ExchangeStep.objects.filter(exchange=exchange, actor_id=OuterRef("user"), side=OuterRef("side"))
    wrote = Message.objects.filter(conversation__exchange=exchange, author=OuterRef("user"), side=OuterRef("side"))
    agreed = took_part(StandingAgreement.objects.filter(deliveries__exchange=exchange))
    takes_part = Exists(acted.exclude(role=Role.HUB)) | Exists(wrote.exclude(role=Role.HUB)) | agreed
    rows = who_hears(sides, takes_part, exchange.place_listing.created_by_id)
    readers = [Reader(row.user, sides[row.organisation_id]) for row in rows]
    return sorted(readers, key=lambda reader: reader.side != exchange.turn)


def staff_of(enquiry: Enquiry) -> list[Reader]:
    """Who of the hub hears of a question: who sees to it, or everybody where nobody does, or they left. Where nobody
    works there, operators hear, who don't write.
    """
    owner = enquiry.owner
    if owner is not None and owner.is_active and HubStaff.objects.filter(user=owner, hub=enquiry.hub_id).exists():
        return [Reader(owner, None)]
    staff = [Reader(user, None) for user in staff_in([enquiry.hub_id])]
    return staff or [Reader(user, None, writes=False) for user in readers_in_stead()]


def managers_of(enquiry: Enquiry) -> list[Reader]:
    """Who leads the hub, and can give a question to somebody else."""
    rows = HubStaff.objects.filter(hub=enquiry.hub_id, role=StaffRole.MANAGER, user__is_active=True)
    return [Reader(row.user, None) for row in rows.select_related("user").order_by("user")]


def hub_names(hub_ids: Iterable[int]) -> str:
    return ", ".join(Hub.objects.filter(pk__in=hub_ids).values_list("name", flat=True))


def hubs_of(conversation: Conversation) -> list[int]:
    """The hubs whose affair it is."""
    if conversation.enquiry is not None:
        return [conversation.enquiry.hub_id]
    return list(conversation.between.hub_ids)


def link_to(conversation: Conversation) -> str:
    """Where one reads it and answers."""
    return f"{settings.SITE_URL}{conversation.about.get_absolute_url()}#berichten"


def _voice_in_enquiry(user: User, enquiry: Enquiry) -> Voice:
    if enquiry.asker_id == user.pk:
        return Voice(Role.REQUESTER, None, enquiry.organisation.name if enquiry.organisation else "")
    if HubStaff.objects.filter(user=user, hub=enquiry.hub_id).exists():
        return Voice(Role.HUB, None, enquiry.hub.name)
    raise PermissionDenied(_("Alleen wie bij dit gesprek hoort, mag erin schrijven."))


def _chosen(own: set[Side], side: str) -> Side:
    chosen = own & {Side(side)} if side in Side.values else own
    if len(chosen) != 1:
        raise ValidationError({"side": _("Kies voor welke partij je dit doet.")})
    return next(iter(chosen))


def each_once(readers: Iterable[Reader], but: int | None) -> Iterator[Reader]:
    """Nobody twice, and not who did it."""
    seen = {but}
    for reader in readers:
        if reader.user.pk not in seen:
            seen.add(reader.user.pk)
            yield reader
