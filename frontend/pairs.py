"""A pair in words and figures: both sides, what joins them, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend import figures
from frontend.cards import Card, make_card
from geo.models import Hub
from listings.models import Match
from listings.pairing.explain import explain


@dataclass(frozen=True)
class Part:
    """One part of a score, 0..1."""

    label: str
    value: float


@dataclass(frozen=True)
class Pair:
    match: Match
    supply: Card
    demand: Card
    distance: str
    reasons: list[str]
    lacks: list[str]
    parts: list[Part]


def make_pairs(matches: Iterable[Match]) -> list[Pair]:
    """Pairs of matches that were read with for_cards(); one query more, for the names of hubs."""
    names = dict(Hub.objects.values_list("pk", "name"))
    return [_pair(match, names) for match in matches]


def _pair(match: Match, names: dict[int, str]) -> Pair:
    words = explain(match)
    return Pair(
        match=match,
        supply=make_card(match.supply, names),
        demand=make_card(match.demand, names),
        distance=figures.distance(match.distance_m),
        # The distance stands between the two sides already.
        reasons=words.reasons[1:],
        lacks=words.lacks,
        parts=[
            Part(_("materiaal"), match.material_part),
            Part(_("afstand"), match.distance_part),
            Part(_("hoeveelheid"), match.quantity_part),
            Part(_("tijd"), match.timing_part),
            Part(_("prijs"), match.price_part),
            Part(_("staat"), match.condition_part),
        ],
    )
