"""Giving a person a secret address for their calendar, and taking it away."""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from exchanges.models import CalendarFeed
from exchanges.verbs import ExchangeVerb
from journal.events import record

_BYTES = 32


@transaction.atomic
def renew_calendar_feed(*, by: User) -> CalendarFeed:
    """Make a new address for the person's appointments; one from before stops at once."""
    given = {"token": secrets.token_urlsafe(_BYTES), "made_at": timezone.now()}
    feed, _made = CalendarFeed.objects.update_or_create(user=by, defaults=given)
    record(ExchangeVerb.FEED_RENEWED, feed, by=by)
    return feed


@transaction.atomic
def stop_calendar_feed(*, by: User) -> None:
    """Take the address away; nothing happens where there is none."""
    feed = CalendarFeed.objects.filter(user=by).first()
    if feed is not None:
        record(ExchangeVerb.FEED_STOPPED, feed, by=by)
        feed.delete()
