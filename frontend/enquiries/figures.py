"""How soon a hub takes questions up, for its own people."""

from typing import Any

from django.utils import timezone

from exchanges.enquiry_schedule import WITHIN_DAYS
from exchanges.models import Enquiry
from geo.models import Hub


def taken_up_words(hub: Hub) -> list[dict[str, Any]]:
    """The share of a year's questions that somebody took up in time; nothing where none was asked."""
    shares = Enquiry.objects.of_hub(hub.pk).taken_up_within(WITHIN_DAYS, timezone.now())
    return [
        {"days": days, "percent": round(100 * taken / asked), "taken": taken, "asked": asked}
        for days, (taken, asked) in shares.items()
        if asked
    ]
