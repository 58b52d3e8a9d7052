"""Of a chain that falls through: which hand-over stops with the other, by whom and why it ended, and what it left."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from exchanges.enums import FELL, WENT_OVER, ArrangementKind, Side
from exchanges.models import Arrangement, Exchange, ExchangeLeg, ExchangeStep
from exchanges.steps import STEPS
from exchanges.verbs import ExchangeVerb
from listings.models import Listing
from matching.chains.find import Chain

_STOPS = STEPS["fall"].sources


def fallen_chains() -> QuerySet[Arrangement]:
    """Chains of which a hand-over ended without having taken place, and that nobody was told of yet. One whose last
    hand-over took place goes on: a lot may reach its receiver though it was never brought to the service.
    """
    of_it = Exchange.objects.filter(arrangement=OuterRef("pk"))
    return Arrangement.objects.filter(
        Exists(of_it.filter(state__in=sorted(FELL))),
        ~Exists(of_it.filter(state__in=sorted(WENT_OVER), via__isnull=False)),
        kind=ArrangementKind.CHAIN,
        fell_at=None,
    )


def falls_with_its_chain(exchange: Exchange) -> bool:
    """Whether it ended, and all three are still to hear that its chain doesn't go on."""
    if exchange.arrangement_id is None or exchange.state not in FELL:
        return False
    return fallen_chains().filter(pk=exchange.arrangement_id).exists()


def stops_soon(exchange: Exchange) -> bool:
    """Whether what comes from the service stops within the minute, since it will never be brought there."""
    if exchange.via_id is None or exchange.state not in _STOPS:
        return False
    return Exchange.objects.filter(arrangement=exchange.arrangement_id, via=None, state__in=sorted(FELL)).exists()


@dataclass(frozen=True)
class Ending:
    """The step that ended a hand-over of a chain by itself, not because the other one fell through."""

    exchange: Exchange
    step: ExchangeStep

    @property
    def organisation_id(self) -> int | None:
        """Whose doing it was: who took the step, or didn't come. None where time or the hub ended it."""
        if self.step.organisation_id is None and self.exchange.no_show_by:
            return self.exchange.organisation_of(Side(self.exchange.no_show_by)).pk
        return self.step.organisation_id

    @property
    def words(self) -> str:
        """For whose affair that hand-over is not: which side it was, without what it wrote."""
        match self.step.step:
            case ExchangeVerb.CANCELLED if self.step.side == Side.OWNER:
                return _("De dienst zegde af.")
            case ExchangeVerb.CANCELLED if self.exchange.via_id is not None:
                return _("Wie het zou krijgen, zegde af.")
            case ExchangeVerb.CANCELLED:
                return _("Wie het zou geven, zegde af.")
            case ExchangeVerb.LAPSED:
                return _("Ze verviel: er kwam geen antwoord op tijd.")
            case ExchangeVerb.CANCELLED_BY_TIME:
                return _("Een afspraak ging niet door, en er kwam geen nieuw moment.")
        return _("De hub besliste dat er niets overgedragen is.")


def endings_of(parts: Sequence[Exchange]) -> list[Ending]:
    """Of both hand-overs of a chain what ended them, the first first: none of one that takes place, or that stopped
    with the other.
    """
    by_key = {one.pk: one for one in parts}
    steps = ExchangeStep.objects.filter(exchange__in=by_key, state_after__in=sorted(FELL))
    found = steps.exclude(step=ExchangeVerb.CHAIN_FELL).order_by("at", "pk")
    return [Ending(by_key[step.exchange_id], step) for step in found]


def leg_left_by(brought: Exchange) -> ExchangeLeg | None:
    """What still holds the lot that was brought to the service of a chain which fell through then; None where nothing
    does. It isn't free by itself: its listing doesn't say that it lies there.
    """
    if brought.arrangement_id is None or not Exchange.objects.filter(pk=brought.pk).that_left_a_lot().exists():
        return None
    onward = ExchangeLeg.objects.filter(
        exchange__arrangement=brought.arrangement_id, exchange__via__isnull=False, reservation__isnull=False
    )
    return onward.select_related("reservation", "listing").first()


def listing_of(part: Exchange, side: Side) -> Listing | None:
    """Whose supply, service or demand it is that a side brings into a chain."""
    if side == Side.REQUESTER:
        return part.matched
    return part.via or part.listing


def can_be_proposed(chain: Chain) -> bool:
    """Whether all three can be asked: of three organisations, and with a service that says how much it can take."""
    three = (chain.supply, chain.service, chain.demand)
    return len({one.organisation_id for one in three}) == len(three) and chain.capacity_known
