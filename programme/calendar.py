"""An activity as calendars read it (RFC 5545): the same UID each time, and a number that rises with every change."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Event

from exchanges.calendar import calendar_file
from exchanges.schedule import BRUSSELS
from programme.enums import ActivityState
from programme.models import Activity


def calendar_of(activity: Activity) -> bytes:
    """One that is cancelled takes itself out of the calendar in which it was."""
    is_off = activity.state == ActivityState.CANCELLED
    return calendar_file([_event_of(activity, is_off=is_off)], method="CANCEL" if is_off else "PUBLISH")


def _event_of(activity: Activity, *, is_off: bool) -> Event:
    link = f"{settings.SITE_URL}{activity.get_absolute_url()}"
    event = Event()
    event.add("uid", f"activity-{activity.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", activity.version)
    event.add("dtstamp", activity.updated_at)
    event.add("dtstart", activity.starts_at.astimezone(BRUSSELS))
    event.add("dtend", activity.ends_at.astimezone(BRUSSELS))
    event.add("summary", activity.title)
    event.add("description", "\n\n".join(filter(None, _lines(activity, link))))
    event.add("location", " · ".join(filter(None, [activity.place, activity.online_link])))
    if activity.location is not None and activity.is_exact:
        event.add("geo", (round(activity.location.y, 6), round(activity.location.x, 6)))
    event.add("url", link)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event


def _lines(activity: Activity, link: str) -> list[str]:
    """What it is and where it is told. Not every calendar shows the URL of an event."""
    off = _("Geannuleerd: %(reason)s") % {"reason": activity.cancel_reason} if activity.cancel_reason else ""
    return [off, activity.description, link]
