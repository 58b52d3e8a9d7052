"""What the demo shows of standing agreements: one that runs for a while, one that waits for its answer, one for which
its owner offered something else, and one for the weeks of a service.
"""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import Membership, Organisation, User
from exchanges import services
from exchanges.agreements.sweep import take_due_agreement
from exchanges.agreements.terms import Terms
from exchanges.demo.play import member_of
from exchanges.enums import Side, WeightMethod
from exchanges.models import Exchange, StandingAgreement
from exchanges.schedule import BRUSSELS, confirmed
from geo.models import Hub
from listings.capacity.weeks import free_capacity
from listings.enums import DeclaredStatus, ListingKind, ListingStatus, Recurrence, ServiceKind
from listings.models import Listing

#: The one that runs was agreed on so long ago, and brought something each week since.
_AGREED_DAYS_AGO, _ASKED_DAYS_AGO = 12, 2
#: What has fewer doesn't go in parts.
_FEWEST = 8
#: For as long at least a stream goes on.
_LAST_DAYS = 60
#: Services that are looked at, and their weeks that should be free.
_TRIED, _WEEKS_FREE = 20, 6


def make_demo_agreements(*, drawn: QuerySet[Organisation], today: dt.date) -> None:
    """Agreements of the log-ins about what drawn organisations have each week, near the log-ins' hub where there is
    some; as many as there are such streams. One more with a service, where one has room.
    """
    now = dt.datetime.combine(today, dt.time(12), BRUSSELS)
    streams = _streams(drawn, today)
    plays = (("koper", _play_running), ("maatwerk", _play_asked), ("bedrijf", _play_countered))
    for (login, play), stream in zip(plays, streams, strict=False):
        asker = _asker(login)
        if asker is not None:
            play(asker, stream, now)
    service, asker = _roomy_service(drawn, today), _asker("koper")
    if service is not None and asker is not None:
        _play_service(asker, service, now)


def _asker(login: str) -> Membership | None:
    rows = Membership.objects.filter(user__email=f"{login}@{MAIL_DOMAIN}", organisation__is_fictional=True)
    return rows.select_related("user", "organisation").first()


def _streams(drawn: QuerySet[Organisation], today: dt.date) -> list[Listing]:
    hub = Hub.objects.get(slug=DEMO_HUB)
    lasts = Q(available_until=None) | Q(available_until__gt=today + dt.timedelta(days=_LAST_DAYS))
    rows = Listing.objects.filter(
        lasts, organisation__in=drawn, kind=ListingKind.SUPPLY, status=ListingStatus.PUBLISHED, splittable=True,
        recurrence=Recurrence.WEEKLY, quantity__gte=_FEWEST, taken_quantity=0,
        available_from__lte=today - dt.timedelta(days=_AGREED_DAYS_AGO),
    )  # fmt: skip
    # Of waste somebody says first who carries it.
    rows = rows.exclude(declared_status=DeclaredStatus.WASTE).select_related("organisation", "material").order_by("pk")
    near = list(rows.in_hub(hub.pk)[:3])
    return [*near, *(one for one in rows[:6] if one not in near)][:3]


def _roomy_service(drawn: QuerySet[Organisation], today: dt.date) -> Listing | None:
    """One that washes or sorts and has all of its coming weeks free, near the log-ins' hub where there is one."""
    lasts = Q(available_until=None) | Q(available_until__gt=today + dt.timedelta(days=_LAST_DAYS))
    rows = Listing.objects.filter(
        lasts, organisation__in=drawn, kind=ListingKind.SERVICE, status=ListingStatus.PUBLISHED,
        capacity_per_week__gte=_FEWEST, service_kinds__overlap=[ServiceKind.WASHING, ServiceKind.SORTING],
    ).exclude(capacity_unit="").select_related("organisation").order_by("pk")  # fmt: skip
    hub = Hub.objects.get(slug=DEMO_HUB)
    tried: list[Listing] = [*rows.in_hub(hub.pk)[:_TRIED], *rows[:_TRIED]]
    for service in tried:
        weeks = free_capacity([service.pk], today, _WEEKS_FREE)[service.pk]
        if all(week.is_open and not week.booked for week in weeks):
            return service
    return None


def _play_service(asker: Membership, service: Listing, now: dt.datetime) -> None:
    assert service.capacity_per_week is not None, "it was chosen for what it takes"
    part = max(Decimal(2), Decimal(round(service.capacity_per_week / 8)))
    terms = Terms(
        quantity=part, starts_on=timezone.localdate(now) + dt.timedelta(days=8), from_time=dt.time(10),
        to_time=dt.time(11), place="We brengen het zelf, aan de zijpoort.",
    )  # fmt: skip
    made = services.ask_agreement(
        by=asker.user, organisation=asker.organisation, listing=service, terms=terms,
        remark="Elke week ongeveer evenveel.", at=now - dt.timedelta(days=_ASKED_DAYS_AGO),
    )  # fmt: skip
    services.accept_agreement(by=_owner(service), agreement=made, at=now - dt.timedelta(hours=20))


def _play_running(asker: Membership, stream: Listing, now: dt.datetime) -> None:
    """What was brought is weighed and confirmed; one of what comes is skipped."""
    agreed = now - dt.timedelta(days=_AGREED_DAYS_AGO)
    owner = _owner(stream)
    made = services.ask_agreement(
        by=asker.user, organisation=asker.organisation, listing=stream, terms=_terms(stream, agreed, at_nine=True),
        remark="We halen dit elke week op met onze eigen bakken.", at=agreed - dt.timedelta(hours=3),
    )  # fmt: skip
    services.accept_agreement(by=owner, agreement=made, at=agreed)
    _write(made, owner, "Mogen de bakken een nacht blijven staan?", agreed + dt.timedelta(hours=1))
    _write(made, asker.user, "Ja, graag onder het afdak.", agreed + dt.timedelta(hours=2))
    _bring(made, owner, asker.user, now)
    made.refresh_from_db()
    while made.due_at is not None and made.due_at <= now:
        take_due_agreement(agreement=made, at=now)
        made.refresh_from_db()
    coming = list(made.deliveries.coming(timezone.localdate(now + dt.timedelta(days=4))))
    if coming:
        services.skip_delivery(
            by=owner, agreement=made, due_on=coming[0].due_on, reason="Die dag zijn we gesloten.",
            at=now - dt.timedelta(hours=2),
        )  # fmt: skip


def _play_asked(asker: Membership, stream: Listing, now: dt.datetime) -> None:
    _owner(stream)
    services.ask_agreement(
        by=asker.user, organisation=asker.organisation, listing=stream, terms=_terms(stream, now, at_nine=False),
        remark="Onze ploeg kan hier elke week mee verder.", at=now - dt.timedelta(days=_ASKED_DAYS_AGO),
    )  # fmt: skip


def _play_countered(asker: Membership, stream: Listing, now: dt.datetime) -> None:
    asked, at = _terms(stream, now, at_nine=False), now - dt.timedelta(days=_ASKED_DAYS_AGO)
    made = services.ask_agreement(
        by=asker.user, organisation=asker.organisation, listing=stream, terms=asked,
        remark="Liefst elke week, we hebben er plaats voor.", at=at,
    )  # fmt: skip
    services.counter_agreement(
        by=_owner(stream), agreement=made, terms=replace(asked, every=2, from_time=dt.time(13), to_time=dt.time(14)),
        reason="Elke week lukt ons niet, om de twee weken wel.", at=at + dt.timedelta(hours=20),
    )  # fmt: skip


def _owner(stream: Listing) -> User:
    name = "Griet Van Acker"
    user, _made = User.objects.get_or_create(email=f"griet@{MAIL_DOMAIN}", defaults={"name": name})
    return member_of(user, stream.organisation)


def _terms(stream: Listing, since: dt.datetime, *, at_nine: bool) -> Terms:
    assert stream.quantity is not None, "streams of the demo say how much there is"
    part = max(Decimal(2), Decimal(round(stream.quantity / 4)))
    hours = (dt.time(9), dt.time(10)) if at_nine else (None, None)
    first = timezone.localdate(since) + dt.timedelta(days=2)
    return Terms(
        quantity=part, starts_on=first, from_time=hours[0], to_time=hours[1], place="Aan de laadkade, bel even aan."
    )


def _write(made: StandingAgreement, by: User, text: str, at: dt.datetime) -> None:
    side = Side.REQUESTER if by.memberships.filter(organisation=made.requester).exists() else Side.OWNER
    services.send_message(by=by, side=side, conversation=made.conversation, text=text, at=at)


def _bring(made: StandingAgreement, owner: User, taker: User, now: dt.datetime) -> None:
    for exchange in Exchange.objects.filter(agreement=made).order_by("pk"):
        leg = exchange.legs.get()
        appointment = confirmed(leg)
        if appointment is None or appointment.period.upper >= now - dt.timedelta(hours=6):
            continue
        at, kg = appointment.period.upper, None
        listing = made.listing
        if listing.mass_kg and listing.quantity:
            kg = max(Decimal(1), Decimal(round(Decimal(listing.mass_kg) * leg.quantity / listing.quantity)))
        method = WeightMethod.COUNTED if kg is None else WeightMethod.WEIGHED
        services.state_weight(by=owner, side=Side.OWNER, exchange=exchange, method=method, kg=kg, at=at)
        services.confirm_weight(
            by=taker, side=Side.REQUESTER, exchange=exchange, at=at + dt.timedelta(hours=1)
        )  # fmt: skip
