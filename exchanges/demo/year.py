"""A year of what organisations of the demo handed over, so that a hub's figures have something to say."""

import datetime as dt
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from exchanges import services
from exchanges.demo.play import Play, Scene, lots_in_parts, member_of
from exchanges.demo.scenes import PEOPLE
from exchanges.models import Exchange
from exchanges.schedule import BRUSSELS
from geo.models import Hub
from journal.models import Letter
from listings.models import Listing
from materials.enums import Basis
from materials.models import ImpactFactor

#: How many exchanges each hub completed in the year; the hub of the log-ins is the busiest.
_COMPLETED, _COMPLETED_BUSIEST = 3, 18
_DAYS, _DAYS_APART = 340, 29
#: Lots and organisations of a hub among which those of the year are chosen.
_LOOKED_AT = 200
#: The share of a lot that one takes, how many may, and how much of it others have got at most.
_SHARE, _MOST_OF_A_LOT, _MOST_TAKEN = "0.1", 2, Decimal("0.4")
#: The last of each so many was confirmed by one side alone.
_ONE_SIDED_EACH = 6
_HOURS_PER_TONNE = Decimal(9)
_FEWEST_HOURS = Decimal(2)
_STEPS = ("accept", "propose", "confirm", "weigh")
_ASKED = (
    "Dit kunnen we goed gebruiken. Mogen we het komen halen?",
    "Voor ons atelier. We brengen zelf bakken mee.",
    "We zoeken dit al een tijd. Past het deze maand?",
    "Voor de werf van volgende maand.",
)


def make_demo_year(*, drawn: QuerySet[Organisation], today: dt.date) -> None:
    """Complete exchanges between drawn organisations of each hub, spread over the past year. Nobody is told."""
    now = dt.datetime.combine(today, dt.time(12), BRUSSELS)
    people = list(User.objects.filter(email__in=[f"{name.split()[0].lower()}@{MAIL_DOMAIN}" for name in PEOPLE]))
    for place, hub in enumerate(Hub.objects.order_by("slug")):
        count = _COMPLETED_BUSIEST if hub.slug == DEMO_HUB else _COMPLETED
        lots = _lots_of(hub, drawn, today)
        takers = _takers_of(hub, drawn)
        # A lot goes to several where there are few.
        for number in range(min(count, len(lots) * _MOST_OF_A_LOT)):
            lot = lots[number % len(lots)]
            taker = next((one for one in takers[number:] + takers if one.pk != lot.organisation_id), None)
            if taker is None:
                continue
            # Not every hub in the same weeks.
            days_ago = 12 + (number * _DAYS // count + place * _DAYS_APART) % _DAYS
            one_sided = number % _ONE_SIDED_EACH == _ONE_SIDED_EACH - 1
            steps = (*_STEPS, "lapse" if one_sided else "confirm_weight")
            scene = Scene("", days_ago, steps, _ASKED[number % len(_ASKED)], share=_SHARE)
            owner = member_of(people[number % len(people)], lot.organisation)
            _since(lot, days_ago, now)
            play = Play(scene, lot, owner, member_of(people[(number + 1) % len(people)], taker), taker, now)
            play.play()
            _state_hours(play.exchange, taker, play.requester, play.at)
            Letter.objects.about(play.exchange).delete()
            Letter.objects.about(play.exchange.legs.get()).delete()


def _lots_of(hub: Hub, drawn: QuerySet[Organisation], today: dt.date) -> list[Listing]:
    """Lots of the hub that have weights: those of materials with impact factors first, and of different materials
    before more of the same.
    """
    made_new = ImpactFactor.objects.filter(
        basis=Basis.PRIMARY, material__tree_left__lte=OuterRef("material__tree_left"),
        material__tree_right__gte=OuterRef("material__tree_right"),
    )  # fmt: skip
    mostly_free = Listing.objects.filter(
        organisation__in=drawn, mass_kg__gt=0, taken_quantity__lte=F("quantity") * _MOST_TAKEN
    )
    rows = lots_in_parts(mostly_free.in_hub(hub.pk), today)[:_LOOKED_AT]
    seen: dict[int, int] = {}
    order = []
    with_factor = set(
        mostly_free.filter(Exists(made_new), pk__in=[lot.pk for lot in rows]).values_list("pk", flat=True)
    )
    for lot in rows:
        seen[lot.material_id or 0] = seen.get(lot.material_id or 0, 0) + 1
        order.append((lot.pk not in with_factor, seen[lot.material_id or 0], lot.pk, lot))
    return [row[-1] for row in sorted(order, key=lambda row: row[:3])]


def _takers_of(hub: Hub, drawn: QuerySet[Organisation]) -> list[Organisation]:
    """Organisations of the hub that have a place, a maatwerkbedrijf after each other one."""
    rows = drawn.filter(
        listings__hub_ids__contains=[hub.pk], sites__isnull=False
    ).distinct().order_by("pk")[:_LOOKED_AT]  # fmt: skip
    social = [one for one in rows if one.kind == OrganisationKind.SOCIAL_ENTERPRISE]
    others = [one for one in rows if one.kind != OrganisationKind.SOCIAL_ENTERPRISE]
    mixed = [one for pair in zip(others, social, strict=False) for one in pair]
    return mixed or others


def _since(lot: Listing, days_ago: int, now: dt.datetime) -> None:
    """What was handed over was listed before."""
    listed = now - dt.timedelta(days=days_ago + 20)
    if lot.published_at is None or lot.published_at > listed:
        Listing.objects.filter(pk=lot.pk).update(published_at=listed, created_at=listed)


def _state_hours(exchange: Exchange, taker: Organisation, by: User, at: dt.datetime) -> None:
    if taker.kind != OrganisationKind.SOCIAL_ENTERPRISE:
        return
    entry = exchange.legs.get().impact_entries.get()
    tonnes = (entry.kg or Decimal(0)) / 1000
    hours = max(_FEWEST_HOURS, round(tonnes * _HOURS_PER_TONNE * 2) / Decimal(2))
    services.state_hours(by=by, exchange=exchange, organisation=taker, hours=hours, at=at)
