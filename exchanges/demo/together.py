"""What exchanges that belong together add to the demo: weeks of a service, a bundle, a chain under way, and a match
that a hub asks both sides about.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import QuerySet

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import HubStaff, Membership, Organisation, User
from exchanges import services
from exchanges.checks import fitting
from exchanges.demo.play import lots_in_parts, member_of
from exchanges.demo.scenes import PEOPLE
from exchanges.enums import Side
from exchanges.models import Appointment, Exchange
from exchanges.portions import bundled_quantity, work_of
from exchanges.schedule import BRUSSELS
from geo.models import Hub
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind, Recurrence
from listings.models import Listing
from listings.querysets import ListingQuerySet
from matching.chains.find import Chain, chains_of

_MAATWERK = f"maatwerk@{MAIL_DOMAIN}"
#: Chains of a service that are looked at, demands, and lots for each.
_CHAINS, _DEMANDS, _LOTS = 60, 40, 3
#: Weeks from now from which those are asked that go together.
_LATER = 2
#: Of what a demand asks, the part that each lot of its bundle brings.
_SHARE = 0.3


def make_demo_arrangements(*, drawn: QuerySet[Organisation], today: dt.date) -> None:
    """Play what there is to play: each needs listings of the log-ins' hub that nobody has asked for yet."""
    now = dt.datetime.combine(today, dt.time(10), BRUSSELS)
    hub = Hub.objects.get(slug=DEMO_HUB)
    staff = hub.staff.filter(user__email=f"hub@{MAIL_DOMAIN}").select_related("user").first()
    people = list(User.objects.filter(email__in=[f"{name.split()[0].lower()}@{MAIL_DOMAIN}" for name in PEOPLE]))
    works = list(_unasked(hub).filter(kind=ListingKind.SERVICE, organisation__memberships__user__email=_MAATWERK))
    if staff is None or not people or not works:
        return
    lots = lots_in_parts(_unasked(hub).filter(organisation__in=drawn, taken_quantity=0), today)
    _play_weeks(works[-1], lots, people, now)
    _play_chain(works, lots, staff, people, now)
    _play_bundle(_unasked(hub), lots, staff, people, now)


def _unasked(hub: Hub) -> ListingQuerySet:
    return Listing.objects.published().filter(exchanges=None, is_fictional=True).in_hub(hub.pk).for_cards()


def _play_weeks(work: Listing, lots: ListingQuerySet, people: Sequence[User], now: dt.datetime) -> None:
    """Somebody asks for more than a week takes: the first week is granted, the next one waits for an answer."""
    rooms = [week for week in _rooms(work, now.date())[_LATER:] if week.free == work.capacity_per_week][:2]
    asker = Organisation.objects.filter(listings__in=lots).exclude(pk=work.organisation_id).order_by("pk").first()
    if len(rooms) < 2 or asker is None:
        return
    whole = Decimal(rooms[0].free or 0)
    made = services.request_weeks(
        by=member_of(people[0], asker), organisation=asker, service=work, weeks=[week.start for week in rooms],
        quantity=whole + max(Decimal(1), round(whole / 4)), at=now - dt.timedelta(days=2),
        message="Uit drie filialen samen. We brengen het zelf, verdeeld over twee weken.",
    )  # fmt: skip
    services.accept(by=_voice(work.organisation, people[0]), side=Side.OWNER, exchange=made[0], at=now)


def _play_chain(
    works: Iterable[Listing], lots: ListingQuerySet, staff: HubStaff, people: Sequence[User], now: dt.datetime
) -> None:
    """The hub proposed it, all three said yes, and when the lot is brought to the workshop is agreed."""
    begun = now - dt.timedelta(days=4)
    ids = set(lots.values_list("pk", flat=True))
    for work in works:
        for chain in chains_of(work, at=now, limit=_CHAINS):
            amounts = _amounts(chain, now.date()) if chain.supply.pk in ids else None
            if amounts is None or len({one.organisation_id for one in (chain.supply, work, chain.demand)}) < 3:
                continue
            quantity, needed, week = amounts
            proposal = services.propose_chain(
                by=staff.user, supply=chain.supply, service=work, demand=chain.demand, week=week, quantity=quantity,
                work=needed, note="Dit kan hersteld worden, en dan is het net wat gezocht wordt.", sure=True, at=begun,
            )  # fmt: skip
            for number, (name, listing) in enumerate(proposal.sides.items()):
                voice, at = _voice(listing.organisation, people[number]), begun + dt.timedelta(hours=5 * (number + 1))
                proposal = services.answer_proposal(by=voice, proposal=proposal, answer="yes", side=name, at=at)
            brought = Exchange.objects.get(arrangement=proposal.arrangement, via=None)
            _agree_on_a_day(brought, week, people, now - dt.timedelta(days=1))
            return


def _amounts(chain: Chain, today: dt.date) -> tuple[Decimal, Decimal, dt.date] | None:
    """How much of the lot, how much work that is, and in which week there is room for it."""
    most = fitting(chain.supply, chain.demand)
    quantity = max(Decimal(1), round(most / 2)) if chain.supply.splittable else most
    work = work_of(chain.supply, quantity, chain.service.capacity_unit)
    if not work or quantity > most:
        return None
    rooms = (week for week in _rooms(chain.service, today) if (week.free or 0) >= work)
    found = next(rooms, None)
    return (quantity, work, found.start) if found else None


def _agree_on_a_day(brought: Exchange, week: dt.date, people: Sequence[User], at: dt.datetime) -> None:
    day = week + dt.timedelta(days=1)
    times = [(dt.datetime.combine(day, dt.time(9), BRUSSELS), dt.datetime.combine(day, dt.time(10), BRUSSELS))]
    giver, worker = _voice(brought.requester, people[0]), _voice(brought.owner, people[1])
    services.propose_times(by=giver, side=Side.REQUESTER, exchange=brought, times=times, at=at)
    (proposed,) = Appointment.objects.filter(leg__exchange=brought)
    services.confirm_time(by=worker, side=Side.OWNER, exchange=brought, appointment=proposed, at=at)


def _play_bundle(
    unasked: ListingQuerySet, lots: ListingQuerySet, staff: HubStaff, people: Sequence[User], now: dt.datetime
) -> None:
    """A demand that one lot doesn't fill asks two, of which one said yes; about a third the hub asked both sides."""
    demands = unasked.filter(kind=ListingKind.DEMAND, recurrence=Recurrence.ONE_OFF, quantity__gt=2).order_by("pk")
    for demand in demands[:_DEMANDS]:
        parts = _parts_for(demand, lots)
        if len(parts) < 2:
            continue
        asker, days = _voice(demand.organisation, people[2]), dt.timedelta(days=1)
        made = services.request_bundle(
            by=asker, demand=demand, parts=parts[:2], at=now - 2 * days,
            message="Elk een deel, samen net genoeg voor ons.",
        )  # fmt: skip
        first = made.exchanges.order_by("pk")[0]
        owner = _voice(first.owner, people[3])
        services.accept(by=owner, side=Side.OWNER, exchange=first, at=now - days)
        if parts[2:]:
            supply = parts[2][0]
            proposal = services.propose_match(
                by=staff.user, hub=staff.hub, supply=supply, demand=demand, at=now - days,
                note="Bij jullie om de hoek. Zien jullie dit zitten?",
            )  # fmt: skip
            owner = _voice(supply.organisation, people[3])
            services.answer_proposal(by=owner, proposal=proposal, answer="yes", side="supply", at=now)
        return


def _parts_for(demand: Listing, lots: ListingQuerySet) -> list[tuple[Listing, Decimal]]:
    """A few lots of the same material, each of another organisation, with how much of each."""
    found = dict[int, tuple[Listing, Decimal]]()
    for lot in lots.filter(material=demand.material).exclude(organisation=demand.organisation_id):
        quantity = bundled_quantity(lot, demand, _SHARE)
        if quantity and lot.organisation_id not in found:
            found[lot.organisation_id] = (lot, quantity)
        if len(found) == _LOTS:
            break
    return list(found.values())


def _rooms(work: Listing, today: dt.date) -> list[Week]:
    """Its weeks with room, from next week on."""
    weeks = free_capacity([work.pk], today, WEEKS_AHEAD)[work.pk]
    return [week for week in weeks if week.is_open and week.free and week.start > today]


def _voice(organisation: Organisation, person: User) -> User:
    """Its log-in, or whoever answered for it before; else this person does from now on."""
    member = Membership.objects.filter(organisation=organisation).select_related("user").order_by("pk").first()
    return member.user if member is not None else member_of(person, organisation)
