"""What may be asked of a listing, promised of it, and agreed. Each refusal names the field, and says what to do."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from accounts.models import Organisation
from exchanges.enums import AppointmentState, ExchangeState
from exchanges.models import Carrier, Exchange, ExchangeLeg
from exchanges.schedule import BRUSSELS
from listings.balances.free import NotEnoughFree, quantity_of, standing_of, unit_of
from listings.balances.periods import is_stream, last_day_of, period_of, recurs
from listings.capacity.services import open_week
from listings.enums import FoodDate, ListingKind, ListingStatus
from listings.late import TooLate
from listings.models import LARGEST_QUANTITY, WHOLE_LOT, Listing
from materials import figures
from materials.enums import Unit

#: Days from now on that one can agree on.
FURTHEST = dt.timedelta(days=366)
SHORTEST_APPOINTMENT = dt.timedelta(minutes=15)
LONGEST_APPOINTMENT = dt.timedelta(hours=12)
MOST_TIMES = 3
#: Figures behind the comma.
_PLACES = 3


def can_be_asked(listing: Listing, today: dt.date) -> bool:
    """Whether a request for this listing makes sense: it is public, not over, and says how much there is."""
    return not why_not(listing, today)


def can_be_brought_together(listing: Listing, today: dt.date) -> bool:
    """Whether others may bring it together with another listing: then nobody chooses a day, as a stream needs."""
    return not why_not_together(listing, today)


def why_not_together(listing: Listing, today: dt.date) -> str:
    """Why others can't bring it together with another, in words; "" where they can."""
    if is_stream(listing):
        return _("Wat regelmatig terugkomt, vraag je op zijn eigen pagina: één keer, of met een vaste afspraak.")
    return why_not(listing, today)


def check_can_be_asked(listing: Listing, organisation: Organisation, today: dt.date) -> None:
    """Raise TooLate where its owner, or time, closed it; ValidationError for one's own."""
    if listing.organisation_id == organisation.pk:
        raise ValidationError({"listing": _("Dit is een zoekertje van je eigen organisatie.")})
    obstacle = why_not(listing, today)
    if obstacle:
        raise TooLate({"listing": obstacle})


def why_not(listing: Listing, today: dt.date) -> str:
    """Why a listing can't be asked for, in words; "" where it can."""
    if listing.kind == ListingKind.SERVICE and (listing.capacity_per_week is None or not listing.capacity_unit):
        return _("Deze dienst zegt niet hoeveel ze per week aankan: stuur een mail.")
    if listing.status not in (ListingStatus.PUBLISHED, ListingStatus.RESERVED):
        return _("Dit zoekertje is %(status)s: je kunt het niet aanvragen.") % {
            "status": listing.get_status_display().lower()
        }
    if listing.is_over(today):
        return _("De einddatum van dit zoekertje is voorbij.")
    return ""


def fitting(listing: Listing, other: Listing | None, day: dt.date | None = None) -> Decimal:
    """What is free of a listing, or less where the one that it pairs with has or asks less of the same unit. Of a
    stream, in the period of that day.
    """
    day = day or timezone.localdate()
    free = standing_of(listing, period_of(listing, day)).free
    if other is None or other.unit != listing.unit or other.quantity is None or not listing.splittable:
        return free
    return min(free, standing_of(other, period_of(other, day)).free or free)


def asked_period(listing: Listing, period: dt.date, wanted_on: dt.date | None) -> dt.date:
    """The period that a request is about: of a stream the one of the day on which it is wanted, unless it says one.
    Raises ValidationError, by field, where a stream has neither.
    """
    if not is_stream(listing) or period != WHOLE_LOT:
        return period
    if wanted_on is None:
        raise ValidationError({"wanted_on": _("Dit komt regelmatig terug: kies op welke dag je het wilt.")})
    return period_of(listing, wanted_on)


def check_period(listing: Listing, period: dt.date, today: dt.date) -> None:
    """Raise ValidationError for a week in which a service doesn't work, a period of a stream that is over or none of
    its own, and for a week of anything else.
    """
    if is_stream(listing):
        if period != period_of(listing, period) or not period_of(listing, today) <= period <= today + FURTHEST:
            raise ValidationError({"week_start": _("Kies de eerste dag van een periode die nog niet voorbij is.")})
        return
    if listing.kind == ListingKind.SERVICE:
        if period == WHOLE_LOT:
            raise ValidationError({"week_start": _("Kies een week.")})
        open_week(listing, period, today)
    elif period != WHOLE_LOT:
        raise ValidationError({"week_start": _("Alleen van een dienst vraag je een week.")})


def check_quantity(listing: Listing, quantity: Decimal, period: dt.date = WHOLE_LOT) -> None:
    """Raise ValidationError for a quantity that makes no sense, NotEnoughFree for one that isn't free."""
    check_amount(quantity)
    check_whole(listing, quantity)
    standing = standing_of(listing, period)
    if quantity > standing.free or (not standing.splittable and quantity != standing.free):
        raise NotEnoughFree(standing.free, listing)


def check_amount(quantity: Decimal) -> None:
    """Raise ValidationError for a quantity that makes no sense of anything."""
    quantity = Decimal(quantity)
    if not quantity.is_finite() or quantity <= 0:
        raise ValidationError({"quantity": _("De hoeveelheid moet meer dan 0 zijn.")})
    if quantity > LARGEST_QUANTITY:
        raise ValidationError({"quantity": _("Zoveel kan het niet zijn: hoogstens een miljard.")})
    if quantity != round(quantity, _PLACES):
        raise ValidationError({"quantity": _("Geef hoogstens drie cijfers na de komma.")})


def check_whole(listing: Listing, quantity: Decimal) -> None:
    """Raise ValidationError for half a piece, unless its owner counts in halves."""
    if unit_of(listing) == Unit.PIECE and quantity % 1 and not quantity_of(listing) % 1:
        raise ValidationError({"quantity": _("Stuks tel je in gehelen: geef een getal zonder komma.")})


def check_day(listing: Listing, day: dt.date | None, today: dt.date) -> None:
    """Raise ValidationError for a wanted day that is past, far off, or outside the listing's window."""
    if day is None:
        return
    if day < today:
        raise ValidationError({"wanted_on": _("Deze dag is voorbij. Kies er een van vandaag af.")})
    if day > today + FURTHEST:
        raise ValidationError({"wanted_on": _("Kies een dag binnen het jaar.")})
    check_window(listing, day)


def check_day_of(listing: Listing, day: dt.date, today: dt.date) -> None:
    """Raise ValidationError for a day on which what comes back brings nothing, or a service doesn't work."""
    check_day(listing, day, today)
    check_period(listing, period_of(listing, day), today)


def check_in_period(listing: Listing, period: dt.date, day: dt.date | None) -> None:
    """Raise ValidationError for a wanted day outside the period of a stream, or the week of a service."""
    if day is not None and recurs(listing) and period_of(listing, day) != period:
        words = {"first": figures.day_and_month(period), "last": figures.day_and_month(last_day_of(listing, period))}
        raise ValidationError({"wanted_on": _("Kies een dag van %(first)s tot en met %(last)s.") % words})


def check_window(listing: Listing, day: dt.date) -> None:
    """Raise ValidationError for a day outside the listing's window."""
    if listing.available_from and day < listing.available_from:
        words = {"day": figures.long_day(listing.available_from)}
        raise ValidationError({"wanted_on": _("Dit kan pas vanaf %(day)s.") % words})
    if listing.is_over(day):
        assert listing.available_until is not None
        words = {"day": figures.long_day(listing.available_until)}
        raise ValidationError({"wanted_on": _("Dit kan tot en met %(day)s.") % words})


def given_of(exchange: Exchange) -> Listing:
    """The listing of what is given: the one that was asked, or the supply with which somebody answers a demand or that
    a service works on.
    """
    gets = exchange.listing.kind in (ListingKind.DEMAND, ListingKind.SERVICE)
    return exchange.matched if gets and exchange.matched is not None else exchange.listing


def lacks_carrier(exchange: Exchange, leg: ExchangeLeg) -> bool:
    """Whether it is waste that is still to be handed over and of which nobody has said who carries it.

    No query for what is no waste.
    """
    if exchange.state == ExchangeState.HANDED_OVER:
        return False
    return given_of(exchange).is_waste and not Carrier.objects.filter(leg=leg).exists()


def check_has_carrier(exchange: Exchange, leg: ExchangeLeg) -> None:
    """Raise ValidationError for waste that is handed over before somebody has said who carries it."""
    if lacks_carrier(exchange, leg):
        raise ValidationError(
            _("Dit is afval: zeg eerst wie het vervoert, en het nummer van die vervoerder bij OVAM.")
        )


def check_still_safe(listing: Listing, periods: list[TimestamptzRange]) -> None:
    """Raise ValidationError for food that would be handed over after its use-by date: nobody may eat it then."""
    days = [timezone.localdate(period.lower) for period in periods if period.lower is not None]
    if days and (words := unsafe_food_words(listing, max(days))):
        raise ValidationError({"times": words})


def unsafe_food_words(listing: Listing, day: dt.date) -> str:
    """What to do where food would be handed over on a day after its use-by date; "" for all other."""
    if listing.food_date is None or listing.food_date_kind != FoodDate.USE_BY or day <= listing.food_date:
        return ""
    words = {"day": figures.long_day(listing.food_date)}
    return _("De TGT-datum is %(day)s: kies een moment tot en met die dag.") % words


def unknown_time_words(leg: ExchangeLeg) -> str:
    """What to do for whoever chose a time that isn't there."""
    if leg.appointments.filter(state=AppointmentState.PROPOSED).exists():
        return _("Dit moment bestaat niet. Kies er een uit de lijst.")
    return _("Er is nog geen moment voorgesteld. Stel er zelf een of meer voor.")


def check_in_week(exchange: Exchange, periods: list[TimestamptzRange], today: dt.date) -> None:
    """Raise ValidationError for times outside the week in which a service is to work. Where somebody didn't turn up, a
    later one makes up for it; where the week is over, any day does.
    """
    week = _week_of(exchange, today)
    days = [timezone.localdate(period.lower) for period in periods if period.lower is not None]
    if week is not None and any(not week[0] <= day <= week[1] for day in days):
        words = {"first": figures.day_and_month(week[0]), "last": figures.day_and_month(week[1])}
        raise ValidationError(
            {
                "times": _("Deze dienst is gevraagd van %(first)s tot en met %(last)s: kies een moment in die week.")
                % words
            }
        )


def first_day_in_week(exchange: Exchange, today: dt.date) -> dt.date | None:
    """The first day after today in the week in which a service is to work; None where any day does or none is left."""
    week = _week_of(exchange, today)
    if week is None:
        return None
    day = max(week[0], today + dt.timedelta(days=1))
    return day if day <= week[1] else None


def _week_of(exchange: Exchange, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """The first and last day on which a service can be planned; None where any day does."""
    if exchange.listing.kind != ListingKind.SERVICE or exchange.state == ExchangeState.NO_SHOW:
        return None
    last = last_day_of(exchange.listing, exchange.period)
    return (exchange.period, last) if today <= last else None


def late_food_words(listing: Listing, day: dt.date) -> str:
    """What everybody should know of food that is handed over on a day after its best-before date: people may still eat
    it. Empty for all other.
    """
    if listing.food_date is None or listing.food_date_kind != FoodDate.BEST_BEFORE or day <= listing.food_date:
        return ""
    words = {"day": figures.long_day(listing.food_date)}
    return (
        _("De THT-datum is %(day)s, en die is dan voorbij. Het kan nog goed zijn: kijk, ruik en proef eerst.") % words
    )


def moment(day: dt.date, time: dt.time, field: str = "times") -> dt.datetime:
    """A time on our clocks. Raises ValidationError for one that the clock skips, or shows twice."""
    naive = dt.datetime.combine(day, time)
    made = naive.replace(tzinfo=BRUSSELS)
    if made.astimezone(dt.UTC).astimezone(BRUSSELS).replace(tzinfo=None) != naive:
        raise ValidationError({field: _("Dat uur bestaat die nacht niet: de klok gaat vooruit. Kies een ander.")})
    if made.utcoffset() != made.replace(fold=1).utcoffset():
        raise ValidationError({field: _("Dat uur komt die nacht twee keer: de klok gaat terug. Kies een ander.")})
    return made


def checked_times(times: list[tuple[dt.datetime, dt.datetime]], at: dt.datetime) -> list[TimestamptzRange]:
    """Proposed times in order, each once. Raises ValidationError for none, too many, and what can't be."""
    if not times:
        raise ValidationError({"times": _("Stel minstens één moment voor.")})
    if len(times) > MOST_TIMES:
        raise ValidationError({"times": _("Stel hoogstens %(most)d momenten voor.") % {"most": MOST_TIMES}})
    for start, end in times:
        if timezone.is_naive(start) or timezone.is_naive(end):
            raise ValidationError({"times": _("Geef bij elk tijdstip de tijdzone.")})
        if end <= start:
            raise ValidationError({"times": _("Het einde ligt voor het begin. Kies een later einde.")})
        if end - start < SHORTEST_APPOINTMENT:
            raise ValidationError({"times": _("Een afspraak duurt minstens een kwartier.")})
        if end - start > LONGEST_APPOINTMENT:
            raise ValidationError({"times": _("Een afspraak duurt hoogstens twaalf uur.")})
        if start <= at:
            raise ValidationError({"times": _("Dit moment is voorbij. Kies er een dat nog komt.")})
        if start > at + FURTHEST:
            raise ValidationError({"times": _("Kies een moment binnen het jaar.")})
    return [TimestamptzRange(start, end) for start, end in sorted(set(times))]
