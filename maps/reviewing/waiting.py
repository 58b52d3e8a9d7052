"""Tells those who publish in a layer what waits for them: one letter a day at most, and only of something new."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.enums import StaffRole
from accounts.models import User
from geo.models import Hub
from journal.letters import write_letter
from journal.models import Letter
from maps.enums import Power, ProposalState
from maps.models import FeatureProposal, MapFeature, MapLayer
from maps.permissions import can_review
from maps.standing import standing_of

TEMPLATE = "map_waiting"
#: Layers that a letter names; of more it says how many.
MOST_NAMED = 10


@dataclass(frozen=True)
class Waiting:
    """How many elements and proposed changes wait in a layer, and when the newest of them came."""

    layer: MapLayer
    count: int
    newest: dt.datetime


def tell_reviewers(*, at: dt.datetime) -> int:
    """Write to everybody who publishes where something came since they were last written to; returns how many letters.

    Running it twice on a day writes nothing twice.
    """
    waiting = waiting_by_hub()
    return sum(_tell(person, hub, found, at) for hub, found in waiting for person in _people_of(found))


def waiting_by_hub() -> list[tuple[Hub, list[Waiting]]]:
    """What waits in the layers of each hub, in three queries."""
    counts: dict[int, list[tuple[int, dt.datetime]]] = defaultdict(list)
    open_ones = FeatureProposal.objects.filter(state=ProposalState.OPEN, feature__in=MapFeature.objects.present())
    proposed = open_ones.order_by().annotate(layer=F("feature__layer")).values_list("layer")
    review = MapFeature.objects.present().to_review().order_by().values_list("layer")
    for rows, when in ((proposed, "proposed_at"), (review, "updated_at")):
        for layer_id, count, newest in rows.annotate(count=Count("pk"), newest=Max(when)):
            counts[layer_id].append((count, newest))
    by_hub: dict[Hub, list[Waiting]] = defaultdict(list)
    for layer in MapLayer.objects.filter(pk__in=counts).select_related("map__hub").order_by("map_id", "order", "pk"):
        parts = counts[layer.pk]
        by_hub[layer.map.hub].append(
            Waiting(layer, sum(count for count, _at in parts), max(newest for _count, newest in parts))
        )
    return list(by_hub.items())


def _people_of(found: Iterable[Waiting]) -> list[User]:
    """Who may publish in one of these layers perhaps: managers of the hub, and those whom a right was given to.

    The rules themselves say later who really may: a group counts only as far as its members are partners.
    """
    layers = [one.layer for one in found]
    publish = {"layer__in": layers, "power__gte": Power.PUBLISH}

    def by_right(holder: str) -> Q:
        return Q(**{f"{holder}layer_rights__{name}": value for name, value in publish.items()})

    people = User.objects.filter(
        Q(hub_roles__role=StaffRole.MANAGER, hub_roles__hub__in={layer.map.hub_id for layer in layers})
        | by_right("")
        | by_right("memberships__organisation__")
        | by_right("memberships__organisation__partner_groups__"),
        is_active=True,
    )
    return list(User.objects.filter(pk__in=people.values("pk")).order_by("pk"))


@transaction.atomic
def _tell(person: User, hub: Hub, found: list[Waiting], at: dt.datetime) -> bool:
    """Write to somebody what of a hub waits for them, unless they know; says whether that is a letter."""
    standing = standing_of(person)
    theirs = [one for one in found if can_review(standing, one.layer)]
    key = f"{TEMPLATE}-{hub.pk}-{person.pk}-{timezone.localdate(at).isoformat()}"
    told = Letter.objects.to(person.email).of_template(TEMPLATE).about(hub).aggregate(last=Max("created_at"))["last"]
    if not theirs or (told is not None and max(one.newest for one in theirs) <= told):
        return False
    if Letter.objects.filter(dedup_key=key).exists():
        return False
    with translation.override(person.language):
        more = len(theirs) - MOST_NAMED
        data = {
            "hub": hub.name,
            "count": sum(one.count for one in theirs),
            "names": ", ".join(f"{one.layer.title} ({one.count})" for one in theirs[:MOST_NAMED]),
            "more": ngettext("en nog %(count)d", "en nog %(count)d", more) % {"count": more} if more > 0 else "",
            "link": f"{settings.SITE_URL}{reverse('hub-map-work', args=[hub.slug])}",
        }
    letter = write_letter(TEMPLATE, to=person.email, language=person.language, data=data, dedup_key=key, about=hub)
    return letter is not None
