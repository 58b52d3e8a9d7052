"""Making, changing, taking away and bringing back maps."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from geo.models import Hub
from journal.events import changed, record, values_of
from maps.models import MaterialMap
from maps.permissions import check_can_curate, check_can_govern
from maps.services.curated import check_seen, fill_curated, present_map
from maps.verbs import MapVerb

MAP_FIELDS = frozenset({"title", "description", "licence", "attribution", "order"})


@transaction.atomic
def create_map(*, by: User, hub: Hub, title: str, **fields: Any) -> MaterialMap:
    """Make a map of a hub. Its address follows from its first title, and stays."""
    check_can_curate(by, hub)
    # Two maps of one title that are made at once would get one address.
    Hub.objects.select_for_update(no_key=True).get(pk=hub.pk)
    made = MaterialMap(hub=hub, created_by=by, slug=_free_slug(hub, title))
    fill_curated(made, {"title": title, **fields}, MAP_FIELDS)
    made.full_clean()
    made.save()
    record(MapVerb.MAP_CREATED, made, by=by, hub_ids=[hub.pk])
    return made


@transaction.atomic
def update_map(*, by: User, material_map: MaterialMap, version: int | None = None, **fields: Any) -> MaterialMap:
    """Change what a map says of itself, that somebody saw in this version. Raises CuratedConflict where it has changed
    since.
    """
    check_can_curate(by, material_map.hub)
    stored = present_map(material_map)
    check_seen(stored, version, fields)
    before = values_of(stored, MAP_FIELDS)
    fill_curated(stored, fields, MAP_FIELDS)
    stored.full_clean()
    stored.version += 1
    stored.save()
    changes = changed(before, values_of(stored, MAP_FIELDS))
    record(MapVerb.MAP_CHANGED, stored, by=by, hub_ids=[stored.hub_id], changes=changes)
    return stored


@transaction.atomic
def delete_map(*, by: User, material_map: MaterialMap) -> None:
    """Take a map away, with its layers and elements. All of it stays stored: `restore_map` brings it back."""
    check_can_govern(by, material_map.hub)
    stored = present_map(material_map)
    stored.deleted_at, stored.deleted_by = timezone.now(), by
    stored.save()
    record(MapVerb.MAP_DELETED, stored, by=by, hub_ids=[stored.hub_id])


@transaction.atomic
def restore_map(*, by: User, material_map: MaterialMap) -> MaterialMap:
    """Bring a map back as it was. Where another took its address meanwhile, it gets the next free one."""
    check_can_govern(by, material_map.hub)
    Hub.objects.select_for_update(no_key=True).get(pk=material_map.hub_id)
    stored = MaterialMap.objects.select_for_update(of=("self",)).select_related("hub").get(pk=material_map.pk)
    if stored.deleted_at is None:
        raise ValidationError(_("Deze kaart is er nog."))
    stored.deleted_at, stored.deleted_by = None, None
    if MaterialMap.objects.present().filter(hub=stored.hub, slug=stored.slug).exists():
        stored.slug = _free_slug(stored.hub, stored.title)
    stored.save()
    record(MapVerb.MAP_RESTORED, stored, by=by, hub_ids=[stored.hub_id])
    return stored


def _free_slug(hub: Hub, title: str) -> str:
    """An address that no map of the hub has: "reststromen", or "reststromen-2"."""
    base = slugify(title)[:70] or "kaart"
    taken = set(MaterialMap.objects.present().filter(hub=hub, slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
