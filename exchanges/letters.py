"""Letters about an exchange: whoever it concerns hears of each step, of what falls due, and of messages."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import Membership, User
from exchanges.enums import ExchangeState, Side
from exchanges.models import Exchange, ExchangeLeg, ExchangeStep, Message, Proposal
from exchanges.words import next_words, sentences_of
from journal.letters import write_letter
from materials import figures

STEP, REMINDER, MESSAGE = "exchange_step", "exchange_reminder", "exchange_message"
PROPOSAL = "exchange_proposal"


def tell_of_step(exchange: Exchange, step: ExchangeStep) -> None:
    """Write to the members of both organisations, except whoever took it; of a dispute to the hub's staff too."""
    for reader, side in _readers(exchange, step.actor_id):
        with translation.override(reader.language):
            data = {
                "what": exchange.listing.heading,
                "sentence": sentences_of(exchange, [step])[0],
                "reason": step.reason,
                "next": next_words(exchange, side) if side else "",
                "link": _link(exchange),
            }
        write_letter(
            STEP, to=reader.email, language=reader.language, data=data,
            dedup_key=f"{STEP}-{exchange.pk}-{step.number}-{reader.pk}", about=exchange, refusable=True,
        )  # fmt: skip


def remind(exchange: Exchange, leg: ExchangeLeg, number: int) -> int:
    """Write to those whose turn it is what they are to do, and until when; returns to how many.

    The letters are about the leg: the next step drops those that still wait.
    """
    told = 0
    for reader, side in _readers(exchange, None):
        if side and exchange.turn not in (side.value, "both", "nobody"):
            continue
        with translation.override(reader.language):
            data = {
                "what": exchange.listing.heading,
                "next": next_words(exchange, side or Side.OWNER),
                "until": figures.long_day(timezone.localtime(exchange.deadline_at).date()),
                "link": _link(exchange),
            }
        write_letter(
            REMINDER, to=reader.email, language=reader.language, data=data,
            dedup_key=f"{REMINDER}-{exchange.pk}-{exchange.version}-{number}-{reader.pk}", about=leg, refusable=True,
        )  # fmt: skip
        told += 1
    return told


def tell_of_message(exchange: Exchange, message: Message, who: str) -> None:
    """Write to the members of both organisations, except the author."""
    for reader, _side in _readers(exchange, message.author_id):
        data = {
            "what": exchange.listing.heading,
            "who": who,
            "text": message.text,
            "link": f"{_link(exchange)}#berichten",
        }
        write_letter(
            MESSAGE, to=reader.email, language=reader.language, data=data,
            dedup_key=f"{MESSAGE}-{message.pk}-{reader.pk}", about=exchange, refusable=True,
        )  # fmt: skip


def tell_of_proposal(proposal: Proposal) -> None:
    """Write to the members of both organisations what their hub proposes."""
    sides = {proposal.supply.organisation_id: proposal.supply, proposal.demand.organisation_id: proposal.demand}
    rows = Membership.objects.filter(organisation__in=sides, user__is_active=True).select_related("user")
    seen: set[int] = set()
    for row in rows.order_by("user", "organisation"):
        if row.user_id in seen:
            continue
        seen.add(row.user_id)
        own = sides[row.organisation_id]
        other = proposal.demand if own == proposal.supply else proposal.supply
        with translation.override(row.user.language):
            data = {
                "hub": proposal.hub.name,
                "own": own.heading,
                "other": other.heading,
                "organisation": other.organisation.name,
                "note": proposal.note,
                "until": figures.long_day(timezone.localtime(proposal.lapses_at).date()),
                "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            }
        write_letter(
            PROPOSAL, to=row.user.email, language=row.user.language, data=data,
            dedup_key=f"{PROPOSAL}-{proposal.pk}-{row.user_id}", about=proposal, refusable=True,
        )  # fmt: skip


def _readers(exchange: Exchange, but: int | None) -> Iterable[tuple[User, Side | None]]:
    """Members of both sides, each once and with their side; in a dispute the staff of the hub too, without one.

    Where the exchange lies in no hub, operators hear of a dispute in its place.
    """
    seen = {but}
    sides = {exchange.requester_id: Side.REQUESTER, exchange.owner_id: Side.OWNER}
    rows = Membership.objects.filter(organisation__in=sides, user__is_active=True)
    found: list[tuple[User, Side | None]] = [
        (row.user, sides[row.organisation_id]) for row in rows.select_related("user").order_by("user", "organisation")
    ]
    if exchange.state == ExchangeState.DISPUTED:
        staff = User.objects.filter(hub_roles__hub__in=exchange.hub_ids, is_active=True).distinct()
        operators = User.objects.filter(is_superuser=True, is_active=True)
        found += [(user, None) for user in (staff if exchange.hub_ids else operators).order_by("pk")]
    for reader, side in found:
        if reader.pk not in seen:
            seen.add(reader.pk)
            yield reader, side


def _link(exchange: Exchange) -> str:
    return f"{settings.SITE_URL}{exchange.get_absolute_url()}"
