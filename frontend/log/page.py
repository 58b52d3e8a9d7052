"""Events in words: what happened, by whom, when and from where. Also says which of that each reader may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import HubStaff, Organisation, User
from accounts.verbs import AccountVerb
from geo.verbs import GeoVerb
from journal.enums import Source
from journal.models import Event
from journal.verbs import LetterVerb
from listings.models import Listing
from listings.verbs import ListingVerb
from matching.verbs import MatchingVerb
from materials.verbs import MaterialVerb

#: Every verb, with its words.
VERBS: dict[str, Any] = {
    verb.value: verb.label
    for room in (LetterVerb, AccountVerb, GeoVerb, MaterialVerb, ListingVerb, MatchingVerb)
    for verb in room
}
#: What a log can be narrowed to: the first words of verbs.
SUBJECTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "listings": (gettext_lazy("Zoekertjes en foto's"), ("listing", "photo", "match")),
    "weeks": (gettext_lazy("Weken van diensten"), ("booking",)),
    "imports": (gettext_lazy("Ingelezen lijsten"), ("import",)),
    "people": (gettext_lazy("Mensen en rollen"), ("member", "staff", "invitation")),
    "organisation": (gettext_lazy("Organisatie, vestigingen en partners"), ("organisation", "site", "partner")),
    "hub": (gettext_lazy("Hub, regio's, gewichten en plannen"), ("hub", "region", "weights", "plan")),
}


@dataclass(frozen=True)
class Line:
    """One event. `changes` are rows of (what, before, after); `before` and `after` are empty where nobody may know."""

    event: Event
    what: str
    title: str
    listing_id: int | None
    who: str
    source: str
    changes: list[tuple[str, str, str]]


def verbs_about(subject: str) -> list[str]:
    """The verbs behind a choice of SUBJECTS; all verbs for anything else."""
    if subject not in SUBJECTS:
        return list(VERBS)
    _label, first_words = SUBJECTS[subject]
    return [verb for verb in VERBS if verb.split(".")[0] in first_words]


def lines_for_organisation(events: Iterable[Event], reader: User) -> list[Line]:
    """Lines for an organisation's admin, with all recorded values. Members are named, others aren't."""
    events = list(events)
    users = _users(events)
    ours = {event.organisation_id for event in events}
    members = set(User.objects.filter(memberships__organisation__in=ours).values_list("pk", flat=True))
    elsewhere = _("iemand van buiten de organisatie")

    def who(event: Event) -> str:
        return _name(event, users, members, elsewhere)

    return _lines(events, reader, who, with_values=lambda _event: True)


def lines_for_hub(events: Iterable[Event], hub_id: int, reader: User) -> list[Line]:
    """Lines for a hub's manager. They name its own staff, and only say which fields organisations changed."""
    events = list(events)
    users = _users(events)
    staff = set(HubStaff.objects.filter(hub=hub_id).values_list("user_id", flat=True))
    organisations = dict(
        Organisation.objects.filter(pk__in={event.organisation_id for event in events}).values_list("pk", "name")
    )

    def who(event: Event) -> str:
        return _name(event, users, staff, organisations.get(event.organisation_id or 0) or _("iemand anders"))

    return _lines(events, reader, who, with_values=lambda event: event.organisation_id is None)


def _users(events: list[Event]) -> dict[int, User]:
    return User.objects.in_bulk({event.by_id for event in events if event.by_id is not None})


def _name(event: Event, users: dict[int, User], known: set[int], else_name: str) -> str:
    if event.by_id is None:
        return _("Werkstof zelf")
    if event.by_id not in users:
        return _("een account dat verwijderd is")
    return str(users[event.by_id]) if event.by_id in known else else_name


def _lines(
    events: list[Event],
    reader: User,
    who: Callable[[Event], str],
    with_values: Callable[[Event], bool],
) -> list[Line]:
    kind = Listing._meta.label_lower
    ids = {event.subject_id for event in events if event.subject_kind == kind and event.subject_id is not None}
    listings = {row.pk: row for row in Listing.objects.visible_to(reader).filter(pk__in=ids)}
    lines = []
    for event in events:
        listing = listings.get(event.subject_id or 0) if event.subject_kind == kind else None
        lines.append(
            Line(
                event=event,
                what=str(VERBS.get(event.verb, event.verb)),
                title=str(listing) if listing else "",
                listing_id=listing.pk if listing else None,
                who=who(event),
                source=str(Source(event.source).label),
                changes=[_change(event, name, value, with_values(event)) for name, value in event.changes.items()],
            )
        )
    return lines


def _change(event: Event, name: str, value: Any, with_value: bool) -> tuple[str, str, str]:
    label = _label(event.subject_kind, name)
    if value is None or not with_value:
        return label, "", ""
    if isinstance(value, list) and len(value) == 2:
        return label, _shown(value[0]), _shown(value[1])
    return label, "", _shown(value)


def _label(subject_kind: str, name: str) -> str:
    """The label that forms give the field, or else the field's own name."""
    try:
        field = apps.get_model(subject_kind)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return name.replace("_", " ")
    return str(field.verbose_name) if isinstance(field, models.Field) else name.replace("_", " ")


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return _("leeg")
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    return str(localize(value))
