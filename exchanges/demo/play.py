"""Plays a scene of the demo by the services that people use, on a clock of its own."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from accounts.demo import DEMO_HUB
from accounts.enums import MemberRole
from accounts.models import HubStaff, Membership, Organisation, User
from exchanges import services
from exchanges.enums import AppointmentState, Side, WeightMethod
from exchanges.models import Appointment
from exchanges.schedule import BRUSSELS
from exchanges.sweep import take_due
from listings.enums import ListingKind, ListingStatus, Recurrence
from listings.models import Listing
from listings.querysets import ListingQuerySet

#: What has fewer doesn't go in parts.
_FEWEST = 8
#: For as long at least a lot stays available.
_LAST_DAYS = 20


@dataclass(frozen=True)
class Scene:
    """An exchange that began so many days ago, for a share of a lot, with the steps after it was asked for.

    `talk` is what the requester and the owner write in turn, before the first of those steps.
    """

    requester: str
    days_ago: int
    steps: tuple[str, ...]
    ask: str
    talk: tuple[str, ...] = ()
    share: str = "0.3"


class Play:
    """Takes the steps of a scene one by one, on a clock of its own."""

    def __init__(
        self, scene: Scene, lot: Listing, owner: User, requester: User, organisation: Organisation, now: dt.datetime
    ) -> None:
        self.scene, self.lot, self.owner = scene, lot, owner
        self.requester, self.organisation = requester, organisation
        self.at = now - dt.timedelta(days=scene.days_ago)
        day = timezone.localdate(self.at + dt.timedelta(days=2))
        self.meets = (
            dt.datetime.combine(day, dt.time(10), BRUSSELS),
            dt.datetime.combine(day, dt.time(12), BRUSSELS),
        )
        assert lot.quantity is not None, "lots of the demo say how much there is"
        part = max(Decimal(2), Decimal(round(lot.quantity * Decimal(scene.share))))
        self.quantity = part if lot.splittable else lot.quantity

    def play(self) -> None:
        self.exchange = services.request_exchange(
            by=self.requester, organisation=self.organisation, listing=self.lot, quantity=self.quantity,
            message=self.scene.ask, at=self.at,
        )  # fmt: skip
        for number, text in enumerate(self.scene.talk):
            self._later()
            by, side = (self.requester, Side.REQUESTER) if number % 2 else (self.owner, Side.OWNER)
            services.send_message(by=by, side=side, conversation=self.exchange.conversation, text=text, at=self.at)
        for step in self.scene.steps:
            self._later()
            getattr(self, step)()

    def _later(self) -> None:
        self.at += dt.timedelta(minutes=50)

    def invite(self) -> None:
        """Ask the log-ins' hub in, where the lot lies in its region; somebody there answers."""
        here = HubStaff.objects.filter(hub__slug=DEMO_HUB, hub__in=self.exchange.hub_ids)
        staff = here.select_related("user").first()
        if staff is None:
            # Of a small demo most lots lie elsewhere, where nobody can be asked in.
            return
        services.invite_hub(by=self.requester, conversation=self.exchange.conversation, at=self.at)
        self._later()
        text = "Wij kennen jullie allebei. Zeg het als er hulp bij het laden nodig is."
        services.send_message(by=staff.user, conversation=self.exchange.conversation, text=text, at=self.at)

    def accept(self) -> None:
        services.accept(by=self.owner, exchange=self.exchange, at=self.at)

    def counter(self) -> None:
        services.counter(
            by=self.owner, exchange=self.exchange, quantity=self.quantity - 1, reason="Zoveel is er nog vrij.",
            at=self.at,
        )  # fmt: skip

    def decline(self) -> None:
        services.decline(by=self.owner, exchange=self.exchange, reason="We hebben het toch zelf nodig.", at=self.at)

    def withdraw(self) -> None:
        services.withdraw(by=self.requester, exchange=self.exchange, at=self.at)

    def propose(self) -> None:
        services.propose_times(by=self.owner, side=Side.OWNER, exchange=self.exchange, times=[self.meets], at=self.at)

    def confirm(self) -> None:
        (proposed,) = Appointment.objects.filter(leg__exchange=self.exchange, state=AppointmentState.PROPOSED)
        services.confirm_time(
            by=self.requester, side=Side.REQUESTER, exchange=self.exchange, appointment=proposed, at=self.at
        )

    def cancel(self) -> None:
        services.cancel(
            by=self.requester,
            side=Side.REQUESTER,
            exchange=self.exchange,
            reason="De opdracht gaat niet door.",
            at=self.at,
        )

    def weigh(self) -> None:
        self.at = self.meets[1]
        if self.lot.is_waste:
            services.state_carrier(
                by=self.owner, side=Side.OWNER, exchange=self.exchange, name="Vervoer De Gele Laadbak",
                registration="FICTIEF-0417", at=self.at,
            )  # fmt: skip
        method, kg = WeightMethod.COUNTED, None
        if self.lot.mass_kg and self.lot.quantity:
            share = self.quantity / self.lot.quantity
            method, kg = WeightMethod.WEIGHED, max(Decimal(1), Decimal(round(Decimal(self.lot.mass_kg) * share)))
        services.state_weight(by=self.owner, side=Side.OWNER, exchange=self.exchange, method=method, kg=kg, at=self.at)

    def confirm_weight(self) -> None:
        services.confirm_weight(by=self.requester, side=Side.REQUESTER, exchange=self.exchange, at=self.at)

    def miss(self) -> None:
        self.at = self.meets[1]
        services.report_no_show(by=self.owner, side=Side.OWNER, exchange=self.exchange, at=self.at)

    def dispute(self) -> None:
        reason = "Er zat een kwart minder op de vrachtwagen."
        services.dispute(by=self.requester, side=Side.REQUESTER, exchange=self.exchange, reason=reason, at=self.at)

    def lapse(self) -> None:
        self.exchange.refresh_from_db()
        assert self.exchange.deadline_at is not None
        take_due(exchange=self.exchange, at=self.exchange.deadline_at)


def lots_in_parts(rows: ListingQuerySet, today: dt.date) -> ListingQuerySet:
    """Lots of which a part can go, and that will be there for a while."""
    lasts = Q(available_until=None) | Q(available_until__gt=today + dt.timedelta(days=_LAST_DAYS))
    return rows.filter(
        lasts, kind=ListingKind.SUPPLY, status=ListingStatus.PUBLISHED, recurrence=Recurrence.ONE_OFF,
        splittable=True, quantity__gte=_FEWEST,
    ).select_related("organisation", "material").order_by("pk")  # fmt: skip


def each_in_turn(lots: Iterable[Listing], column: str) -> list[Listing]:
    """Lots with each value of a column once before any comes again; else in their order."""
    times: dict[int | None, int] = {}
    order = []
    for place, lot in enumerate(lots):
        value = getattr(lot, column)
        times[value] = times.get(value, 0) + 1
        order.append((times[value], place, lot))
    return [lot for _times, _place, lot in sorted(order, key=lambda row: row[:2])]


def member_of(user: User, organisation: Organisation) -> User:
    Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": MemberRole.ADMIN})
    return user
