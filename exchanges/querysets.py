"""Chainable reads of exchanges."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import HubStaff, Organisation, User
from accounts.permissions import holds
from accounts.roles import Right
from exchanges.agreements.steps import WAITS
from exchanges.days import within_days
from exchanges.enums import (
    AGREED,
    AGREEMENT_OPEN,
    AGREEMENT_STATES_OF,
    AGREEMENT_UNANSWERED,
    CALLED_OFF,
    FELL,
    HOLDING,
    OPEN,
    STATES_OF,
    WENT_OVER,
    AgreementState,
    AppointmentState,
    DeliveryState,
    EnquiryEnd,
    EnquiryState,
    ExchangeState,
    Followed,
    Group,
    Side,
    StartedFrom,
    Turn,
)
from exchanges.turns import turn_is
from listings.enums import ListingKind

#: How far ahead a hub looks at the appointments of its week.
_WEEK = dt.timedelta(days=6)
#: What ends by itself within this time is for a hub to save.
EXPIRES_WITHIN = dt.timedelta(days=2)
_SINCE = F("state_since")

if TYPE_CHECKING:
    from exchanges.models import Delivery, Enquiry, Exchange, StandingAgreement  # noqa: F401
    from listings.models import Listing


_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class BetweenTwo(models.QuerySet[_Row]):
    """Rows with a `requester`, an `owner` and the hubs of both, `hub_ids`: who may see them is one rule."""

    #: Where both know who the other is.
    agreed: ClassVar[Q]

    def of_members(self, user: User) -> Self:
        """Between organisations of which the user is a member of one at least."""
        own = user.memberships.values("organisation")
        return self.filter(Q(requester__in=own) | Q(owner__in=own))

    def visible_to(self, user: User) -> Self:
        """Those of one's organisations, and of the hubs that one works for. Operators see all, to settle."""
        right = Right.SEE_EXCHANGE
        if holds(user, right):
            return self
        own = user.memberships.values("organisation")
        hubs = list(HubStaff.objects.filter(user=user).values_list("hub_id", flat=True)) if right.for_staff else []
        mine = Q(requester__in=own) | Q(owner__in=own) if right.for_members else Q(pk=None)
        return self.filter(mine | Q(hub_ids__overlap=hubs) if hubs else mine)

    def in_hub(self, hub_id: int) -> Self:
        return self.filter(hub_ids__contains=[hub_id])

    def followed_by(self, hub_id: int, user: User | None) -> Self:
        """That this person of the hub follows up; None: that nobody there does."""
        if user is None:
            return self.exclude(follow_ups__hub=hub_id)
        return self.filter(follow_ups__hub=hub_id, follow_ups__user=user)

    def with_party(self, organisation: Organisation, reader: User) -> Self:
        """In which an organisation takes part, as far as this reader may know that it does."""
        return self.filter(Q(requester=organisation) | Q(owner=organisation) & self._shows_owner(reader))

    def parties(self, reader: User) -> set[int]:
        """The keys of the organisations that take part, as far as this reader may know that. Two queries."""
        asking = self.order_by().values_list("requester", flat=True).distinct()
        owning = self.filter(self._shows_owner(reader)).order_by().values_list("owner", flat=True).distinct()
        return {*asking, *owning}

    def _shows_owner(self, reader: User) -> Q:
        """Where the reader may know the owner, by what exchanges.parties says of each."""
        known = apps.get_model("listings", "Listing")._default_manager.owner_known_to(reader)
        return self.agreed | Q(listing__in=known.values("pk"))

    def begun_between(self, first: dt.date | None, last: dt.date | None) -> Self:
        """Asked for from the first day to the last, on our clocks; both included, and None for no end."""
        return self.filter(within_days("created_at", first, last))

    def of_material(self, first: int, last: int) -> Self:
        """About a material with one of these numbers in the tree."""
        return self.filter(listing__material__tree_left__range=(first, last))

    def counts_by_state(self) -> dict[str, int]:
        return dict(self.order_by().values_list("state").annotate(Count("pk")))


class ExchangeQuerySet(BetweenTwo["Exchange"]):
    agreed = Q(state__in=sorted(AGREED))

    def of_material(self, first: int, last: int) -> Self:
        """Of a service that of the lot that it works on."""
        within = (first, last)
        worked_on = Q(listing__kind=ListingKind.SERVICE, matched__material__tree_left__range=within)
        return self.filter(worked_on | Q(listing__material__tree_left__range=within))

    def expiring(self, at: dt.datetime) -> Self:
        """That time ends soon, or of which all who are to act were reminded for the last time."""
        soon = Q(deadline_at__lte=at + EXPIRES_WITHIN)
        reminded = ~Q(turn=Turn.NOBODY) & Q(due_number__gte=1, due_at=F("deadline_at"))
        return self.open().filter(soon | reminded)

    def open(self) -> Self:
        return self.filter(state__in=sorted(OPEN))

    def running(self, listing: "Listing", period: dt.date, requester: Organisation) -> Self:
        """What somebody asked for and isn't over; deliveries of a standing agreement are no requests."""
        asked = self.open().filter(listing=listing, period=period, requester=requester)
        return asked.exclude(started_from=StartedFrom.STREAM)

    def holding(self) -> Self:
        """For which something is held now."""
        return self.filter(state__in=sorted(HOLDING))

    def due(self, at: dt.datetime) -> Self:
        return self.filter(due_at__lte=at)

    def waiting_for(self, user: User) -> Self:
        """In which one of the user's organisations is to do something."""
        own = user.memberships.values("organisation")
        both = turn_is(Turn.BOTH, timezone.now())
        return self.open().filter(
            (both | Q(turn=Turn.REQUESTER)) & Q(requester__in=own) | (both | Q(turn=Turn.OWNER)) & Q(owner__in=own)
        )

    def mine_to_act_on_first(self, user: User) -> Self:
        """What waits for the user, then what is open, both by what ends or is handed over first; then the rest, the
        newest first.
        """
        waiting = self.model._default_manager.filter(pk=OuterRef("pk")).waiting_for(user)
        return self.annotate(is_mine=Exists(waiting)).order_by(
            "-is_mine", Case(When(state__in=sorted(OPEN), then=Value(0)), default=Value(1)),
            F("deadline_at").asc(nulls_last=True), "-state_since", "-pk",
        )  # fmt: skip

    def in_group(self, group: Group, at: dt.datetime) -> Self:
        if group == Group.EXPIRING:
            return self.expiring(at)
        found, today = Q(state__in=sorted(STATES_OF[group])), timezone.localdate(at)
        if group == Group.STUCK:
            found |= self._left_a_lot()
        rows = self.filter(found)
        return rows.met_within(today, today + _WEEK) if group == Group.WEEK else rows

    def that_left_a_lot(self) -> Self:
        """That brought a lot to the service of a chain which fell through then: it lies there, and is still held."""
        return self.filter(self._left_a_lot())

    def _left_a_lot(self) -> Q:
        # Asked of each by itself, since what goes on from it was begun after it: all that fell is never gathered.
        of_chain = self.model._default_manager.filter(arrangement=OuterRef("arrangement"), pk__gt=OuterRef("pk"))
        onward = of_chain.filter(via__isnull=False, state__in=sorted(FELL), legs__reservation__isnull=False)
        return Q(Exists(onward), state__in=sorted(WENT_OVER), arrangement__isnull=False, via=None)

    def met_within(self, first: dt.date, last: dt.date) -> Self:
        """With an appointment that begins from the first day to the last, on our clocks; both days included."""
        return self.filter(
            within_days("legs__appointments__period__startswith", first, last),
            legs__appointments__state=AppointmentState.CONFIRMED,
        )

    def with_appointments_since(self, moment: dt.datetime) -> Self:
        """With an appointment that was agreed on and ends after that moment, also where it was called off since."""
        agreed = self.filter(
            legs__appointments__state=AppointmentState.CONFIRMED, legs__appointments__period__endswith__gt=moment
        )
        return agreed.distinct().select_related("listing__material", "listing__site", "via__site").prefetch_related(
            "legs__appointments", "legs__giver", "legs__receiver"
        )  # fmt: skip

    def as_waiting(self, at: dt.datetime) -> models.QuerySet[Any, tuple[Any, ...]]:
        """See `longest_waiting`."""
        nobody = Case(When(turn_is(Turn.NOBODY, at), then=Value(1)), default=Value(0))
        return _as_waiting(self, nobody, sorted(OPEN), Followed.EXCHANGE)

    def for_cards(self) -> Self:
        """With what a row shows, in a fixed number of queries."""
        return self.select_related("listing__material", "requester", "owner").prefetch_related("legs__reservation")

    def with_legs(self) -> Self:
        """The same, with what was agreed and weighed of each leg."""
        return self.for_cards().prefetch_related(
            "legs__appointments", "legs__weights", "legs__carrier", "legs__giver", "legs__receiver"
        )


def _waiting_states(turn: Turn) -> list[str]:
    return sorted(state for state, wait in WAITS.items() if wait.turn == turn)


class AgreementQuerySet(BetweenTwo["StandingAgreement"]):
    agreed = Q(agreed_at__isnull=False)

    def expiring(self, at: dt.datetime) -> Self:
        """That time ends soon, or of which who is to answer was reminded for the last time; not what has run to its
        agreed end.
        """
        soon = Q(deadline_at__lte=at + EXPIRES_WITHIN) | Q(due_at=F("deadline_at"))
        return self.open().filter(soon)

    def open(self) -> Self:
        return self.filter(state__in=sorted(AGREEMENT_OPEN))

    def due(self, at: dt.datetime) -> Self:
        return self.filter(due_at__lte=at)

    def waiting_for(self, user: User) -> Self:
        """That one of the user's organisations alone is to answer; a pause waits for nobody's answer."""
        own = user.memberships.values("organisation")
        return self.filter(
            Q(state__in=_waiting_states(Turn.OWNER), owner__in=own)
            | Q(state__in=_waiting_states(Turn.REQUESTER), requester__in=own)
            | Q(proposed_by=Side.REQUESTER, owner__in=own)
            | Q(proposed_by=Side.OWNER, requester__in=own)
        )

    def mine_to_act_on_first(self, user: User, unread: Iterable[int]) -> Self:
        """What waits for the user, then of what there is something to read, by their keys, then what waits for others,
        then what runs; each with `is_mine`.
        """
        waiting = self.model._default_manager.filter(pk=OuterRef("pk")).waiting_for(user)
        rows = self.annotate(is_mine=Exists(waiting)).unanswered_first()
        to_read = Case(When(pk__in=list(unread), then=Value(0)), default=Value(1))
        return rows.order_by("-is_mine", to_read, *rows.query.order_by)

    def unanswered_first(self) -> Self:
        """What waits for an answer, the longest first; then what runs, by its next date."""
        waits = Q(state__in=sorted(AGREEMENT_UNANSWERED)) | ~Q(proposed_by="")
        asked = Case(When(waits, then=Value(0)), default=Value(1))
        return self.order_by(asked, F("next_on").asc(nulls_last=True), "state_since", "pk")

    def in_group(self, group: Group, at: dt.datetime) -> Self:
        """The same groups as of exchanges. What is agreed stands in “this week” by its next delivery, and among what
        is stuck where nothing could be reserved for a day to come.
        """
        if group == Group.EXPIRING:
            return self.expiring(at)
        found, today = Q(state__in=sorted(AGREEMENT_STATES_OF[group])), timezone.localdate(at)
        if group == Group.WEEK:
            return self.filter(found).delivered_within(today, today + _WEEK)
        if group == Group.STUCK:
            unable = self._dates().filter(state=DeliveryState.UNABLE, on__gte=today)
            found |= Q(Exists(unable), state=AgreementState.AGREED)
        return self.filter(found)

    def delivered_within(self, first: dt.date, last: dt.date) -> Self:
        """With a delivery that takes place from the first day to the last, reserved or still to be."""
        stored = self._dates().takes_place().filter(on__range=(first, last))
        return self.filter(Q(next_on__range=(first, last)) | Exists(stored))

    def _dates(self) -> "DeliveryQuerySet":
        """Those of each, within a query of agreements."""
        return apps.get_model("exchanges", "Delivery")._default_manager.filter(agreement=OuterRef("pk"))

    def as_waiting(self) -> models.QuerySet[Any, tuple[Any, ...]]:
        """See `longest_waiting`."""
        waits = [state for state, wait in WAITS.items() if wait.turn != Turn.NOBODY]
        nobody = Case(When(Q(state__in=sorted(waits)) | ~Q(proposed_by=""), then=Value(0)), default=Value(1))
        since = Coalesce("proposed_at", "state_since")
        return _as_waiting(self, nobody, sorted(AGREEMENT_OPEN), Followed.AGREEMENT, since)

    def open_or_among(self, keys: Iterable[int]) -> Self:
        return self.filter(self._open_or_among(keys))

    def over_but_for(self, keys: Iterable[int]) -> Self:
        """The others, what ended last first."""
        return self.exclude(self._open_or_among(keys)).order_by("-state_since", "-pk")

    def _open_or_among(self, keys: Iterable[int]) -> Q:
        return Q(state__in=sorted(AGREEMENT_OPEN)) | Q(pk__in=list(keys))

    def for_rows(self) -> Self:
        return self.select_related("listing__material", "requester", "owner", "conversation")


def _as_waiting(
    rows: Any, nobody: Case, open_states: list[str], kind: Followed, since: F | Coalesce = _SINCE
) -> models.QuerySet[Any, tuple[Any, ...]]:
    opened = Case(When(state__in=open_states, then=since))
    found = rows.order_by().annotate(
        kind=Value(kind.value, models.IntegerField()), nobody=nobody, opened=opened, since=since
    )
    waiting: models.QuerySet[Any, tuple[Any, ...]] = found.values_list("kind", "pk", "nobody", "opened", "since")
    return waiting


def longest_waiting(
    exchanges: ExchangeQuerySet,
    agreements: AgreementQuerySet,
    proposals: models.QuerySet[Any, tuple[Any, ...]],
    at: dt.datetime,
) -> models.QuerySet[Any, tuple[Any, ...]]:
    """All, as one list of (which of Followed, its key, …): what waits for somebody, then what waits for its day, each
    by since when; what is over comes last, the newest first. `proposals` are as ProposalQuerySet.as_waiting() gives.
    """
    rows = exchanges.as_waiting(at).union(agreements.as_waiting(), proposals, all=True)
    return rows.order_by("nobody", "opened", "-since", "kind", "pk")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def coming(self, day: dt.date) -> Self:
        """Of which the exchange is agreed on and takes place after that day. By exchange: in that order they lock."""
        agreed = [ExchangeState.ACCEPTED, ExchangeState.SCHEDULED]
        rows = self.filter(state=DeliveryState.MADE, on__gt=day, exchange__state__in=agreed)
        return rows.select_related("exchange").order_by("exchange")

    def unmade(self) -> Self:
        """For which nothing is reserved, and nothing was handed over: `is_off`, and what is planned."""
        return self.filter(~Q(state=DeliveryState.MADE) | Q(exchange__state__in=sorted(CALLED_OFF)))

    def takes_place(self) -> Self:
        """Of which something is reserved or will be."""
        agreed = [ExchangeState.ACCEPTED, ExchangeState.SCHEDULED]
        return self.filter(Q(state=DeliveryState.PLANNED) | Q(state=DeliveryState.MADE, exchange__state__in=agreed))

    def next_days(self, agreements: Collection["StandingAgreement"], day: dt.date) -> dict[int, dt.date]:
        """By agreement the first day from `day` on of those that have a row and will take place. One query."""
        rows = self.takes_place().filter(agreement__in=[one.pk for one in agreements], on__gte=day)
        return dict(rows.order_by().values_list("agreement").annotate(Min("on")))

    def planned(self) -> Self:
        """Changed or kept, and still to be made; the first first."""
        return self.filter(state=DeliveryState.PLANNED).order_by("on", "due_on")


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of the hubs that one works for. Operators see all."""
        if holds(user, Right.READ_QUESTIONS):
            return self
        hubs = HubStaff.objects.filter(user=user).values("hub")
        asked = Q(asker=user)
        return self.filter(asked | Q(hub__in=hubs) if Right.READ_QUESTIONS.for_staff else asked)

    def of_hub(self, hub_id: int) -> Self:
        return self.filter(hub=hub_id)

    def due(self, at: dt.datetime) -> Self:
        return self.filter(due_at__lte=at)

    def in_state(self, state: str) -> Self:
        """What waits for the hub has its longest waiting first; of the rest the newest is first."""
        return self.filter(state=state).order_by("state_since" if state == EnquiryState.OPEN else "-state_since", "pk")

    def counts_by_state(self) -> dict[str, int]:
        return dict(self.order_by().values_list("state").annotate(Count("pk")))

    def taken_up_within(self, days: tuple[int, ...], at: dt.datetime) -> dict[int, tuple[int, int]]:
        """By each number of days: how many of the last year's questions somebody took up within it, and of how many.

        What isn't that old yet counts once it was taken up; what its asker closed before anybody could, doesn't.
        """
        withdrawn = Q(ended_by=EnquiryEnd.ASKER, taken_up_at=None)
        rows = self.filter(created_at__gt=at - dt.timedelta(days=365)).exclude(withdrawn)
        counts: dict[str, Count] = {}
        for number in days:
            span = dt.timedelta(days=number)
            in_time = Q(taken_up_at__lte=F("created_at") + span)
            counts[f"taken_{number}"] = Count("pk", filter=in_time)
            counts[f"of_{number}"] = Count("pk", filter=in_time | Q(created_at__lte=at - span))
        found = rows.aggregate(**counts)
        return {number: (found[f"taken_{number}"], found[f"of_{number}"]) for number in days}

    def for_rows(self) -> Self:
        return self.select_related("hub", "municipality", "asker", "organisation", "owner")
