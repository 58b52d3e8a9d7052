"""A hub's plan as its page and its table show it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import HubPartner, User
from exchanges.checks import can_be_brought_together
from frontend.components import figures
from frontend.components.cards import place
from frontend.components.paging import ROWS_PER_PAGE
from geo.models import Hub
from listings.models import Listing
from listings.owners import know_owners
from matching.explain import price_to_agree, work_first
from matching.models import HubPlan
from matching.plan.unlock import Reason
from matching.plan.words import remedy, sentence
from materials.models import Material

#: By which shares a better plan could exist at most where the plan counts as the best: what the solver's tolerances
#: and rounding leave open.
PROVEN_MASS, PROVEN_TONNE_KM = Decimal("0.0001"), Decimal("0.001")


@dataclass(frozen=True)
class PlanStop:
    """A listing on the way; `listing` is None where it has gone since."""

    listing: Listing | None
    organisation: str
    place: str


@dataclass(frozen=True)
class PlanRow:
    """One assignment: `number` also stands beside its line on the map."""

    number: int
    supply: PlanStop
    service: PlanStop | None
    demand: PlanStop
    material: str
    mass_kg: float
    metres: int
    tonne_km: float
    #: What the supply needs before the demand can use it, where no service lies between.
    first: list[str]
    #: What of the price both sides have yet to agree on.
    price: list[str]
    #: What its hub can do about it: "request" for an organisation that it may ask for, "propose" to both, "chain" to
    #: all three, or nothing.
    offers: str = ""

    @property
    def stops(self) -> list[PlanStop]:
        return [self.supply, *([self.service] if self.service else []), self.demand]


@dataclass(frozen=True)
class PlanUnlock:
    sentence: str
    remedy: str
    lots: int


def shown(plan: HubPlan, number: str | None, user: User) -> dict[str, Any]:
    """What the page says of a ready plan, with one page of its rows: as many queries for many as for one."""
    page: Page[Any] = Paginator(plan.result["assignments"], ROWS_PER_PAGE).get_page(number)
    rows = _with_offers(plan_rows(page.object_list, user, page.start_index()), plan, user)
    page.object_list = rows
    return {"page": page, "flows": flows(rows), "gap": gap_words(plan), "unlocks": plan_unlocks(plan)}


def plan_rows(assignments: Iterable[dict[str, Any]], reader: User, first: int = 1) -> list[PlanRow]:
    rows = list(assignments)
    ids = {row[side] for row in rows for side in ("supply", "service", "demand") if row[side]}
    listings = Listing.objects.select_related("organisation", "material", "municipality").in_bulk(ids)
    know_owners(listings.values(), reader)
    return [_row(row, number, listings) for number, row in enumerate(rows, first)]


def _with_offers(rows: list[PlanRow], plan: HubPlan, user: User) -> list[PlanRow]:
    """What goes straight from one organisation to another can be asked for at once, a chain be proposed."""
    partners = set(HubPartner.objects.filter(hub=plan.hub_id).values_list("organisation_id", flat=True))
    own = set(user.memberships.values_list("organisation_id", flat=True))
    return [replace(row, offers=_offers(row, plan.hub_id, partners, own)) for row in rows]


def _offers(row: PlanRow, hub_id: int, partners: set[int], own: set[int]) -> str:
    today = timezone.localdate()
    stops = [
        stop.listing for stop in row.stops if stop.listing is not None and can_be_brought_together(stop.listing, today)
    ]
    if len(stops) < len(row.stops) or len({one.organisation_id for one in stops}) < len(stops):
        return ""
    if row.service:
        return "chain" if any(hub_id in one.hub_ids for one in stops) else ""
    supply, demand = stops
    # Whoever only the hub knows says yes to a proposal first.
    may_ask = demand.organisation_id in partners and hub_id in supply.hub_ids and not demand.hub_only
    if demand.organisation_id in own or may_ask:
        return "request"
    return "propose" if hub_id in {*supply.hub_ids, *demand.hub_ids} else ""


def plan_unlocks(plan: HubPlan) -> list[PlanUnlock]:
    names = {material.code: material.name for material in Material.objects.all()}
    hubs = dict(Hub.objects.values_list("slug", "name"))
    return [
        PlanUnlock(
            sentence(
                Reason(one["reason"]),
                mass_kg=one["mass_kg"],
                material=names.get(one["material"], one["material"]),
                service=one["service"],
            ),
            remedy(Reason(one["reason"]), hub=hubs.get(one["hub"] or "", "")),
            one["lots"],
        )
        for one in plan.result["unlocks"]
    ]  # fmt: skip


def gap_words(plan: HubPlan) -> str:
    """Says how far the plan may be from the best one, and nothing that the solver didn't prove."""
    gaps = {name: Decimal(str(gap)) for name, gap in plan.result["gaps"].items()}
    mass, tonne_km = max(gaps["mass"], PROVEN_MASS), max(gaps["tonne_km"], PROVEN_TONNE_KM)
    if gaps["mass"] < PROVEN_MASS and gaps["tonne_km"] < PROVEN_TONNE_KM:
        words = _(
            "Beter kan niet met deze zoekertjes: geen ander plan geeft meer kilo's een plek, en voor evenveel kilo's "
            "zijn er niet minder tonkilometer nodig. Dat is nagerekend, op %(mass)s van de kilo's en %(tonne_km)s van "
            "de tonkilometer na."
        ) % {"mass": _percent(mass, ROUND_CEILING), "tonne_km": _percent(tonne_km, ROUND_CEILING)}  # fmt: skip
    else:
        words = _(
            "Dit is het beste plan dat we in de rekentijd vonden; misschien bestaat er een beter. Dit plan geeft "
            "minstens %(mass)s van de kilo's een plek die het best mogelijke plan een plek geeft, en voor evenveel "
            "kilo's kan er hoogstens %(tonne_km)s van de tonkilometer af."
        ) % {"mass": _percent(1 - mass, ROUND_FLOOR), "tonne_km": _percent(tonne_km, ROUND_CEILING)}  # fmt: skip
    if plan.result["left_out"]["edges"]:
        words += " " + _("Verre verbindingen die zijn weggelaten, tellen daarbij niet mee.")
    return words


def flows(rows: Iterable[PlanRow]) -> list[dict[str, Any]]:
    """Lines for the map, where the listings show: [{number, mass_kg, stops: [{kind, lon, lat, label}]}]."""
    return [
        {"number": row.number, "mass_kg": row.mass_kg, "stops": [_stop(stop.listing) for stop in row.stops]}
        for row in rows
        if all(stop.listing and stop.listing.shown_location for stop in row.stops)
    ]


def table(plan: HubPlan, reader: User) -> list[list[str]]:
    """The plan as a table for a spreadsheet: a head, a line for each assignment, the totals."""
    head = [_("van"), _("organisatie"), _("via"), _("naar"), _("organisatie"), _("materiaal"), "kg", "km",
            _("tonkilometer")]  # fmt: skip
    lines = [head]
    for row in plan_rows(plan.result["assignments"], reader):
        supply, demand = row.supply, row.demand
        via = str(row.service.listing or "") if row.service else ""
        lines.append([
            str(supply.listing or ""), supply.organisation, via, str(demand.listing or ""), demand.organisation,
            row.material, _plain(row.mass_kg, 1), _plain(row.metres / 1000, 1), _plain(row.tonne_km, 2),
        ])  # fmt: skip
    totals = plan.result["totals"]
    return [*lines, [_("totaal"), *[""] * 5, _plain(totals["mass_kg"], 1), "", _plain(totals["tonne_km"], 2)]]


def _row(row: dict[str, Any], number: int, listings: dict[int, Listing]) -> PlanRow:
    supply, demand = listings.get(row["supply"]), listings.get(row["demand"])
    return PlanRow(
        number=number,
        supply=_plan_stop(supply),
        service=_plan_stop(listings.get(row["service"])) if row["service"] else None,
        demand=_plan_stop(demand),
        material=supply.material.name if supply and supply.material else "",
        mass_kg=row["mass_kg"],
        metres=row["metres"],
        tonne_km=row["tonne_km"],
        first=work_first(supply, demand) if supply and demand and not row["service"] else [],
        price=price_to_agree(supply, demand) if supply and demand else [],
    )


def _plan_stop(listing: Listing | None) -> PlanStop:
    if listing is None:
        return PlanStop(None, "", "")
    return PlanStop(listing, listing.shown_organisation.name, place(listing))


def _stop(listing: Listing | None) -> dict[str, Any]:
    assert listing is not None  # flows() leaves out listings that are gone
    assert listing.shown_location is not None
    return {"kind": listing.kind, "lon": listing.shown_location.x, "lat": listing.shown_location.y}


def _percent(share: Decimal, rounding: str) -> str:
    """A share, rounded to the side on which it stays true; near nothing and near all with one decimal more."""
    step = Decimal("0.001") if Decimal("0.001") <= share <= Decimal("0.999") else Decimal("0.0001")
    return figures.percent(share.quantize(step, rounding), 2)


def _plain(value: float, decimals: int) -> str:
    """A number with a decimal comma and without thousands separators, as Belgian spreadsheets read it."""
    return f"{value:.{decimals}f}".replace(".", ",")
