"""Chainable reads of proposals."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When

from accounts.models import HubStaff, Organisation, User
from exchanges.days import within_days
from exchanges.enums import Followed, Group
from exchanges.querysets import EXPIRES_WITHIN

if TYPE_CHECKING:
    from exchanges.models import Proposal  # noqa: F401
    from matching.models import Match

_SIDES = ("supply", "service", "demand")
_REFUSED = Q(supply_answer="no") | Q(service_answer="no") | Q(demand_answer="no")
_UNDECIDED = Q(exchange=None, arrangement=None) & ~_REFUSED


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def undecided(self) -> Self:
        """That nobody refused, and of which nothing began."""
        return self.filter(_UNDECIDED)

    def waiting(self, at: dt.datetime) -> Self:
        """That all whom it concerns may still say yes to."""
        return self.undecided().filter(lapses_at__gt=at)

    def lapsed_untold(self, at: dt.datetime) -> Self:
        """That not everybody answered in time, and nobody was told so yet."""
        return self.undecided().filter(lapses_at__lte=at, lapse_told_at=None)

    def to_remind_of(self, at: dt.datetime, before: dt.timedelta) -> Self:
        """That lapses within so long, stands for as long already, and that nobody was reminded of."""
        soon = self.undecided().filter(lapses_at__gt=at, lapses_at__lte=at + before, lapse_told_at=None)
        return soon.filter(made_at__lte=at - before, reminded_at=None)

    def asked_among(self, matches: Collection["Match"], at: dt.datetime) -> set[int]:
        """Which of these pairs both sides are being asked about now. A chain asks for more than the pair."""
        waiting = self.waiting(at).filter(supply__in={match.supply_id for match in matches}, service=None)
        asked = set(waiting.values_list("supply", "demand"))
        return {match.pk for match in matches if (match.supply_id, match.demand_id) in asked}

    def visible_to(self, user: User) -> Self:
        """Those of one's organisations, and those that the hubs that one works for see, as in_hub() says."""
        hubs = list(HubStaff.objects.filter(user=user).values_list("hub", flat=True))
        mine = self._concerning(user)
        return self.filter(mine | Q(hub_ids__overlap=hubs) if hubs else mine)

    def in_hub(self, hub_id: int) -> Self:
        """What a hub proposed, and the chains that members proposed themselves with a listing in its region."""
        return self.filter(hub_ids__contains=[hub_id])

    def of_members(self, user: User) -> Self:
        return self.filter(self._concerning(user))

    @staticmethod
    def _concerning(user: User) -> Q:
        own = user.memberships.values("organisation")
        return Q(supply__organisation__in=own) | Q(service__organisation__in=own) | Q(demand__organisation__in=own)

    def in_group(self, group: Group, at: dt.datetime) -> Self:
        """The same groups as of exchanges. What all said yes to stands among those."""
        match group:
            case Group.OPEN | Group.NEW:
                return self.waiting(at)
            case Group.EXPIRING:
                return self.expiring(at)
            case Group.STOPPED:
                return self.filter(self._stopped(at))
        return self.none()

    def expiring(self, at: dt.datetime) -> Self:
        """That lapses soon."""
        return self.waiting(at).filter(lapses_at__lte=at + EXPIRES_WITHIN)

    @staticmethod
    def _stopped(at: dt.datetime) -> Q:
        """Refused, taken back, or not answered by all in time."""
        return Q(exchange=None, arrangement=None) & (_REFUSED | Q(lapses_at__lte=at))

    def counts_by_group(self, at: dt.datetime) -> dict[Group, int]:
        """How many in_group() finds, of those groups that have any. One query."""
        waiting = _UNDECIDED & Q(lapses_at__gt=at)
        found = self.order_by().aggregate(
            waiting=Count("pk", filter=waiting),
            expiring=Count("pk", filter=waiting & Q(lapses_at__lte=at + EXPIRES_WITHIN)),
            stopped=Count("pk", filter=self._stopped(at)),
        )
        return {
            Group.OPEN: found["waiting"], Group.NEW: found["waiting"], Group.EXPIRING: found["expiring"],
            Group.STOPPED: found["stopped"],
        }  # fmt: skip

    def followed_by(self, hub_id: int, user: User | None) -> Self:
        """That this person of the hub proposed; None: that nobody there did."""
        if user is None:
            return self.exclude(hub=hub_id, made_by__isnull=False)
        return self.filter(hub=hub_id, made_by=user)

    def with_party(self, organisation: Organisation, reader: User) -> Self:
        """With a listing of an organisation, as far as this reader may know whose it is."""
        known, found = self._known(reader), Q()
        for side in _SIDES:
            found |= Q(**{f"{side}__organisation": organisation, f"{side}__in": known})
        return self.filter(found)

    def parties(self, reader: User) -> set[int]:
        """The keys of the organisations that it concerns, as far as this reader may know that. Three queries."""
        known = self._known(reader)
        return {
            pk
            for side in _SIDES
            for pk in self.filter(**{f"{side}__in": known}).order_by().values_list(f"{side}__organisation", flat=True)
        }

    @staticmethod
    def _known(reader: User) -> Any:
        return apps.get_model("listings", "Listing")._default_manager.owner_known_to(reader).values("pk")

    def of_material(self, first: int, last: int) -> Self:
        """With a supply or a demand of a material with one of these numbers in the tree."""
        within = (first, last)
        return self.filter(Q(supply__material__tree_left__range=within) | Q(demand__material__tree_left__range=within))

    def begun_between(self, first: dt.date | None, last: dt.date | None) -> Self:
        """Proposed from the first day to the last, on our clocks; both included, and None for no end."""
        return self.filter(within_days("made_at", first, last))

    def as_waiting(self, at: dt.datetime) -> models.QuerySet[Any, tuple[Any, ...]]:
        """See exchanges.querysets.longest_waiting()."""
        waits = _UNDECIDED & Q(lapses_at__gt=at)
        found = self.order_by().annotate(
            kind=Value(Followed.PROPOSAL.value, models.IntegerField()),
            nobody=Case(When(waits, then=Value(0)), default=Value(1)),
            opened=Case(When(waits, then=F("made_at"))),
            since=F("made_at"),
        )
        waiting: models.QuerySet[Any, tuple[Any, ...]] = found.values_list("kind", "pk", "nobody", "opened", "since")
        return waiting

    def for_rows(self) -> Self:
        return self.select_related(
            "hub", "proposed_for", "supply__material", "supply__municipality", "supply__organisation",
            "service__organisation", "demand__material", "demand__organisation",
        )  # fmt: skip
