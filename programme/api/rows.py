"""Activities as the API writes them; the row's type is also its shape in the OpenAPI document."""

import datetime as dt
from typing import Annotated, TypedDict

from django.conf import settings

from geo.api.openapi import about
from programme.enums import PUBLIC, ActivityKind
from programme.models import Activity


class PartnerRow(TypedDict):
    slug: str
    name: str


class ActivityRow(TypedDict):
    id: int
    hub: Annotated[str, about("Its slug, as in /api/v1/hubs/.")]
    kind: Annotated[str, {"enum": ActivityKind.values}]
    title: str
    description: str
    languages: Annotated[
        list[str],
        about("What is spoken there.")
        | {"items": {"type": "string", "enum": [code for code, _name in settings.LANGUAGES]}},
    ]
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: Annotated[str, {"enum": [state.value for state in PUBLIC]}]
    cancel_reason: Annotated[str, about("Why it doesn't take place; empty where it does.")]
    place: Annotated[str, about("As people write it; empty for what is online only.")]
    municipality: str | None
    lat: float | None
    lon: float | None
    is_exact: Annotated[bool, about("Whether the point is that of the house; else it is somewhere in the town.")]
    online_link: Annotated[str, about("Where one joins online; empty for what is only at a place.")]
    partner: Annotated[PartnerRow | None, about("Who organises it together with the hub.")]
    signup_link: Annotated[str, about("Where one signs up; empty where nobody has to.")]
    page: Annotated[str, about("Where people read it.")]
    version: Annotated[int, about("Counts every change.")]
    updated_at: dt.datetime


def activity_row(activity: Activity) -> ActivityRow:
    """Of one that was fetched by for_rows()."""
    point = activity.location
    return {
        "id": activity.pk,
        "hub": activity.hub.slug,
        "kind": activity.kind,
        "title": activity.title,
        "description": activity.description,
        "languages": activity.languages,
        "starts_at": activity.starts_at,
        "ends_at": activity.ends_at,
        "state": activity.state,
        "cancel_reason": activity.cancel_reason,
        "place": activity.place,
        "municipality": activity.municipality.name if activity.municipality else None,
        "lat": round(point.y, 6) if point else None,
        "lon": round(point.x, 6) if point else None,
        "is_exact": activity.is_exact,
        "online_link": activity.online_link,
        "partner": {"slug": activity.partner.slug, "name": activity.partner.name} if activity.partner else None,
        "signup_link": activity.signup_link,
        "page": f"{settings.SITE_URL}{activity.get_absolute_url()}",
        "version": activity.version,
        "updated_at": activity.updated_at,
    }
