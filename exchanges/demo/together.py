"""What exchanges that belong together add to the demo: weeks of a service, a bundle, a chain under way, and a match
and work of a service that a hub asks both sides about.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import HubStaff, Membership, Organisation, Site, User
from exchanges import services
from exchanges.demo.play import member_of
from exchanges.demo.scenes import PEOPLE
from exchanges.enums import Side
from exchanges.models import Appointment, Exchange
from exchanges.schedule import BRUSSELS
from geo.models import Hub
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.derived import derive_mass, derive_material, derive_place
from listings.enums import Condition, ListingKind, ListingStatus, PriceKind
from listings.models import Listing
from materials.enums import Unit
from materials.models import Material


@dataclass(frozen=True)
class Offer:
    """A lot that somebody in the log-ins' hub offers for this, and how much of it goes along."""

    material: str
    title: str
    description: str
    quantity: int
    unit: Unit
    condition: Condition
    part: int


CHAIRS = Offer(
    "furniture-chairs", "Veertien caféstoelen met losse zitting", "Uit een zaak die stopt. De poten zijn nog stevig.",
    14, Unit.PIECE, Condition.TO_REPAIR, 8,
)  # fmt: skip
STOOLS = Offer(
    "furniture-chairs", "Zes krukken met een losse poot", "Uit onze kantine. Hersteld willen we ze graag terug.", 6,
    Unit.PIECE, Condition.TO_REPAIR, 6,
)  # fmt: skip
PAINT = (
    Offer("building-paint", "Lichtgrijze muurverf, twee emmers over", "Dicht en droog bewaard na de verbouwing.", 20,
          Unit.LITRE, Condition.AS_NEW, 15),
    Offer("building-paint", "Witte muurverf uit een showroom", "Een emmer is open, de rest niet.", 30, Unit.LITRE,
          Condition.AS_NEW, 20),
    Offer("building-paint", "Zachtgele muurverf, één emmer", "Verkeerd gemengd, voor ons te geel.", 10, Unit.LITRE,
          Condition.AS_NEW, 10),
)  # fmt: skip
#: Weeks from now from which those are asked that go together.
_LATER = 2


def make_demo_arrangements(*, drawn: QuerySet[Organisation], today: dt.date) -> None:
    """Play them between the log-ins and organisations that were drawn in their hub, with lots that are made for it."""
    now = dt.datetime.combine(today, dt.time(10), BRUSSELS)
    hub = Hub.objects.get(slug=DEMO_HUB)
    staff = hub.staff.filter(user__email=f"hub@{MAIL_DOMAIN}").select_related("user").first()
    people = list(User.objects.filter(email__in=[f"{name.split()[0].lower()}@{MAIL_DOMAIN}" for name in PEOPLE]))
    here = Listing.objects.published().in_hub(hub.pk)
    ours, theirs = (here.filter(organisation__memberships__user__email=f"{name}@{MAIL_DOMAIN}").order_by("pk")
                    for name in ("maatwerk", "koper"))  # fmt: skip
    works, wanted = list(ours.of_kind(ListingKind.SERVICE)), theirs.of_kind(ListingKind.DEMAND)
    chairs, paint = (wanted.filter(material__code=code).first() for code in ("furniture-chairs", "building-paint"))
    near = Site.objects.filter(organisation__in=drawn.filter(listings__in=here)).select_related("organisation")
    sites = list(near.order_by("organisation_id", "pk").distinct("organisation_id")[: 1 + len(PAINT)])
    if staff is None or len(sites) <= len(PAINT) or not (people and works and chairs and paint):
        return
    began = now - dt.timedelta(days=4)
    voices = [member_of(people[number % len(people)], site.organisation) for number, site in enumerate(sites)]
    lots = [_lot(*row, began) for row in zip((CHAIRS, *PAINT), sites, voices, strict=True)]
    stools = _lot(STOOLS, sites[-1], voices[-1], began)
    _play_weeks(works[-1], sites[0].organisation, voices[0], now)
    _play_chain((lots[0], works[0], chairs), staff, began, now)
    _play_bundle(paint, lots[1:], staff, now)
    _play_work(stools, works[0], staff, now)


def _lot(offer: Offer, site: Site, by: User, at: dt.datetime) -> Listing:
    lot = Listing(
        organisation=site.organisation, site=site, created_by=by, kind=ListingKind.SUPPLY, is_fictional=True,
        status=ListingStatus.PUBLISHED, published_at=at, title=offer.title, description=offer.description,
        language="nl", material=Material.objects.get(code=offer.material), quantity=Decimal(offer.quantity),
        unit=offer.unit, condition=offer.condition, price_kind=PriceKind.FREE, available_from=timezone.localdate(at),
        location=site.location,
    )  # fmt: skip
    derive_place(lot)
    derive_material(lot)
    derive_mass(lot)
    lot.save()
    Listing.objects.filter(pk=lot.pk).update(created_at=at, updated_at=at)
    return lot


def _play_weeks(work: Listing, asker: Organisation, by: User, now: dt.datetime) -> None:
    """Somebody asks for more than a week takes: the first week is granted, the next one waits for an answer."""
    first, following = _rooms(work, timezone.localdate(now))[_LATER : _LATER + 2]
    whole = Decimal(first.free or 0)
    made = services.request_weeks(
        by=by, organisation=asker, service=work, weeks=[first.start, following.start],
        quantity=whole + max(Decimal(1), Decimal(round(whole / 4))), at=now - dt.timedelta(days=2),
        message="Uit drie filialen samen. We brengen het zelf, verdeeld over twee weken.",
    )  # fmt: skip
    services.accept(by=_voice(work.organisation), side=Side.OWNER, exchange=made[0], at=now)


def _play_chain(
    three: tuple[Listing, Listing, Listing], staff: HubStaff, began: dt.datetime, now: dt.datetime
) -> None:
    """The hub proposed it, all three said yes, and when the lot is brought to the workshop is agreed."""
    supply, work, demand = three
    part = Decimal(CHAIRS.part)
    week = next(week.start for week in _rooms(work, timezone.localdate(now)) if (week.free or 0) >= part)
    proposal = services.propose_chain(
        by=staff.user, supply=supply, service=work, demand=demand, week=week, quantity=part, work=part, at=began,
        note="Dit kan hersteld worden, en dan is het net wat gezocht wordt.",
    )  # fmt: skip
    for number, (name, listing) in enumerate(proposal.sides.items()):
        at = began + dt.timedelta(hours=5 * (number + 1))
        proposal = services.answer_proposal(
            by=_voice(listing.organisation), proposal=proposal, answer="yes", side=name, at=at
        )
    brought = Exchange.objects.get(arrangement=proposal.arrangement, via=None)
    _agree_on_a_day(brought, week, now - dt.timedelta(days=1))


def _agree_on_a_day(brought: Exchange, week: dt.date, at: dt.datetime) -> None:
    day = week + dt.timedelta(days=1)
    times = [(dt.datetime.combine(day, dt.time(9), BRUSSELS), dt.datetime.combine(day, dt.time(10), BRUSSELS))]
    giver, worker = _voice(brought.requester), _voice(brought.owner)
    services.propose_times(by=giver, side=Side.REQUESTER, exchange=brought, times=times, at=at)
    (proposed,) = Appointment.objects.filter(leg__exchange=brought)
    services.confirm_time(by=worker, side=Side.OWNER, exchange=brought, appointment=proposed, at=at)


def _play_bundle(demand: Listing, lots: Sequence[Listing], staff: HubStaff, now: dt.datetime) -> None:
    """A demand asks two lots that fill it together, of which one said yes; about a third the hub asks both sides."""
    day = dt.timedelta(days=1)
    *asked, third = lots
    made = services.request_bundle(
        by=_voice(demand.organisation), demand=demand, at=now - 2 * day,
        message="Elk een deel, samen genoeg voor ons.",
        parts=[(lot, Decimal(offer.part)) for lot, offer in zip(asked, PAINT, strict=False)],
    )  # fmt: skip
    first = made.exchanges.order_by("pk")[0]
    services.accept(by=_voice(first.owner), side=Side.OWNER, exchange=first, at=now - day)
    proposal = services.propose_match(
        by=staff.user, hub=staff.hub, supply=third, demand=demand, at=now - day,
        note="Bij jullie om de hoek. Zien jullie dit zitten?",
    )  # fmt: skip
    services.answer_proposal(by=_voice(third.organisation), proposal=proposal, answer="yes", side="supply", at=now)


def _play_work(supply: Listing, work: Listing, staff: HubStaff, now: dt.datetime) -> None:
    """The hub asks a workshop to repair what its owner wants back: the owner said yes, the workshop still thinks."""
    part = Decimal(STOOLS.part)
    week = next(week.start for week in _rooms(work, timezone.localdate(now)) if (week.free or 0) >= part)
    proposal = services.propose_work(
        by=staff.user, hub=staff.hub, supply=supply, service=work, week=week, work=part, at=now - dt.timedelta(days=1),
        note="Ze willen ze zelf houden, en jullie hebben die week nog plaats.",
    )  # fmt: skip
    services.answer_proposal(by=_voice(supply.organisation), proposal=proposal, answer="yes", side="supply", at=now)


def _rooms(work: Listing, today: dt.date) -> list[Week]:
    """Its weeks with room, from next week on."""
    weeks = free_capacity([work.pk], today, WEEKS_AHEAD)[work.pk]
    return [week for week in weeks if week.is_open and week.free and week.start > today]


def _voice(organisation: Organisation) -> User:
    """Its log-in, or whoever answers for it in the demo."""
    member = Membership.objects.filter(organisation=organisation).select_related("user").order_by("pk").first()
    assert member is not None, "somebody answers for each of them"
    return member.user
