"""An activity in the words of schema.org, for search engines and programs that read pages."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from exchanges.schedule import BRUSSELS
from programme.enums import ActivityKind, ActivityState
from programme.models import Activity

_SCHEMA = "https://schema.org"

Document = dict[str, Any]


def linked_data(activity: Activity) -> Document | None:
    """An Event; None for what not everyone may see. The hub, partner and municipality come along with the activity."""
    if not activity.is_public:
        return None
    address = settings.SITE_URL + activity.get_absolute_url()
    is_off = activity.state == ActivityState.CANCELLED
    made: Document = {
        "@context": _SCHEMA,
        "@type": "EducationEvent" if activity.kind == ActivityKind.TRAINING else "Event",
        "@id": f"{settings.SITE_URL}/agenda/{activity.pk}/",
        "url": address,
        "name": activity.title,
        "startDate": activity.starts_at.astimezone(BRUSSELS).isoformat(timespec="seconds"),
        "endDate": activity.ends_at.astimezone(BRUSSELS).isoformat(timespec="seconds"),
        "eventStatus": f"{_SCHEMA}/{'EventCancelled' if is_off else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}/{_attendance(activity)}EventAttendanceMode",
        "location": _locations(activity),
        "organizer": _organizers(activity),
        "inLanguage": activity.languages,
        "keywords": [str(activity.get_kind_display())],
    }
    if activity.description:
        made["description"] = activity.description
    if activity.signup_link and not is_off:
        # schema.org has sign-ups as an action of whoever signs up.
        made["potentialAction"] = {"@type": "RegisterAction", "target": activity.signup_link}
    return made


def _attendance(activity: Activity) -> str:
    if activity.place and activity.online_link:
        return "Mixed"
    return "Online" if activity.online_link else "Offline"


def _locations(activity: Activity) -> Document | list[Document]:
    """A place, an address online, or both. A point that is only somewhere in the town isn't said to be the place's."""
    found: list[Document] = []
    if activity.place:
        address: Document = {"@type": "PostalAddress", "name": activity.place, "addressCountry": "BE"}
        if activity.municipality:
            address["addressLocality"] = str(activity.municipality)
        place: Document = {"@type": "Place", "name": activity.place, "address": address}
        if activity.location is not None and activity.is_exact:
            latitude, longitude = round(activity.location.y, 5), round(activity.location.x, 5)
            place["geo"] = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
        found.append(place)
    if activity.online_link:
        found.append({"@type": "VirtualLocation", "url": activity.online_link})
    return found[0] if len(found) == 1 else found


def _organizers(activity: Activity) -> Document | list[Document]:
    """The hub, and the partner where there is one."""
    hub = _organization(activity.hub.name, reverse("hub", args=[activity.hub.slug]))
    if activity.partner is None:
        return hub
    return [hub, _organization(activity.partner.name, reverse("organisation", args=[activity.partner.slug]))]


def _organization(name: str, path: str) -> Document:
    return {"@type": "Organization", "name": name, "url": settings.SITE_URL + path}
