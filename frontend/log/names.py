"""Who and what the events of one page are about, by name, and as a link where there is a page of it.

Each kind of row is fetched once, however many events speak of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from accounts.models import Invitation, Organisation, Site, User
from accounts.permissions import is_operator
from accounts.unnamed import unnamed
from exchanges.models import Exchange, StandingAgreement
from exchanges.parties import know_parties
from frontend.log.fields import field_of
from geo.models import Hub, HubRegion, Municipality
from journal.models import Event
from listings.models import Listing
from maps.models import MapFeature, MapLayer, MaterialMap, PartnerGroup
from materials.models import Material
from programme.models import Activity

#: What is between two sides, of which one may not be known yet.
_BETWEEN_TWO = (Exchange, StandingAgreement)
#: Changes that hold, by hub, how many listings an import touched, and the first of them.
BY_HUB = ("shown_added", "shown_changed")


class Names:
    """Names for one reader. `known` are the people whom the reader works with, and who may be named."""

    def __init__(self, events: Iterable[Event], reader: User, known: set[int]) -> None:
        ids: dict[type[models.Model], set[Any]] = defaultdict(set)
        for event in events:
            for model, key in _mentioned(event):
                ids[model].add(key)
        self.known = known
        self._users = User.objects.in_bulk(ids[User])
        self._unnamed = _unnamed_owners(ids, reader)
        self._organisations = Organisation.objects.only("name", "slug").in_bulk(ids[Organisation])
        self._hubs = Hub.objects.only("name", "slug").in_bulk(ids[Hub])
        self._listings = Listing.objects.visible_to(reader).only("title").in_bulk(ids[Listing])
        self._plain: dict[type[models.Model], Mapping[Any, models.Model]] = {
            Site: Site.objects.in_bulk(ids[Site]),
            HubRegion: HubRegion.objects.in_bulk(ids[HubRegion]),
            Material: Material.objects.in_bulk(ids[Material]),
            Municipality: _municipalities(ids[Municipality]),
            PartnerGroup: PartnerGroup.objects.in_bulk(ids[PartnerGroup]),
            # Whoever reads of a map or layer works in it, also once it is taken away.
            MaterialMap: MaterialMap.objects.in_bulk(ids[MaterialMap]),
            MapLayer: MapLayer.objects.in_bulk(ids[MapLayer]),
        }
        self._elements = MapFeature.objects.visible_to(reader).only("title").in_bulk(ids[MapFeature])
        self._activities = Activity.objects.visible_to(reader).only("title").in_bulk(ids[Activity])
        open_invitations = Invitation.objects.open().filter(pk__in=ids[Invitation])
        self._invited = dict(open_invitations.values_list("pk", "email"))

    def maker(self, event: Event, else_name: str) -> str:
        """Who did it; `else_name` for somebody whom the reader doesn't work with and who is no operator."""
        if event.by_id is None:
            return _("Werkstof zelf")
        user = self._users.get(event.by_id)
        if user is None:
            return _("een account dat verwijderd is")
        if user.pk in self.known:
            return str(user)
        return _("een beheerder van Werkstof") if is_operator(user) else else_name

    def person(self, user_id: int | None) -> str:
        """Somebody who belongs, or once belonged, to the organisation or hub whose log it is.

        Of who has left we keep to the name: the address is nobody's affair there any more.
        """
        user = self._users.get(user_id or 0)
        if user is None:
            return _("een account dat verwijderd is")
        return str(user) if user.pk in self.known else user.name or _("iemand die er niet meer bij is")

    def invited(self, invitation_id: int | None) -> str:
        """The address of an invitation that is open, as the page of members shows it; it isn't kept after that."""
        return self._invited.get(invitation_id or 0, _("iemand"))

    def organisation_of(self, event: Event) -> str:
        """Whose event it is, as far as the reader may know: an exchange may not name its owner yet."""
        if (event.subject_kind, event.subject_id, event.organisation_id) in self._unnamed:
            return str(unnamed())
        return self.organisation(event.organisation_id)

    def organisation(self, organisation_id: int | None) -> str:
        found = self._organisations.get(organisation_id or 0)
        if found is None:
            return _("een organisatie die niet meer bestaat")
        return _link(reverse("organisation", args=[found.slug]), found.name)

    def hub(self, hub_id: int | None) -> str:
        found = self._hubs.get(hub_id or 0)
        return _link(reverse("hub", args=[found.slug]), found.name) if found else _("een hub die niet meer bestaat")

    def listing(self, listing_id: int | None) -> str:
        found = self._listings.get(listing_id or 0)
        if found is None:
            return _("een zoekertje dat niet meer te zien is")
        return _link(found.get_absolute_url(), str(found))

    def material_map(self, map_id: int | None) -> str:
        return self._titled(self._plain[MaterialMap].get(map_id), _("die niet meer bestaat"))

    def layer(self, layer_id: int | None) -> str:
        return self._titled(self._plain[MapLayer].get(layer_id), _("die niet meer bestaat"))

    def element(self, feature_id: int | None) -> str:
        """Its title, for whoever may see it."""
        return self._titled(self._elements.get(feature_id or 0), _("een element dat niet meer te zien is"))

    def activity(self, activity_id: int | None) -> str:
        found = self._activities.get(activity_id or 0)
        return _link(found.get_absolute_url(), str(found)) if found else _("die niet meer te zien is")

    def _titled(self, row: models.Model | None, else_words: str) -> str:
        return _("“%(name)s”") % {"name": row} if row is not None else else_words

    def related(self, model: type[models.Model], value: Any) -> str:
        """The row or rows that a change holds the ids of, or of municipalities also the NIS codes."""
        keys = value if isinstance(value, list) else [value]
        return format_html_join(", ", "{}", ([self._one(model, key)] for key in keys if key is not None))

    def site(self, site_id: int | None) -> str:
        """Empty where it is gone."""
        found = self._plain[Site].get(site_id)
        return found.name if isinstance(found, Site) else ""

    def _one(self, model: type[models.Model], key: Any) -> str:
        by_kind = {
            User: self.person, Organisation: self.organisation, Hub: self.hub, Listing: self.listing,
            MapFeature: self.element, Activity: self.activity,
        }  # fmt: skip
        if model in by_kind:
            return by_kind[model](key)
        found = self._plain[model].get(key)
        return str(found) if found is not None else _("iets dat niet meer bestaat")


def _unnamed_owners(
    ids: Mapping[type[models.Model], set[Any]], reader: User
) -> set[tuple[str, int | None, int | None]]:
    """Exchanges and standing agreements, each by its kind and key, with the owners whom the reader may not know."""
    found: list[Exchange | StandingAgreement] = []
    for model in _BETWEEN_TWO:
        if ids[model]:
            rows = model._default_manager.filter(pk__in=ids[model], listing__hub_only=True)
            found += rows.select_related("listing")
    know_parties(found, reader)
    return {(one._meta.label_lower, one.pk, one.owner_id) for one in found if not one.shows_owner}


def _mentioned(event: Event) -> Iterator[tuple[type[models.Model], Any]]:
    """The rows that an event speaks of, by model and id."""
    if event.by_id is not None:
        yield User, event.by_id
    if event.organisation_id is not None:
        yield Organisation, event.organisation_id
    for hub_id in event.hub_ids:
        yield Hub, hub_id
    if event.subject_kind and event.subject_id is not None:
        yield apps.get_model(event.subject_kind), event.subject_id
    for name, value in event.changes.items():
        field = field_of(event.subject_kind, name)
        if name in BY_HUB:
            for _count, first in value.values():
                yield from ((Listing, pk) for pk in first)
        elif field is not None and field.related_model:
            yield from ((field.related_model, key) for key in _keys(value))


def _keys(value: Any) -> Iterator[Any]:
    """Ids in a change: of one row or of several, before and after."""
    if isinstance(value, list):
        for one in value:
            yield from _keys(one)
    elif value is not None:
        yield value


def _municipalities(keys: set[Any]) -> dict[Any, models.Model]:
    """By id and by NIS code: listings keep the one, regions the other."""
    if not keys:
        return {}
    codes, ids = {key for key in keys if isinstance(key, str)}, {key for key in keys if isinstance(key, int)}
    found = list(Municipality.objects.filter(Q(pk__in=ids) | Q(nis__in=codes)).defer("centre"))
    return {row.pk: row for row in found} | {row.nis: row for row in found}


def _link(address: str, name: str) -> str:
    return format_html('<a href="{}">{}</a>', address, name)
