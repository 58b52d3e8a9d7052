"""Maps, layers and elements as the API writes them; each row's type is also its shape in the OpenAPI document."""

import datetime as dt
from typing import Annotated, Any, TypedDict

from django.urls import reverse
from django.utils import timezone

from geo.api.openapi import about
from geo.shapes import as_geojson
from maps.api.fields import MAP_GEOMETRY, MAP_STYLE
from maps.begun import begun_for
from maps.enums import (
    Certainty,
    DocumentKind,
    FeatureKind,
    FeatureState,
    GeometryKind,
    Licence,
    Period,
    Power,
    QuantityBasis,
    Visibility,
)
from maps.models import (
    LayerRight,
    MapFeature,
    MapFeatureDocument,
    MapFeatureListing,
    MapFeaturePhoto,
    MapLayer,
    MaterialMap,
    PartnerGroup,
)
from maps.permissions import STEPS, can_take
from maps.standing import Standing

_VISIBILITY = {"enum": [choice.slug for choice in Visibility]}


class MapRow(TypedDict):
    id: int
    hub: Annotated[str, about("Its slug, as in /api/v1/hubs/.")]
    slug: str
    title: str
    description: str
    licence: Annotated[str, {"enum": Licence.values}]
    licence_address: Annotated[str, about("Where its text stands; empty where others may not use it.")]
    attribution: str
    order: int
    version: Annotated[int, about("Counts every change.")]


class LayerRow(TypedDict):
    id: int
    map: int
    title: str
    description: str
    licence: Annotated[str, {"enum": Licence.values}]
    licence_address: str
    attribution: str
    order: int
    version: Annotated[int, about("Counts every change.")]
    geometry_kind: Annotated[str, {"enum": GeometryKind.values}]
    style: Annotated[dict[str, Any], MAP_STYLE]
    visibility: Annotated[str, _VISIBILITY]
    verify_every_months: int | None
    elements: Annotated[int, about("How many you see.")]
    your_power: Annotated[
        str | None, {"enum": [choice.slug for choice in Power]} | about("What you may do with its elements.")
    ]
    tiles: Annotated[str, about("Where its TileJSON stands.")]


class SourceRow(TypedDict):
    slug: str
    name: str


class RightRow(TypedDict):
    id: int
    layer: int
    power: Annotated[str, {"enum": [choice.slug for choice in Power]}]
    person: Annotated[str | None, about("The e-mail address of whose right it is.")]
    organisation: SourceRow | None
    group: Annotated[int | None, about("A group of partners, as in /api/v1/maps/groups/.")]


class GroupRow(TypedDict):
    id: int
    hub: str
    name: str
    organisations: list[SourceRow]


class ElementRow(TypedDict):
    id: int
    layer: int
    version: Annotated[int, about("Name it when you change the element.")]
    kind: Annotated[str, {"enum": FeatureKind.values}]
    state: Annotated[str, {"enum": FeatureState.values}]
    visibility: Annotated[str, _VISIBILITY]
    title: str
    description: str
    material: Annotated[str | None, about("Its code, as in /api/v1/materials/.")]
    quantity: float | None
    unit: str | None
    mass_kg: Annotated[float | None, about("Null where nobody knows what a unit weighs.")]
    quantity_basis: Annotated[str, {"enum": QuantityBasis.values}]
    period: Annotated[str | None, {"enum": Period.values}]
    season_months: list[int]
    form: str
    composition: str
    contaminants: str
    declared_status: str
    eural_code: str | None
    source_organisation: SourceRow | None
    source_name: str
    site: int | None
    source_reference: str
    destination: str
    available_from: dt.date | None
    available_until: dt.date | None
    certainty: Annotated[str, {"enum": Certainty.values}]
    geometry: Annotated[dict[str, Any], MAP_GEOMETRY]
    municipality: Annotated[str | None, about("Its NIS code.")]
    verified_on: dt.date | None
    verify_by: dt.date | None
    updated_at: dt.datetime


class PhotoRow(TypedDict):
    id: int
    url: str
    alt: str


class DocumentRow(TypedDict):
    id: int
    name: str
    kind: Annotated[str, {"enum": DocumentKind.values}]
    size_bytes: int
    url: Annotated[str, about("Where its file is, for whoever may see the element.")]


class BegunRow(TypedDict):
    listing: int
    organisation: SourceRow
    behalf_note: Annotated[str, about("Who of the organisation asked the hub to, and how.")]
    begun_at: dt.datetime


class ElementDetailRow(ElementRow):
    owner: Annotated[int | None, about("Who looks after it at the hub; null for whoever doesn't edit in the layer.")]
    review_note: Annotated[str, about("Why it was sent back; empty for whoever doesn't edit in the layer.")]
    photos: list[PhotoRow]
    documents: list[DocumentRow]
    listings: Annotated[list[int], about("Listings of it that you may see.")]
    begun_for: Annotated[
        list[BegunRow],
        about(
            "Listings that staff of the hub began of it in the name of the organisation that it is about, drafts too: "
            "for themselves, and for members of that organisation. Empty for everybody else."
        ),
    ]
    your_steps: Annotated[list[str], {"items": {"type": "string", "enum": list(STEPS)}}]


def map_row(row: MaterialMap) -> MapRow:
    """Needs its hub."""
    return {
        "id": row.pk,
        "hub": row.hub.slug,
        "slug": row.slug,
        "title": row.title,
        "description": row.description,
        "licence": row.licence,
        "licence_address": Licence(row.licence).address,
        "attribution": row.attribution,
        "order": row.order,
        "version": row.version,
    }


def layer_row(layer: MapLayer, standing: Standing, count: int, tiles: str) -> LayerRow:
    """Needs its map. `count` is how many elements the reader sees, `tiles` the address of its TileJSON."""
    power = standing.power_in(layer.pk, layer.map.hub_id)
    return {
        "id": layer.pk,
        "map": layer.map_id,
        "title": layer.title,
        "description": layer.description,
        "licence": layer.licence,
        "licence_address": Licence(layer.licence).address,
        "attribution": layer.attribution,
        "order": layer.order,
        "version": layer.version,
        "geometry_kind": layer.geometry_kind,
        "style": layer.style,
        "visibility": Visibility(layer.visibility).slug,
        "verify_every_months": layer.verify_every_months,
        "elements": count,
        "your_power": Power(power).slug if power else None,
        "tiles": tiles,
    }


def element_row(feature: MapFeature) -> ElementRow:
    """Needs for_rows()."""
    source = feature.source_organisation
    return {
        "id": feature.pk,
        "layer": feature.layer_id,
        "version": feature.version,
        "kind": feature.kind,
        "state": feature.state,
        "visibility": Visibility(feature.visibility).slug,
        "title": feature.title,
        "description": feature.description,
        "material": feature.material.code if feature.material else None,
        "quantity": None if feature.quantity is None else float(feature.quantity),
        "unit": feature.unit or None,
        "mass_kg": None if feature.mass_kg is None else float(feature.mass_kg),
        "quantity_basis": feature.quantity_basis,
        "period": feature.period or None,
        "season_months": feature.season_months,
        "form": feature.form,
        "composition": feature.composition,
        "contaminants": feature.contaminants,
        "declared_status": feature.declared_status,
        "eural_code": feature.eural_code or None,
        "source_organisation": {"slug": source.slug, "name": source.name} if source else None,
        "source_name": feature.source_name,
        "site": feature.site_id,
        "source_reference": feature.source_reference,
        "destination": feature.destination,
        "available_from": feature.available_from,
        "available_until": feature.available_until,
        "certainty": feature.certainty,
        "geometry": as_geojson(feature.geometry),
        "municipality": feature.municipality.nis if feature.municipality else None,
        "verified_on": None if feature.verified_at is None else timezone.localdate(feature.verified_at),
        "verify_by": feature.verify_by,
        "updated_at": feature.updated_at,
    }


def element_detail(feature: MapFeature, standing: Standing, listing_ids: list[int]) -> ElementDetailRow:
    """With what only one element shows. Needs for_rows(); `listing_ids` are those that the reader may see."""
    edits = standing.power_in(feature.layer_id, feature.layer.map.hub_id) >= Power.EDIT
    begun = standing.user_id is not None and feature.created_by_id == standing.user_id
    return {
        **element_row(feature),
        "owner": feature.owner_id if edits else None,
        "review_note": feature.review_note if edits or begun else "",
        "photos": [photo_row(photo) for photo in feature.photos.all()],
        "documents": [document_row(document) for document in feature.documents.all()],
        "listings": listing_ids,
        "begun_for": [begun_row(link) for link in begun_for(feature, standing)],
        "your_steps": [step for step in STEPS if can_take(standing, feature, step)],
    }


def begun_row(link: MapFeatureListing) -> BegunRow:
    """Needs its listing with whose that is."""
    organisation = link.listing.organisation
    return {
        "listing": link.listing_id,
        "organisation": {"slug": organisation.slug, "name": organisation.name},
        "behalf_note": link.behalf_note,
        "begun_at": link.created_at,
    }


def photo_row(photo: MapFeaturePhoto) -> PhotoRow:
    return {"id": photo.pk, "url": photo.image.url, "alt": photo.alt}


def document_row(document: MapFeatureDocument) -> DocumentRow:
    return {
        "id": document.pk,
        "name": document.name,
        "kind": document.kind,
        "size_bytes": document.size_bytes,
        "url": reverse("api-map-document", args=[document.feature_id, document.pk]),
    }


def right_row(right: LayerRight) -> RightRow:
    """Needs its holder."""
    organisation = right.organisation
    return {
        "id": right.pk,
        "layer": right.layer_id,
        "power": Power(right.power).slug,
        "person": right.person.email if right.person else None,
        "organisation": {"slug": organisation.slug, "name": organisation.name} if organisation else None,
        "group": right.group_id,
    }


def group_row(group: PartnerGroup) -> GroupRow:
    """Needs its hub and its organisations."""
    rows = sorted(group.organisations.all(), key=lambda row: (row.name, row.pk))
    return {
        "id": group.pk,
        "hub": group.hub.slug,
        "name": group.name,
        "organisations": [{"slug": row.slug, "name": row.name} for row in rows],
    }
