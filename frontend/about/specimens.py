"""What the page of components shows: made-up rows that are never stored, so that every state can be seen at once."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import VerifiedWhat
from accounts.models import Organisation, Verification
from frontend.about.forms import SpecimenForm
from frontend.components import figures
from frontend.components.cards import Card, condition
from frontend.matches.pairs import Pair, make_parts, part_labels
from listings.enums import ListingKind, ListingStatus
from listings.models import Listing
from matching.models import Match
from matching.weights.default_weights import WEIGHTS

TOKENS = (
    "ink", "ink-soft", "paper", "bench", "bench-deep", "line", "line-strong", "accent", "accent-tint", "supply",
    "supply-tint", "demand", "demand-tint", "service", "service-tint", "good", "warn", "bad", "map-water", "map-land",
)  # fmt: skip


@dataclass(frozen=True)
class _Stop:
    kind: str
    title: str
    note: str


def specimens() -> dict[str, Any]:
    form = SpecimenForm({"text": _("Houten paletten"), "choice": "a", "radio": "a", "wrong": "veel"})
    form.is_valid()
    supply = _card(1, ListingKind.SUPPLY, _("Europaletten uit ons magazijn"), _("Europaletten (EPAL)"), "trees")
    demand = _card(2, ListingKind.DEMAND, _("Paletten voor een nieuw atelier"), _("Houten paletten"), "trees")
    service = _card(3, ListingKind.SERVICE, _("Herstelatelier voor paletten"), _("herstellen"), "wrench")
    reserved = _card(4, ListingKind.SUPPLY, _("Bureaustoelen na een verhuizing"), _("Bureaustoelen"), "armchair")
    reserved.listing.status = ListingStatus.RESERVED
    return {
        "tokens": TOKENS,
        "form": form,
        "cards": [supply, demand, service, reserved],
        "pair": _pair(supply, demand),
        "stops": [
            _Stop("supply", _("60 paletten, te herstellen"), "Deinze"),
            _Stop("service", _("herstellen, 80 per week vrij"), "Gent"),
            _Stop("demand", _("40 paletten, gebruikt"), "Aalst"),
        ],
    }


def _card(pk: int, kind: ListingKind, title: str, what: str, icon: str) -> Card:
    today = timezone.localdate()
    listing = Listing(
        pk=pk, kind=kind, status=ListingStatus.PUBLISHED, title=title, quantity=Decimal(40), unit="piece",
        capacity_per_week=Decimal(80), capacity_unit="piece", lead_time_days=5, condition=3, price_kind="free",
        available_from=today, available_until=today + dt.timedelta(days=60), is_fictional=True,
        organisation=Organisation(pk=pk, name="Houtwerf Ter Elst", slug="houtwerf-ter-elst", kind="company"),
    )  # fmt: skip
    listing.organisation.badges = [
        Verification(what=VerifiedWhat.ORGANISATION, hub_name="Sociaal-Circulaire Hub Gent", until=today)
    ]
    return Card(
        listing=listing, what=what, amount=figures.listing_amount(listing), price=figures.price(listing),
        condition="" if kind == ListingKind.SERVICE else condition(listing), distance="7,7 km",
        place="Deinze", window=figures.window(listing), hubs="Sociaal-Circulaire Hub Gent", icon=icon, photo="",
        photo_alt="",
    )  # fmt: skip


def _pair(supply: Card, demand: Card) -> Pair:
    parts = {"material": 1.0, "distance": 0.68, "quantity": 0.8, "timing": 1.0, "price": 0.5, "condition": 0.8}
    return Pair(
        match=Match(pk=1, supply=supply.listing, demand=demand.listing, score=0.83),
        supply=supply,
        demand=demand,
        distance="12 km",
        reasons=[_("80 % van de vraag · de hele partij"), _("3 weken overlap"), _("materiaal exact")],
        lacks=[_("prijs nog af te spreken")],
        parts=make_parts(part_labels(), parts, WEIGHTS),
    )
