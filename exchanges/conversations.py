"""Who takes part in a conversation, until when, and who is to hear of a message."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from exchanges.enums import ENDED, ExchangeState, Role, Side
from exchanges.models import Conversation, Exchange
from exchanges.permissions import is_staff_of, sides_of
from geo.models import Hub

#: An exchange that ended is written about for this long: longer than what was completed can be disputed.
STAYS_OPEN = dt.timedelta(days=90)


@dataclass(frozen=True)
class Reader:
    """Somebody who hears of what happens, and for which side; without one where they work for a hub.

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
        return f"{user.name} ({self.of})" if user.name else self.of


def closes_at(conversation: Conversation) -> dt.datetime | None:
    """When nobody can write any more; None while the exchange is open."""
    exchange = conversation.exchange
    return exchange.state_since + STAYS_OPEN if exchange.state in ENDED else None


def is_closed(conversation: Conversation, at: dt.datetime) -> bool:
    closes = closes_at(conversation)
    return closes is not None and closes <= at


def voice_of(user: User, conversation: Conversation, side: str) -> Voice:
    """As whom the user writes. Raises PermissionDenied for who has no part in it, and ValidationError where it isn't
    clear for which side.
    """
    exchange = conversation.exchange
    own = sides_of(user, exchange)
    if own:
        chosen = _chosen(own, side)
        return Voice(Role(chosen.value), chosen, str(exchange.organisation_of(chosen)))
    if is_staff_of(user, exchange):
        return Voice(Role.HUB, None, hub_names(exchange.hub_ids))
    raise PermissionDenied(_("Alleen wie bij deze uitwisseling hoort, mag dit."))


def _chosen(own: set[Side], side: str) -> Side:
    chosen = own & {Side(side)} if side in Side.values else own
    if len(chosen) != 1:
        raise ValidationError({"side": _("Kies voor welke partij je dit doet.")})
    return next(iter(chosen))


def readers_of(exchange: Exchange, but: int | None) -> Iterable[Reader]:
    """Members of both sides, each once and with their side; in a dispute the staff of the hub too, without one.

    Where the exchange lies in no hub, operators hear of a dispute in its place.
    """
    seen = {but}
    sides = {exchange.requester_id: Side.REQUESTER, exchange.owner_id: Side.OWNER}
    rows = Membership.objects.filter(organisation__in=sides, user__is_active=True)
    found = [
        Reader(row.user, sides[row.organisation_id])
        for row in rows.select_related("user").order_by("user", "organisation")
    ]
    if exchange.state == ExchangeState.DISPUTED:
        staff = User.objects.filter(hub_roles__hub__in=exchange.hub_ids, is_active=True).distinct()
        operators = User.objects.filter(is_superuser=True, is_active=True)
        by_hub = bool(exchange.hub_ids)
        found += [Reader(user, None, by_hub) for user in (staff if by_hub else operators).order_by("pk")]
    for reader in found:
        if reader.user.pk not in seen:
            seen.add(reader.user.pk)
            yield reader


def hub_names(hub_ids: Iterable[int]) -> str:
    return ", ".join(Hub.objects.filter(pk__in=hub_ids).values_list("name", flat=True))


def link_to(conversation: Conversation) -> str:
    """Where one reads it and answers."""
    return f"{settings.SITE_URL}{conversation.exchange.get_absolute_url()}#berichten"
