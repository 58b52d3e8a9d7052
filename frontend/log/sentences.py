"""The sentence of an event. A verb's label has names between braces, and each is put in words here."""

from collections.abc import Callable
from string import Formatter
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.verbs import AccountVerb
from exchanges.verbs import AgreementVerb, EnquiryVerb, ExchangeVerb, MailVerb
from frontend.log.fields import day_in_words, in_words
from frontend.log.names import Names
from frontend.log.subjects import VERBS
from journal.models import Event
from listings.verbs import ListingVerb
from maps.verbs import MANY, MapVerb
from programme.verbs import ActivityVerb

#: Names of a change that no row repeats: a sentence says them, or they would only be a number.
_SAID = frozenset({"status", "photo", "user", "role", "is_shown", "service", "week_start", "other", "listing"})
_SAID_BY_VERB: dict[str, set[str]] = {
    ListingVerb.WEEK_BOOKED: {"quantity", "unit"},
    ListingVerb.BOOKING_CANCELLED: {"quantity", "unit"},
    ListingVerb.DELETED: {"title"},
    ActivityVerb.DELETED: {"title"},
    **{verb: {"quantity", "unit", "state"} for verb in ExchangeVerb},
    # What a change made different stands whole on the page of the agreement.
    **{verb: {"quantity", "unit", "due_on", "was", "now"} for verb in AgreementVerb},
    **{verb: {"unit", "was", "now"} for verb in (AgreementVerb.CHANGED, AgreementVerb.CHANGE_AGREED)},
    **{verb: {"state"} for verb in MapVerb if verb.value.startswith("element.")},
    MapVerb.PHOTO_CAPTIONED: {"state", "was"},
    **{verb: {"name"} for verb in MapVerb if verb.value.startswith("map_file.")},
    **{verb: {"change"} for verb in MANY.values()},
    MailVerb.REFUSED: {"outcome"},
    EnquiryVerb.TAKEN_UP: {"owner"},
    **{verb: {"name"} for verb in ListingVerb if verb.value.startswith("import.")},
    **{verb: {"what"} for verb in AccountVerb if verb.value.startswith("verification.")},
    AccountVerb.SITE_ADDED: {"name"},
    AccountVerb.SITE_REMOVED: {"name"},
    AccountVerb.HUB_REMOVED: {"name"},
    AccountVerb.REGION_CHANGED: {"name"},
    AccountVerb.REGION_REMOVED: {"name"},
}


def is_said(event: Event, name: str) -> bool:
    """Whether the sentence says a change, so that no row has to."""
    return name in _SAID or name in _SAID_BY_VERB.get(event.verb, set())


def mentions(event: Event, word: str) -> bool:
    return f"{{{word}}}" in str(VERBS.get(event.verb, ""))


def sentence(event: Event, names: Names, who: str, *, for_hub: bool) -> SafeString:
    """What happened, in the reader's language, with links. `for_hub` says that it isn't the organisation's own log."""
    text = str(VERBS.get(event.verb, _("Er gebeurde iets dat we niet meer bijhouden.")))
    wanted = [word for _before, word, _format, _conversion in Formatter().parse(text) if word]
    words: dict[str, str] = {}
    for word in wanted:
        words[word] = who if word == "who" else WORDS[word](event, names, for_hub)
    first = wanted[0] if text.startswith("{") else ""
    if first and not isinstance(words[first], SafeString):
        words[first] = capfirst(words[first])
    return format_html(text, **words) if words else format_html("{}", text)


def _sides(event: Event, name: str) -> tuple[Any, Any]:
    """A change as (before, after); what isn't a pair is only there after."""
    value = event.changes.get(name)
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (None, value)


def _role(event: Event, side: int) -> str:
    return in_words(event.subject_kind, "role", _sides(event, "role")[side])


def _person_id(event: Event) -> int | None:
    """Of whom an event tells: it names them, or is about them."""
    return next((event.changes[name] for name in ("user", "owner") if name in event.changes), event.subject_id)


def _hub_id(event: Event) -> int | None:
    return event.hub_ids[0] if event.hub_ids else None


def _named(event: Event) -> str:
    """The name that the event itself keeps, the last one first."""
    before, after = _sides(event, "name")
    return str(after or before or "")


def _file(event: Event, names: Names, for_hub: bool) -> str:
    """A list by the name of its file, which is its organisation's own affair."""
    if not for_hub:
        return _("“%(name)s”") % {"name": _named(event)}
    return format_html(_("van {organisation}"), organisation=names.organisation_of(event))


def _amount(event: Event) -> str:
    return in_words(event.subject_kind, "quantity", event.changes["quantity"], event.changes.get("unit", ""))


#: What may stand between braces, beside {who}.
WORDS: dict[str, Callable[[Event, Names, bool], str]] = {
    "person": lambda event, names, _hub: names.person(_person_id(event)),
    "invited": lambda event, names, _hub: names.invited(event.subject_id),
    "role": lambda event, _names, _hub: _role(event, 1),
    "role_before": lambda event, _names, _hub: _role(event, 0),
    "organisation": lambda event, names, _hub: names.organisation_of(event),
    "hub": lambda event, names, _hub: names.hub(_hub_id(event)),
    "site": lambda event, names, _hub: names.site(event.subject_id) or _named(event),
    "region": lambda event, _names, _hub: _named(event),
    "shown": lambda event, _names, _hub: in_words(event.subject_kind, "is_shown", _sides(event, "is_shown")[1]),
    "listing": lambda event, names, _hub: names.listing(event.subject_id),
    "other": lambda event, names, _hub: names.listing(event.changes["other"]),
    "lot": lambda event, names, _hub: names.listing(event.changes["listing"]),
    "draft": lambda event, _names, _hub: _sides(event, "title")[0] or _("zonder titel"),
    "service": lambda event, names, _hub: names.listing(event.changes["service"]),
    "week": lambda event, _names, _hub: day_in_words(event.changes["week_start"]),
    "day": lambda event, _names, _hub: day_in_words(event.changes["due_on"]),
    "amount": lambda event, _names, _hub: _amount(event),
    "activity": lambda event, names, _hub: names.activity(event.subject_id),
    "map": lambda event, names, _hub: names.material_map(event.subject_id),
    "layer": lambda event, names, _hub: names.layer(event.subject_id),
    "element": lambda event, names, _hub: names.element(event.subject_id),
    "map_file": lambda event, _names, _hub: _("“%(name)s”") % {"name": _named(event)},
    "file": _file,
    "what": lambda event, _names, _hub: in_words(event.subject_kind, "what", event.changes["what"]),
    "outcome": lambda event, _names, _hub: in_words(event.subject_kind, "outcome", event.changes["outcome"]),
}
