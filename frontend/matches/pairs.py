"""A pair in words and figures: both sides, what joins them, what is missing."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.behalf import askable_for_partners
from frontend.components import figures
from frontend.components.cards import Card, make_card
from geo.models import Hub
from listings.models import Listing
from listings.owners import know_owners
from matching.explain import explain
from matching.models import DismissalReason, Match
from matching.weights.hub_weights import HubWeights

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Part:
    """One part of a score. `value` says how well it fits, 0..1; `earned` of at most `most` points is what it adds to a
    score of 100.
    """

    label: str
    value: float
    earned: int
    most: int


def make_parts(labels: dict[str, str], values: dict[str, float], weights: Mapping[str, float]) -> list[Part]:
    """The parts with a weight above 0. All `most` add up to 100, all `earned` to the score in percent."""
    counting = [name for name in labels if weights[name] > 0]
    most = figures.apportion([100 * weights[name] for name in counting])
    earned = figures.apportion([100 * weights[name] * values[name] for name in counting])
    return [Part(labels[name], values[name], *points) for name, *points in zip(counting, earned, most, strict=True)]


@dataclass(frozen=True)
class Pair:
    """A pair on a page.

    `own` is the side that belongs to an organisation of the reader, `other` the other side; both None where neither
    does.

    `dismissal_reasons` are what may be said where the page lets it be dismissed: value and words.
    """

    match: Match
    supply: Card
    demand: Card
    distance: str
    reasons: list[str]
    lacks: list[str]
    parts: list[Part]
    own: Listing | None = None
    other: Listing | None = None
    #: What the reader may ask for on behalf of a partner of their hub: its listing, and the other side.
    behalf: Sequence[tuple[Listing, Listing]] = ()
    dismissal_reasons: "Sequence[tuple[str, StrOrPromise]]" = ()


def make_pairs(
    matches: Iterable[Match],
    reader: User | AnonymousUser,
    *,
    own_organisations: Container[int] = (),
    dismissible: bool = False,
) -> list[Pair]:
    """Pairs of matches that were read with for_cards(), as this reader may see them; one query more, for the names and
    weights of hubs.

    `own_organisations` are the ids of the reader's organisations: words speak to their members.
    """
    matches, weights = list(matches), HubWeights()
    know_owners([side for match in matches for side in (match.supply, match.demand)], reader)
    pairs = [_pair(match, weights.names, weights.of(match.demand.hub_ids), own_organisations) for match in matches]
    pairs = _with_partners(pairs, reader)
    if not dismissible:
        return pairs
    return [replace(pair, dismissal_reasons=DismissalReason.choices) if pair.own else pair for pair in pairs]


def _with_partners(pairs: list[Pair], reader: User | AnonymousUser) -> list[Pair]:
    """What the reader may ask for on behalf of partners, of pairs in which they have no part themselves."""
    both = [
        sides
        for pair in pairs
        if pair.own is None
        for sides in ((pair.match.demand, pair.match.supply), (pair.match.supply, pair.match.demand))
    ]
    askable = askable_for_partners(reader, both)
    if not askable:
        return pairs
    return [
        replace(pair, behalf=[sides for sides in askable if set(sides) == {pair.match.supply, pair.match.demand}])
        for pair in pairs
    ]


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


def _pair(match: Match, names: dict[int, str], weights: dict[str, float], own_organisations: Container[int]) -> Pair:
    own, other = next(
        (
            (one, other)
            for one, other in ((match.supply, match.demand), (match.demand, match.supply))
            if one.organisation_id in own_organisations
        ),
        (None, None),
    )
    words = explain(match, of=own.kind if own else "")
    return Pair(
        match=match,
        supply=make_card(match.supply, names),
        demand=make_card(match.demand, names),
        distance=figures.distance(match.distance_m),
        # The distance stands between the two sides already.
        reasons=words.reasons[1:],
        lacks=words.lacks,
        parts=make_parts(part_labels(), {name: getattr(match, f"{name}_part") for name in weights}, weights),
        own=own,
        other=other,
    )
