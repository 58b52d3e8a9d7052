"""What exchanges add to the demo: one or more in every state, with what people write to each other."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.enums import MemberRole
from accounts.models import HubStaff, Membership, Organisation, User
from exchanges import services
from exchanges.enums import AppointmentState, WeightMethod
from exchanges.models import (
    Appointment,
    Conversation,
    Exchange,
    ExchangeLeg,
    InboundMail,
    Message,
    MessagePhoto,
    ReadMark,
    ReplyAddress,
)
from exchanges.schedule import BRUSSELS
from exchanges.sweep import take_due
from geo.models import Hub
from listings.enums import ListingKind, ListingStatus, Recurrence, ReservationState
from listings.models import Listing, Reservation
from listings.querysets import ListingQuerySet

#: Who answers for organisations that no log-in belongs to. Nobody signs in as them.
PEOPLE = ("Lien Lambrecht", "Yusuf Demir", "Griet Van Acker", "Tom Claes")
#: What has fewer doesn't go in parts.
_FEWEST = 8
_HANDED = ("accept", "propose", "confirm", "weigh")


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


SCENES = (
    Scene("koper", 2, ("invite",),
          "We richten een nieuw lokaal in en kunnen dit goed gebruiken. Mogen we eerst komen kijken?",
          ("Zeker, dinsdag is er iemand. Neem je iets mee om te laden?", "Ja, we komen met een bestelwagen.")),
    Scene("maatwerk", 1, ("counter",), "Wij herstellen dit met onze ploeg. Kan het deze maand?",
          ("Een deel is al toegezegd, ik bekijk wat er nog is.",)),
    Scene("koper", 4, ("accept",), "Graag een deel hiervan, voor ons sociaal restaurant.",
          ("Dat kan. Ik zet het apart.", "Fijn, dan spreken we een moment af.")),
    Scene("maatwerk", 1, ("accept", "propose", "confirm"), "Kunnen we dit met de heftruck laden?",
          ("Ja, er is een laadkade. Meld je aan de poort.", "In orde, we zijn met twee.")),
    Scene("bedrijf", 3, _HANDED, "We nemen dit mee als grondstof voor een nieuwe reeks."),
    Scene("maatwerk", 20, (*_HANDED, "confirm_weight"), "Dit past bij wat we nu demonteren.",
          ("Goed. Breng je palletdozen mee?", "Doen we, vier stuks.")),
    Scene("koper", 34, (*_HANDED, "confirm_weight"), "Voor de inrichting van onze ontmoetingsruimte."),
    Scene("bedrijf", 48, (*_HANDED, "confirm_weight"), "Een proefpartij, om te zien of de kwaliteit goed is.",
          ("Laat gerust weten hoe het gaat.", "Dat doen we.")),
    Scene("koper", 4, ("accept", "propose", "confirm", "miss"), "Wij halen het zelf op.",
          ("Onze poort is open vanaf negen uur.",)),
    Scene("maatwerk", 7, (*_HANDED, "dispute"), "Hiervan kunnen we alles gebruiken."),
    Scene("bedrijf", 5, ("decline",), "Kan de helft ervan tegen het einde van de week?"),
    Scene("koper", 8, ("withdraw",), "We zoeken dit voor onze kringwinkel."),
    Scene("maatwerk", 12, ("accept", "propose", "confirm", "cancel"), "Voor een opdracht in de lente.",
          ("Ik hou het voor jullie vrij.",)),
    Scene("bedrijf", 15, ("lapse",), "Is dit nog beschikbaar?"),
)  # fmt: skip
#: What members of other organisations ask of the log-ins' own lots. Nothing of these is held: a log-in answers.
ASKED_OF_LOGINS = (
    Scene("bedrijf", 3, (), "Wij zijn buren en kunnen dit zo komen halen. Past donderdag?", share="0.25"),
    Scene("maatwerk", 2, (), "Dit zoeken we al een tijd. Is vervoer mogelijk?", share="0.25"),
)


def remove_fictional_exchanges() -> None:
    """Delete the exchanges of fictional organisations, a statement for each table: the database takes steps and
    statements of weight along. What was held of a lot that isn't fictional is free again.
    """
    exchanges = Exchange.objects.filter(Q(requester__is_fictional=True) | Q(owner__is_fictional=True))
    doomed = list(exchanges.values_list("pk", flat=True))
    Reservation.objects.filter(leg__exchange__in=doomed, listing__organisation__is_fictional=False).update(
        state=ReservationState.RELEASED, given_quantity=None
    )
    InboundMail.objects.filter(conversation__exchange__in=doomed).update(conversation=None, became=None)
    tables: list[QuerySet[Any]] = [
        MessagePhoto.objects.filter(
            pk__in=MessagePhoto.objects.filter(message__conversation__exchange__in=doomed).values("pk")
        ),
        ReadMark.objects.filter(pk__in=ReadMark.objects.filter(conversation__exchange__in=doomed).values("pk")),
        ReplyAddress.objects.filter(
            pk__in=ReplyAddress.objects.filter(conversation__exchange__in=doomed).values("pk")
        ),
        Message.objects.filter(pk__in=Message.objects.filter(conversation__exchange__in=doomed).values("pk")),
        Conversation.objects.filter(exchange__in=doomed),
        Appointment.objects.filter(pk__in=Appointment.objects.filter(leg__exchange__in=doomed).values("pk")),
        ExchangeLeg.objects.filter(exchange__in=doomed),
        Exchange.objects.filter(pk__in=doomed),
    ]
    for rows in tables:
        rows._raw_delete(rows.db)


def make_demo_exchanges(*, drawn: Collection[int], today: dt.date) -> None:
    """Play the scenes between the log-ins' organisations and others, given by their primary keys; as many as there are
    lots for. Nothing is held of lots outside these: the stories of the demo count on them.
    """
    now = dt.datetime.combine(today, dt.time(12), BRUSSELS)
    lots = _lots(drawn, today)
    people = [
        User.objects.get_or_create(email=f"{name.split()[0].lower()}@{MAIL_DOMAIN}", defaults={"name": name})[0]
        for name in PEOPLE
    ]
    for number, (scene, lot) in enumerate(zip(SCENES, lots, strict=False)):
        requester = _login(scene.requester)
        if requester is None:
            continue
        member = _member(people[number % len(people)], lot.organisation)
        _Play(scene, lot, member, requester.user, requester.organisation, now).play()
    for scene, lot in zip(ASKED_OF_LOGINS, lots[len(SCENES) :], strict=False):
        owner = _login(scene.requester)
        own = _lots_in_parts(Listing.objects.filter(organisation=owner.organisation), today) if owner else []
        if owner is not None and own:
            asker = _member(people[0], lot.organisation)
            _Play(scene, own[0], owner.user, asker, lot.organisation, now).play()


def _lots(drawn: Collection[int], today: dt.date) -> list[Listing]:
    """Lots that go in parts, of as many organisations as there are; those near the log-ins' hub first."""
    hub = Hub.objects.get(slug=DEMO_HUB)
    rows = Listing.objects.filter(organisation__in=drawn)
    near = _lots_in_parts(rows.in_hub(hub.pk), today)
    all_lots = {lot.pk: lot for lot in (*near, *_lots_in_parts(rows, today))}
    first = {lot.organisation_id: lot for lot in reversed(all_lots.values())}
    others = [lot for lot in all_lots.values() if first[lot.organisation_id] != lot]
    chosen = [lot for lot in all_lots.values() if first[lot.organisation_id] == lot]
    return [*chosen, *others][: len(SCENES) + len(ASKED_OF_LOGINS)]


def _lots_in_parts(rows: ListingQuerySet, today: dt.date) -> list[Listing]:
    lasts = Q(available_until=None) | Q(available_until__gt=today + dt.timedelta(days=40))
    return list(
        rows.filter(
            lasts, kind=ListingKind.SUPPLY, status=ListingStatus.PUBLISHED, recurrence=Recurrence.ONE_OFF,
            splittable=True, quantity__gte=_FEWEST, taken_quantity=0,
        ).select_related("organisation", "material").order_by("pk")[:500]
    )  # fmt: skip


def _login(name: str) -> Membership | None:
    rows = Membership.objects.filter(user__email=f"{name}@{MAIL_DOMAIN}", organisation__is_fictional=True)
    return rows.select_related("user", "organisation").first()


def _member(user: User, organisation: Organisation) -> User:
    Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": MemberRole.ADMIN})
    return user


class _Play:
    """Takes the steps of a scene one by one, on a clock of its own."""

    def __init__(
        self, scene: Scene, lot: Listing, owner: User, requester: User, organisation: Organisation, now: dt.datetime
    ) -> None:
        self.scene, self.lot, self.owner = scene, lot, owner
        self.requester, self.organisation = requester, organisation
        self.at = now - dt.timedelta(days=scene.days_ago)
        day = (self.at + dt.timedelta(days=2)).date()
        self.meets = (
            dt.datetime.combine(day, dt.time(10), BRUSSELS),
            dt.datetime.combine(day, dt.time(12), BRUSSELS),
        )
        assert lot.quantity is not None, "lots of the demo say how much there is"
        self.quantity = max(Decimal(2), Decimal(round(lot.quantity * Decimal(scene.share))))

    def play(self) -> None:
        self.exchange = services.request_exchange(
            by=self.requester, organisation=self.organisation, listing=self.lot, quantity=self.quantity,
            message=self.scene.ask, at=self.at,
        )  # fmt: skip
        for number, text in enumerate(self.scene.talk):
            self._later()
            by = self.requester if number % 2 else self.owner
            services.send_message(by=by, conversation=self.exchange.conversation, text=text, at=self.at)
        for step in self.scene.steps:
            self._later()
            getattr(self, step)()

    def _later(self) -> None:
        self.at += dt.timedelta(minutes=50)

    def invite(self) -> None:
        """Ask the log-ins' hub in, where the lot lies in its region; somebody there answers."""
        services.invite_hub(by=self.requester, conversation=self.exchange.conversation, at=self.at)
        here = HubStaff.objects.filter(hub__slug=DEMO_HUB, hub__in=self.exchange.hub_ids)
        staff = here.select_related("user").first()
        if staff is not None:
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
        services.propose_times(by=self.owner, exchange=self.exchange, times=[self.meets], at=self.at)

    def confirm(self) -> None:
        (proposed,) = Appointment.objects.filter(leg__exchange=self.exchange, state=AppointmentState.PROPOSED)
        services.confirm_time(by=self.requester, exchange=self.exchange, appointment=proposed, at=self.at)

    def cancel(self) -> None:
        services.cancel(by=self.requester, exchange=self.exchange, reason="De opdracht gaat niet door.", at=self.at)

    def weigh(self) -> None:
        self.at = self.meets[1]
        method, kg = WeightMethod.COUNTED, None
        if self.lot.mass_kg and self.lot.quantity:
            share = self.quantity / self.lot.quantity
            method, kg = WeightMethod.WEIGHED, max(Decimal(1), Decimal(round(Decimal(self.lot.mass_kg) * share)))
        services.state_weight(by=self.owner, exchange=self.exchange, method=method, kg=kg, at=self.at)

    def confirm_weight(self) -> None:
        services.confirm_weight(by=self.requester, exchange=self.exchange, at=self.at)

    def miss(self) -> None:
        self.at = self.meets[1]
        services.report_no_show(by=self.owner, exchange=self.exchange, at=self.at)

    def dispute(self) -> None:
        reason = "Er zat een kwart minder op de vrachtwagen."
        services.dispute(by=self.requester, exchange=self.exchange, reason=reason, at=self.at)

    def lapse(self) -> None:
        self.exchange.refresh_from_db()
        assert self.exchange.deadline_at is not None
        take_due(exchange=self.exchange, at=self.exchange.deadline_at)
