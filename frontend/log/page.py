"""Events in words: what happened, by whom, when and from where. Also says which of that each reader may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import HubStaff, Membership, User
from frontend.components import figures
from frontend.log.fields import UNIT_OF, field_of, in_words, is_place, label
from frontend.log.names import BY_HUB, Names
from frontend.log.sentences import is_said, mentions, sentence
from journal.enums import Source
from journal.models import Event

#: Verbs of which a hub's managers may know all that is kept: its staff may see and do these themselves.
_OPEN_TO_HUB = ("booking.", "partner.")
#: Verbs that take something away: what it was is all that there is to say.
_TAKES_AWAY = (".removed", ".deleted")


@dataclass(frozen=True)
class Row:
    """A change: the field's label, and its value in words. `before` is empty where there was nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One event. `notes` stand after the moment: by whom, of which organisation, from where."""

    event: Event
    sentence: SafeString
    notes: list[str]
    rows: list[Row]


def lines_for_organisation(events: Iterable[Event], reader: User) -> list[Line]:
    """Lines for an organisation's admin, with all recorded values. Members are named, others aren't."""
    events = list(events)
    ours = {event.organisation_id for event in events}
    members = set(User.objects.filter(memberships__organisation__in=ours).values_list("pk", flat=True))
    names = Names(events, reader, members)
    elsewhere = _("iemand van buiten de organisatie")
    return [_line(event, names, names.maker(event, elsewhere), hub_id=None) for event in events]


def lines_for_hub(events: Iterable[Event], hub_id: int, reader: User) -> list[Line]:
    """Lines for a hub's manager. They name its own staff, and only say which fields organisations changed."""
    events = list(events)
    staff = set(HubStaff.objects.filter(hub=hub_id).values_list("user_id", flat=True))
    names = Names(events, reader, staff)
    makers = {event.by_id for event in events} - staff
    members = set(Membership.objects.filter(user__in=makers).values_list("organisation_id", "user_id"))

    def who(event: Event) -> str:
        of_organisation = (event.organisation_id, event.by_id) in members
        return names.maker(event, names.organisation_of(event) if of_organisation else _("iemand anders"))

    return [_line(event, names, who(event), hub_id) for event in events]


def _line(event: Event, names: Names, who: str, hub_id: int | None) -> Line:
    """`hub_id` is the hub whose log it is; None for an organisation's own."""
    of_organisation = hub_id is not None and event.organisation_id is not None
    notes: list[str] = []
    if event.by_id is not None and not mentions(event, "who"):
        notes.append(format_html(_("door {who}"), who=who))
    if of_organisation and not mentions(event, "organisation"):
        organisation = names.organisation_of(event)
        notes += [organisation] if organisation != who else []
    with_values = not of_organisation or event.verb.startswith(_OPEN_TO_HUB)
    return Line(
        event=event,
        sentence=sentence(event, names, who, for_hub=of_organisation),
        notes=[*notes, str(Source(event.source).label)],
        rows=list(_rows(event, names, hub_id) if with_values else _rows_without_values(event, names, hub_id)),
    )


def _rows(event: Event, names: Names, hub_id: int | None) -> Iterator[Row]:
    """What changed, with values. Nothing is said of what stayed the same, was nought, or is in the sentence."""
    for name, value in _in_order(event):
        if value is None and event.verb.startswith("import."):
            # A file that wasn't checked yet: how many rows it has isn't secret, but unknown.
            continue
        before, after = _sides(event, names, name, value)
        if value is None or (before and after and is_place(event.subject_kind, name)):
            after = _("ingevuld") if event.verb.endswith(".created") else _("gewijzigd")
            yield Row(label(event.subject_kind, name), "", after)
        elif is_place(event.subject_kind, name):
            continue
        elif before != after:
            yield Row(label(event.subject_kind, name), before, after)


def _rows_without_values(event: Event, names: Names, hub_id: int | None) -> Iterator[Row]:
    """Which fields an organisation changed; of its import, the listings that this hub shows."""
    for name in BY_HUB:
        count, first = event.changes.get(name, {}).get(str(hub_id), (0, []))
        if count:
            yield Row(label(event.subject_kind, name), "", _listed(names, count, first))
    if event.verb.startswith("import."):
        return
    changed = [label(event.subject_kind, name) for name, _value in _in_order(event)]
    if changed:
        yield Row(_("gewijzigd"), "", ", ".join(changed))


def _listed(names: Names, count: int, first: list[int]) -> SafeString:
    """ "Planken, Balken en 12 andere"."""
    named = format_html_join(", ", "{}", ([names.listing(pk)] for pk in first))
    left = count - len(first)
    return format_html(_("{named} en {count} andere"), named=named, count=figures.number(left)) if left else named


def _in_order(event: Event) -> list[tuple[str, Any]]:
    """The changes that a row may tell, as forms order them."""

    def place(change: tuple[str, Any]) -> int:
        field = field_of(event.subject_kind, change[0])
        return field.creation_counter if field is not None else 0

    units = {UNIT_OF[name] for name in event.changes if name in UNIT_OF}
    told = [
        (name, value)
        for name, value in event.changes.items()
        if name not in BY_HUB and name not in units and not is_said(event, name)
    ]
    return sorted(told, key=place)


def _sides(event: Event, names: Names, name: str, value: Any) -> tuple[str, str]:
    """A change in words, before and after. What isn't a pair is a count or a fact, of which nought says nothing."""
    if isinstance(value, list) and len(value) == 2:
        before, after = (_words(event, names, name, value[side], side) for side in (0, 1))
        return ("", before) if event.verb.endswith(_TAKES_AWAY) else (before, after)
    return "", _words(event, names, name, value, 1) if value else ""


def _words(event: Event, names: Names, name: str, value: Any, side: int) -> str:
    field = field_of(event.subject_kind, name)
    if field is not None and field.related_model and value is not None:
        assert not isinstance(field.related_model, str)
        return names.related(field.related_model, value)
    unit = event.changes.get(UNIT_OF.get(name, ""), "")
    return in_words(event.subject_kind, name, value, unit[side] if isinstance(unit, list) else unit)
