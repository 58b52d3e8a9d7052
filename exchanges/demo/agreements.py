"""What the demo shows of standing agreements: one that runs for a while, and one that waits for its answer."""

import datetime as dt
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import Membership, Organisation, User
from exchanges import services
from exchanges.agreements.checks import Terms
from exchanges.agreements.sweep import take_due_agreement
from exchanges.demo.play import member_of
from exchanges.enums import Side, WeightMethod
from exchanges.models import Exchange, StandingAgreement
from exchanges.schedule import BRUSSELS, confirmed
from geo.models import Hub
from listings.enums import DeclaredStatus, ListingKind, ListingStatus, Recurrence
from listings.models import Listing

#: The one that runs was agreed on so long ago, and brought something each week since.
_AGREED_DAYS_AGO, _ASKED_DAYS_AGO = 12, 2
#: What has fewer doesn't go in parts.
_FEWEST = 8
#: For as long at least a stream goes on.
_LAST_DAYS = 60


def make_demo_agreements(*, drawn: QuerySet[Organisation], today: dt.date) -> None:
    """Agreements of the log-ins about what drawn organisations have each week, near the log-ins' hub where there is
    some; as many as there are such streams.
    """
    now = dt.datetime.combine(today, dt.time(12), BRUSSELS)
    streams = _streams(drawn, today)
    for (login, play), stream in zip((("koper", _play_running), ("maatwerk", _play_asked)), streams, strict=False):
        asker = Membership.objects.filter(
            user__email=f"{login}@{MAIL_DOMAIN}", organisation__is_fictional=True
        ).select_related("user", "organisation").first()  # fmt: skip
        if asker is not None:
            play(asker, stream, now)


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
    near = list(rows.in_hub(hub.pk)[:2])
    return [*near, *(one for one in rows[:4] if one not in near)][:2]


def _play_running(asker: Membership, stream: Listing, now: dt.datetime) -> None:
    """What was brought is weighed and confirmed; one of what comes is skipped."""
    agreed = now - dt.timedelta(days=_AGREED_DAYS_AGO)
    owner = _owner(stream)
    made = services.ask_agreement(
        by=asker.user, organisation=asker.organisation, listing=stream, terms=_terms(stream, agreed, at_nine=True),
        remark="We halen dit elke week op met onze eigen bakken.", at=agreed - dt.timedelta(hours=3),
    )  # fmt: skip
    services.accept_agreement(by=owner, agreement=made, at=agreed)
    _bring(made, owner, asker.user, now)
    made.refresh_from_db()
    while made.due_at is not None and made.due_at <= now:
        take_due_agreement(agreement=made, at=now)
        made.refresh_from_db()
    coming = list(made.deliveries.coming((now + dt.timedelta(days=4)).date()))
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


def _owner(stream: Listing) -> User:
    name = "Griet Van Acker"
    user, _made = User.objects.get_or_create(email=f"griet@{MAIL_DOMAIN}", defaults={"name": name})
    return member_of(user, stream.organisation)


def _terms(stream: Listing, since: dt.datetime, *, at_nine: bool) -> Terms:
    assert stream.quantity is not None, "streams of the demo say how much there is"
    part = max(Decimal(2), Decimal(round(stream.quantity / 4)))
    hours = (dt.time(9), dt.time(10)) if at_nine else (None, None)
    first = since.date() + dt.timedelta(days=2)
    return Terms(
        quantity=part, starts_on=first, from_time=hours[0], to_time=hours[1], place="Aan de laadkade, bel even aan."
    )


def _bring(made: StandingAgreement, owner: User, taker: User, now: dt.datetime) -> None:
    for exchange in Exchange.objects.filter(delivery__agreement=made).order_by("pk"):
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
