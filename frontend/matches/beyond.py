"""The nearest listing of the other side that just doesn't fit, in words: what keeps it apart, and what would help."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from frontend.components import figures
from frontend.components.cards import Card, make_cards
from listings.enums import ListingKind
from listings.models import Listing
from matching.pairs.beyond import Beyond, Help, Hurdle


@dataclass(frozen=True)
class ShownBeyond:
    nearest: Card
    distance: str
    apart: list[str]
    helps: list[str]


def make_beyond(found: Beyond | None, listing: Listing, reader: User | AnonymousUser) -> ShownBeyond | None:
    """The words for what beyond() found, None for None; one query, for the names of hubs."""
    if found is None:
        return None
    supply = listing.kind == ListingKind.SUPPLY
    return ShownBeyond(
        nearest=make_cards([found.nearest], reader)[0],
        distance=figures.distance(found.distance_m),
        apart=[_apart(hurdle, supply) for hurdle in found.apart],
        helps=[_help(one, supply) for one in found.helps],
    )


def _apart(hurdle: Hurdle, supply: bool) -> str:
    """What keeps the nearest away."""
    return {
        Hurdle.REACH: _("verder dan dit zoekertje reikt"),
        Hurdle.THEIR_REACH: _("verder dan de andere kant gaat"),
        Hurdle.HUB: _("in een andere hubregio"),
        Hurdle.UNIT: _("hoeveelheden zijn niet te vergelijken"),
        Hurdle.CONDITION: _("betere staat gevraagd") if supply else _("in mindere staat dan gevraagd"),
        Hurdle.WINDOW: _("in een andere periode"),
        Hurdle.WHOLE: _("alles in één keer gevraagd") if supply else _("minder dan gevraagd"),
    }[hurdle]


def _help(one: Help, supply: bool) -> str:
    """What would bring some in, and how many those are."""
    # Rounded up: at the kilometre below, the nearest would still lie outside.
    what = {
        Hurdle.REACH: _("een bereik van %(km)s km of meer") % {"km": -(-one.nearest_m // 1000)},
        Hurdle.THEIR_REACH: _("zelf brengen of halen"),
        Hurdle.HUB: _("over de grens van de hubregio kijken: vraag het je hub"),
        Hurdle.UNIT: _("een andere eenheid"),
        Hurdle.CONDITION: _("een betere staat, bijvoorbeeld na herstel")
        if supply
        else _("een mindere staat aanvaarden"),
        Hurdle.WINDOW: _("een langere of andere periode"),
        Hurdle.WHOLE: _("een grotere partij") if supply else _("ook een deel aanvaarden"),
    }[one.hurdle]
    words = ngettext("%(what)s: dan past er %(count)s", "%(what)s: dan passen er %(count)s", one.count)
    return words % {"what": what[:1].upper() + what[1:], "count": figures.number(one.count)}
