"""A pair in words and figures: both sides, what joins them, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.components import figures
from frontend.components.cards import Card, make_card
from geo.models import Hub
from matching.explain import explain
from matching.models import Match
from matching.weights.hub_weights import HubWeights


@dataclass(frozen=True)
class Part:
    """One part of a score, 0..1: what it earns of the most that it can, in points of which the whole score has 100."""

    label: str
    value: float
    earned: int
    most: int


def make_parts(labels: dict[str, str], values: dict[str, float], weights: Mapping[str, float]) -> list[Part]:
    """The parts that count. Points add up to 100, and what is earned to the score in percent."""
    counting = [name for name in labels if weights[name] > 0]
    most = figures.apportion([100 * weights[name] for name in counting])
    earned = figures.apportion([100 * weights[name] * values[name] for name in counting])
    return [Part(labels[name], values[name], *points) for name, *points in zip(counting, earned, most, strict=True)]


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
    """Pairs of matches that were read with for_cards(); one query more, for the names and weights of hubs."""
    weights = HubWeights()
    return [_pair(match, weights.names, weights.of(match.demand.hub_ids)) for match in matches]


def part_labels() -> dict[str, str]:
    """The parts of a score, in the reader's language."""
    return {
        "material": _("materiaal"),
        "distance": _("afstand"),
        "quantity": _("hoeveelheid"),
        "timing": _("tijd"),
        "price": _("prijs"),
        "condition": _("staat"),
    }


def weight_rows(hub: Hub) -> list[tuple[str, float]]:
    """What each part weighs in a hub, of 1, with its label."""
    weights = HubWeights().of([hub.pk])
    return [(label, weights[part]) for part, label in part_labels().items()]


def _pair(match: Match, names: dict[int, str], weights: dict[str, float]) -> Pair:
    words = explain(match)
    return Pair(
        match=match,
        supply=make_card(match.supply, names),
        demand=make_card(match.demand, names),
        distance=figures.distance(match.distance_m),
        # The distance stands between the two sides already.
        reasons=words.reasons[1:],
        lacks=words.lacks,
        parts=make_parts(part_labels(), {name: getattr(match, f"{name}_part") for name in weights}, weights),
    )
