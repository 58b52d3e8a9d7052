"""Tells whoever put something forward on a map what became of it, and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts.models import User
from journal.letters import write_letter
from maps.models import MapFeature

TEMPLATE = "map_outcome"
#: Elements that a letter names; of more it says how many.
MOST_NAMED = 10


def tell_makers(features: Iterable[MapFeature], *, by: User, reason: str = "") -> None:
    """Write to whoever began elements that somebody published, or sent back with a reason: one letter each.

    Runs in the transaction of that step. Reads their layers, maps and hubs.
    """
    found: dict[int, list[MapFeature]] = defaultdict(list)
    for feature in features:
        if feature.created_by_id is not None:
            found[feature.created_by_id].append(feature)
    for person in User.objects.filter(pk__in=found):
        tell_outcome(person, found[person.pk], by=by, reason=reason)


def tell_outcome(
    person: User | None, features: Sequence[MapFeature], *, by: User, reason: str = "", is_change: bool = False
) -> None:
    """Write what became of some elements, or of a change that somebody proposed to one: taken, unless there is a
    reason for sending it back. Nobody is told what they did themselves.
    """
    if person is None or not person.is_active or person.pk == by.pk:
        return
    with translation.override(person.language):
        more = len(features) - MOST_NAMED
        data = {
            "accepted": not reason,
            "is_change": is_change,
            "count": len(features),
            "first": features[0].title,
            "names": ", ".join(feature.title for feature in features[:MOST_NAMED]),
            "more": ngettext("en nog %(count)d", "en nog %(count)d", more) % {"count": more} if more > 0 else "",
            "layer": features[0].layer.title,
            "hub": features[0].layer.map.hub.name,
            "reason": reason,
            "link": f"{settings.SITE_URL}{reverse('my-map-proposals')}",
        }
    write_letter(TEMPLATE, to=person.email, language=person.language, data=data)
