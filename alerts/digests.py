"""Due alerts become letters: one for each person, with all that is due for them, and each listing once.

A letter and the note that its alerts are sent are of one transaction, so that nothing is told twice or forgotten.
Some people at a time: however many there are, the run needs no more memory. Where that fails each has their own turn,
and what can't be told is set aside (`journal.one_by_one`): it stops nothing else.
"""

import datetime as dt
import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from alerts.models import Alert
from alerts.names import Asked, asked_by_words, name_in_words
from alerts.querysets import AlertQuerySet, Reason
from alerts.schedule import is_quiet
from alerts.stopping import Stop
from alerts.watching import fits
from journal.letters import Addressed, write_letters
from journal.one_by_one import forget_settled, not_set_aside, set_aside, take_back_all
from listings.enums import ListingKind, PriceKind
from listings.models import Listing
from listings.owners import know_owners
from materials import figures

logger = logging.getLogger(__name__)

TEMPLATE = "alerts"
#: How operators read of what failed.
SWEEP = "alerts"
#: People in one transaction, at most, found by so many of the first due alerts: fewer people where some have many.
PEOPLE_AT_ONCE, ALERTS_AT_ONCE = 200, 1_000
#: Listings that a letter names of each search or own listing; of more it says how many.
MOST_NAMED = 10


def send_due(*, at: dt.datetime) -> int:
    """Deal with the alerts due for up to PEOPLE_AT_ONCE people, one letter for each who is active and has something
    left to hear of.

    Returns how many people were dealt with, with or without a letter, those of whom something was set aside too; 0 at
    night. Call it again until it returns 0.
    """
    if is_quiet(at):
        return 0
    forget_settled(SWEEP, at)
    first = _due(at).order_by("due_at", "person").values_list("person", flat=True)[:ALERTS_AT_ONCE]
    ids = list(dict.fromkeys(first))[:PEOPLE_AT_ONCE]
    try:
        return _send(ids, at)
    except Exception:
        logger.warning("Letters to %d people at once failed: each is tried alone", len(ids), exc_info=True)
        return sum(_send_alone(person_id, at) for person_id in ids)


def _due(at: dt.datetime) -> AlertQuerySet:
    return not_set_aside(SWEEP, Alert.objects.due(at), at)


@transaction.atomic
def _send(ids: Collection[int], at: dt.datetime) -> int:
    """Write to these people; returns to how many. Two workers at once never write to the same person: whom another has
    locked is passed by.
    """
    people = User.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True, no_key=True).in_bulk()
    # What comes in from here on is told next time.
    due = set(_due(at).filter(person__in=people).values_list("pk", flat=True))
    current = Alert.objects.among(due).current(at)
    counts, told = current.counts_by_reason(), set(current.values_list("pk", flat=True))
    named = defaultdict(list)
    for alert in current.first_of_each_reason(MOST_NAMED).for_letters():
        if fits_still(alert):
            named[alert.person_id].append(alert)
        else:
            counts[alert.reason] -= 1
            told.discard(alert.pk)
    asked = _asked([one for found in named.values() for one in found])
    write_letters(
        TEMPLATE,
        [
            _letter(people[person_id], alerts, counts, asked)
            for person_id, alerts in named.items()
            if people[person_id].is_active
        ],
    )
    take_back_all(SWEEP, Alert.objects.among(due))
    Alert.objects.among(told).update(sent_at=at)
    # Of what is gone, or fits no longer, nobody was told: should it come back, it is news.
    Alert.objects.among(due - told).delete()
    return len(people)


def _send_alone(person_id: int, at: dt.datetime) -> int:
    """The same for one person. What no letter can tell is set aside, and the next call tells the rest; all of it where
    the letter fails as a whole.
    """
    try:
        return _send([person_id], at)
    except Exception as error:
        due = set(_due(at).filter(person=person_id).values_list("pk", flat=True))
        named = Alert.objects.among(due).current(at).first_of_each_reason(MOST_NAMED).for_letters()
        failed = {alert: why for alert in named if (why := _why_not(alert)) is not None}
        failed = failed or dict.fromkeys(Alert.objects.among(due), error)
        if not failed:
            raise
        for alert, why in failed.items():
            set_aside(SWEEP, alert, why, at)
        return 1


def _why_not(alert: Alert) -> Exception | None:
    """Why no letter can tell of an alert; None where one can."""
    try:
        with transaction.atomic():
            if fits_still(alert) and alert.person.is_active:
                _letter(alert.person, [alert], Counter([alert.reason]), _asked([alert]))
    except Exception as error:
        return error
    return None


def _asked(alerts: Iterable[Alert]) -> Mapping[int | None, Asked]:
    return asked_by_words({one.search for one in alerts if one.search is not None})


def fits_still(alert: Alert) -> bool:
    """Whether a listing that changed since its alert was noted is still what somebody wants to hear of."""
    if alert.search is None or alert.listing.updated_at <= alert.created_at:
        return True
    return fits(alert.search, alert.listing)


def _letter(
    person: User, alerts: Sequence[Alert], counts: Counter[Reason], asked: Mapping[int | None, Asked]
) -> Addressed:
    know_owners([one.listing for one in alerts], person)
    searches = sorted({one.search_id for one in alerts if one.search_id is not None})
    stop = Stop(person.pk, tuple(searches), matches=any(one.own_id is not None for one in alerts))
    with translation.override(person.language):
        data = {
            "count": sum(counts[reason] for reason in {one.reason for one in alerts}),
            "first": alerts[0].listing.heading,
            "lists": _lists(alerts, counts, asked),
            "link": _link(alerts),
        }
    return Addressed(
        person.email, person.language, data, stop_link=stop.link,
        dedup_key=f"{TEMPLATE}-{person.pk}-{max(one.pk for one in alerts)}",
    )  # fmt: skip


def _link(alerts: Sequence[Alert]) -> str:
    """The one thing to do: open the listing, or where there are several, see what they are of."""
    path = alerts[0].listing.get_absolute_url() if len(alerts) == 1 else reverse("alerts")
    return f"{settings.SITE_URL}{path}"


def _lists(
    alerts: Iterable[Alert], counts: Counter[Reason], asked: Mapping[int | None, Asked]
) -> list[dict[str, Any]]:
    """What is new, by why somebody hears of it."""
    by_reason: dict[Reason, list[Alert]] = defaultdict(list)
    for alert in alerts:
        by_reason[alert.reason].append(alert)
    lists = []
    for reason, found in by_reason.items():
        more = counts[reason] - len(found)
        lists.append(
            {
                "heading": _heading(found[0], asked),
                "items": [_item(alert.listing) for alert in found],
                "more": ngettext("en nog %(count)d", "en nog %(count)d", more) % {"count": more} if more > 0 else "",
            }
        )
    return lists


def _heading(alert: Alert, asked: Mapping[int | None, Asked]) -> str:
    if alert.own is not None:
        return _("Past bij jouw zoekertje “%(listing)s”") % {"listing": alert.own.heading}
    return name_in_words(alert.search, asked.get(alert.search.pk)) if alert.search is not None else _("Nieuw")


def _item(listing: Listing) -> dict[str, str]:
    place = str(listing.municipality) if listing.municipality is not None else ""
    parts = [
        str(listing.get_kind_display()),
        _amount(listing),
        _price(listing),
        place,
        listing.shown_organisation.name,
    ]
    return {
        "title": listing.heading,
        "line": " · ".join(filter(None, parts)),
        "link": f"{settings.SITE_URL}{listing.get_absolute_url()}",
    }


def _amount(listing: Listing) -> str:
    if listing.kind == ListingKind.SERVICE or listing.free_quantity is None:
        return ""
    return figures.stored_amount(listing.free_quantity, listing.unit)


def _price(listing: Listing) -> str:
    if listing.price_kind == PriceKind.FIXED and listing.price_eur is not None:
        return figures.euro(listing.price_eur)
    return str(listing.get_price_kind_display()).lower() if listing.price_kind == PriceKind.FREE else ""
