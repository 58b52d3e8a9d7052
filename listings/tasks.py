"""What is done for listings outside the request. Each task takes primary keys and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from listings.rederive import place_listings_anew
from listings.services import expire_listings as expire_until


@shared_task(time_limit=1800)
def place_anew(changed_id: int | None = None) -> int:
    """Find every listing's municipality and hubs anew; returns how many moved.

    Runs when regions or border policies change (`changed_id` is the hub's or region's), and each night: what a broker
    that was away missed is done then.
    """
    return place_listings_anew()


@shared_task(time_limit=600)
def expire_listings() -> int:
    """Mark what ended before today."""
    return expire_until(today=timezone.localdate())
