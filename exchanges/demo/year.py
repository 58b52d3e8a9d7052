"""A year of what organisations of the demo handed over, so that a hub's figures have something to say."""

import datetime as dt
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from exchanges import services
from exchanges.demo.play import Play, Scene, each_in_turn, member_of
from exchanges.demo.scenes import PEOPLE
from exchanges.models import Exchange
from exchanges.schedule import BRUSSELS
from geo.models import Hub
from journal.models import Letter
from listings.enums import ListingKind, ListingStatus, Recurrence
from listings.models import Listing
from materials.enums import Basis
from materials.models import ImpactFactor

#: How many exchanges each hub completed in the year; the hub of the log-ins is the busiest.
_COMPLETED, _COMPLETED_BUSIEST = 3, 20
_DAYS, _DAYS_APART = 340, 29
#: The last of each so many was confirmed by one side alone.
_ONE_SIDED_EACH = 6
#: Of each so many the material has no impact factor.
_UNKNOWN_EACH = 5
#: How often the same may have been handed over.
_BATCHES = 4
#: Lots and organisations of a hub among which those of the year are chosen.
_LOOKED_AT = 200
#: How long food of then kept.
_FOOD_KEPT = dt.timedelta(days=60)
_HOURS_PER_TONNE = Decimal(9)
_FEWEST_HOURS = Decimal(2)
_STEPS = ("accept", "propose", "confirm", "weigh")
_ASKED = (
    "Dit kunnen we goed gebruiken. Mogen we het komen halen?",
    "Voor ons atelier. We brengen zelf bakken mee.",
    "We zoeken dit al een tijd. Past het deze maand?",
    "Voor de werf van volgende maand.",
)


def make_demo_year(*, today: dt.date) -> None:
    """Complete exchanges between fictional organisations of each hub, spread over the past year, each of a lot that is
    gone since. Nobody is told of them.
    """
    now = dt.datetime.combine(today, dt.time(12), BRUSSELS)
    people = list(User.objects.filter(email__in=[f"{name.split()[0].lower()}@{MAIL_DOMAIN}" for name in PEOPLE]))
    for place, hub in enumerate(Hub.objects.order_by("slug")):
        count = _COMPLETED_BUSIEST if hub.slug == DEMO_HUB else _COMPLETED
        takers = _takers_of(hub)
        for number, pattern in enumerate(_patterns_of(hub, count)):
            taker = next((one for one in takers[number:] + takers if one.pk != pattern.organisation_id), None)
            if taker is None:
                continue
            # Not every hub in the same weeks.
            days_ago = 12 + (number * _DAYS // count + place * _DAYS_APART) % _DAYS
            one_sided = number % _ONE_SIDED_EACH == _ONE_SIDED_EACH - 1
            steps = (*_STEPS, "lapse" if one_sided else "confirm_weight")
            scene = Scene("", days_ago, steps, _ASKED[number % len(_ASKED)], share="1")
            lot = _earlier_lot(pattern, now - dt.timedelta(days=days_ago + 20))
            owner = member_of(people[number % len(people)], lot.organisation)
            play = Play(scene, lot, owner, member_of(people[(number + 1) % len(people)], taker), taker, now)
            play.play()
            _state_hours(play.exchange, taker, play.requester, play.at)
            Letter.objects.about(play.exchange).delete()
            Letter.objects.about(play.exchange.legs.get()).delete()


def _patterns_of(hub: Hub, count: int) -> list[Listing]:
    """Supplies of the hub that have weights: of different materials, and most of them with an impact factor."""
    made_new = ImpactFactor.objects.filter(
        basis=Basis.PRIMARY, material__tree_left__lte=OuterRef("material__tree_left"),
        material__tree_right__gte=OuterRef("material__tree_right"),
    )  # fmt: skip
    rows = Listing.objects.filter(
        organisation__is_fictional=True, kind=ListingKind.SUPPLY, status=ListingStatus.PUBLISHED,
        recurrence=Recurrence.ONE_OFF, mass_kg__gt=0,
    ).in_hub(hub.pk).select_related("organisation", "material").order_by("pk")  # fmt: skip
    # Batches of the same come back: of what has a factor there may be few.
    known = each_in_turn(rows.filter(Exists(made_new))[:_LOOKED_AT], "material_id") * _BATCHES
    unknown = each_in_turn(rows.exclude(Exists(made_new))[:_LOOKED_AT], "material_id")
    mixed = []
    for number in range(count):
        first, other = (unknown, known) if number % _UNKNOWN_EACH == _UNKNOWN_EACH - 1 else (known, unknown)
        if first or other:
            mixed.append((first or other).pop(0))
    return mixed


def _earlier_lot(pattern: Listing, listed: dt.datetime) -> Listing:
    """A lot as this one, that the same organisation listed then, and that goes whole."""
    lot = Listing.objects.select_related("organisation", "material").get(pk=pattern.pk)
    lot.pk, lot.reference, lot.splittable = None, "", False
    lot.available_from, lot.available_until = timezone.localdate(listed), None
    if lot.food_date is not None:
        lot.food_date = lot.available_until = timezone.localdate(listed) + _FOOD_KEPT
    lot._state.adding = True
    lot.published_at, lot.taken_quantity = listed, Decimal(0)
    lot.save()
    Listing.objects.filter(pk=lot.pk).update(created_at=listed, updated_at=listed, paired_at=listed)
    return lot


def _takers_of(hub: Hub) -> list[Organisation]:
    """Organisations of the hub that have a place, a maatwerkbedrijf after each other one."""
    rows = Organisation.objects.filter(
        is_fictional=True, listings__hub_ids__contains=[hub.pk], sites__isnull=False
    ).distinct().order_by("pk")[:_LOOKED_AT]  # fmt: skip
    social = [one for one in rows if one.kind == OrganisationKind.SOCIAL_ENTERPRISE]
    others = [one for one in rows if one.kind != OrganisationKind.SOCIAL_ENTERPRISE]
    mixed = [one for pair in zip(others, social * (1 + len(others)), strict=False) for one in pair]
    return mixed or others


def _state_hours(exchange: Exchange, taker: Organisation, by: User, at: dt.datetime) -> None:
    if taker.kind != OrganisationKind.SOCIAL_ENTERPRISE:
        return
    entry = exchange.legs.get().impact_entries.get()
    tonnes = (entry.kg or Decimal(0)) / 1000
    hours = max(_FEWEST_HOURS, round(tonnes * _HOURS_PER_TONNE * 2) / Decimal(2))
    services.state_hours(by=by, exchange=exchange, organisation=taker, hours=min(hours, Decimal(400)), at=at)
