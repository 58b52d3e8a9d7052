"""Chainable reads of maps, layers and elements. Who sees what is said here in SQL, in maps.permissions in code."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Polygon
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce

from geo.sql import Literal
from listings.querysets import Box, metric_box_around, near_belgium
from maps.enums import FeatureState, Power, SourceAnswer, Visibility
from maps.standing import Standing, standing_of

if TYPE_CHECKING:
    from accounts.models import User
    from geo.models import Hub
    from maps.models import MapFeature, MapLayer, MaterialMap, VerificationRound  # noqa: F401
    from maps.narrowing import Narrowed
    from maps.sight import Sight


def _layer_seen(standing: Standing, layer: str = "") -> Q:
    """Layers that somebody may see. `layer` begins the names of their fields, such as "layer__"."""

    def at_least(visibility: Visibility, **more: object) -> Q:
        return Q(
            **{f"{layer}visibility__gte": visibility, **{f"{layer}{name}": value for name, value in more.items()}}
        )

    return (
        at_least(Visibility.PUBLIC)
        | at_least(Visibility.PARTNERS, map__hub__in=standing.partner_hub_ids)
        | at_least(Visibility.HUB, map__hub__in=standing.staff_hub_ids)
        | at_least(Visibility.HUB, id__in=standing.layers_with(Power.SEE))
        | at_least(Visibility.OWNER, map__hub__in=standing.managed_hub_ids)
    )


def _present(layer: str = "") -> Q:
    return Q(**{f"{layer}deleted_at": None, f"{layer}map__deleted_at": None})


class MaterialMapQuerySet(models.QuerySet["MaterialMap"]):
    def present(self) -> Self:
        """Those that nobody took away."""
        return self.filter(deleted_at=None)

    def of_hub(self, hub: "Hub") -> Self:
        return self.filter(hub=hub)

    def seen_by(self, standing: Standing) -> Self:
        """Maps with a layer that somebody may see, their own or one that they show; and those of one's own hub."""
        related: Any = self.model._meta.get_field("layers").related_model
        layers: MapLayerQuerySet = related._default_manager.seen_by(standing)
        return self.present().filter(
            Q(pk__in=layers.values("map"))
            | Q(shown_layers__layer__in=layers.values("pk"))
            | Q(hub__in=standing.staff_hub_ids)
        ).distinct()  # fmt: skip

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.seen_by(standing_of(user))


class MapLayerQuerySet(models.QuerySet["MapLayer"]):
    def present(self) -> Self:
        """Those that nobody took away, of maps that nobody took away."""
        return self.filter(_present())

    def seen_by(self, standing: Standing) -> Self:
        return self.present().filter(_layer_seen(standing))

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Layers that somebody may see, with or without an element in them."""
        return self.seen_by(standing_of(user))

    def on_map(self, material_map: "MaterialMap") -> Self:
        """A map's own layers and those that it shows, in its order: what comes first lies on top."""
        shown = FilteredRelation("shown_on", condition=Q(shown_on__map=material_map))
        return (
            self.alias(shown_here=shown)
            .filter(Q(map=material_map) | Q(shown_here__isnull=False))
            .alias(place=Coalesce("shown_here__order", "order"))
            .order_by("place", F("shown_here__pk").asc(nulls_first=True), "pk")
        )

    def added_to_by(self, standing: Standing) -> Self:
        """Layers in which somebody may begin an element: what maps.permissions.can_add() says, in SQL."""
        of_staff = Q(map__hub__in=standing.staff_hub_ids)
        return self.seen_by(standing).filter(of_staff | Q(pk__in=standing.layers_with(Power.PROPOSE)))


class MapFeatureQuerySet(models.QuerySet["MapFeature"]):
    def present(self) -> Self:
        """Those whose layer and map nobody took away."""
        return self.filter(_present("layer__"))

    def seen_by(self, standing: Standing) -> Self:
        """What maps.permissions.can_see() says, in SQL."""
        published = Q(state=FeatureState.PUBLISHED)
        hub_wide = Q(visibility__gte=Visibility.HUB, layer__visibility__gte=Visibility.HUB)
        seen = published & (
            Q(visibility=Visibility.PUBLIC, layer__visibility=Visibility.PUBLIC)
            | Q(
                visibility__gte=Visibility.PARTNERS,
                layer__visibility__gte=Visibility.PARTNERS,
                layer__map__hub__in=standing.partner_hub_ids,
            )
            | hub_wide & Q(layer__in=standing.layers_with(Power.SEE))
            | hub_wide & Q(source_organisation__in=standing.organisation_ids)
        )
        edited = hub_wide & (
            Q(layer__map__hub__in=standing.staff_hub_ids) | Q(layer__in=standing.layers_with(Power.EDIT))
        )
        seen |= edited | Q(layer__map__hub__in=standing.managed_hub_ids)
        if standing.user_id is not None:
            begun = Q(created_by=standing.user_id, state__in=[FeatureState.DRAFT, FeatureState.REVIEW])
            seen |= Q(owner=standing.user_id) | begun
        return self.present().filter(seen)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.seen_by(standing_of(user))

    def in_layer(self, layer_id: int, sight: "Sight") -> Self:
        """The same for one layer that somebody may see, without looking at the layer in each row."""
        seen = Q(state__in=sight.states, visibility__gte=sight.at_least)
        if sight.user_id is not None:
            begun = Q(created_by=sight.user_id, state__in=[FeatureState.DRAFT, FeatureState.REVIEW])
            about_them = Q(
                state=FeatureState.PUBLISHED,
                visibility__gte=Visibility.HUB,
                source_organisation__in=sight.organisation_ids,
            )
            seen |= Q(owner=sight.user_id) | begun | about_them
        return self.filter(layer=layer_id).filter(seen)

    def in_layers(self, sights: "dict[int, Sight]") -> Self:
        """The same for several layers at once; nothing for none."""
        found = self.none()
        for layer_id, sight in sights.items():
            one = self.in_layer(layer_id, sight)
            found = one if found.query.is_empty() else found | one
        return found

    def published(self) -> Self:
        return self.filter(state=Literal(FeatureState.PUBLISHED))

    def to_review(self) -> Self:
        """Those that somebody put forward, the longest waiting first."""
        return self.filter(state=FeatureState.REVIEW).order_by("updated_at", "id")

    def overdue(self, today: dt.date) -> Self:
        """Published elements whose verification no longer counts, the longest overdue first."""
        return self.published().filter(verify_by__lt=today).order_by("verify_by", "id")

    def narrowed(self, by: "Narrowed", today: dt.date) -> Self:
        """What is asked for alone; what is withdrawn only where that is."""
        found = self.filter(by.condition(today))
        return found if by.state else found.exclude(state=FeatureState.WITHDRAWN)

    def within_box(self, bbox: Box) -> Self:
        """Elements that touch a box (west, south, east, north, degrees)."""
        bbox = near_belgium(bbox)
        in_degrees = Polygon.from_bbox(bbox)
        in_degrees.srid = 4326
        return self.filter(position__bboverlaps=metric_box_around(bbox), geometry__intersects=in_degrees)

    def after(self, last_id: int) -> Self:
        """Elements behind one in the order of their ids, which is that of pages."""
        return self.filter(pk__gt=last_id)

    def for_rows(self) -> Self:
        """With what a row of a list shows, in a fixed number of queries."""
        return self.select_related("layer__map__hub", "material", "municipality", "source_organisation", "site")


class VerificationRoundQuerySet(models.QuerySet["VerificationRound"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def due(self, at: dt.datetime) -> Self:
        return self.open().filter(due_at__lte=at)

    def asked_of(self, person: "User") -> Self:
        """Of elements whose source the person still belongs to."""
        return self.filter(person=person, feature__source_organisation__memberships__user=person)

    def to_look_at(self) -> Self:
        """Answers that something changed or is gone, of elements that nobody of the hub verified or took off since."""
        since = Q(feature__verified_at__isnull=True) | Q(feature__verified_at__lt=models.F("ended_at"))
        return self.filter(
            since, answer__in=[SourceAnswer.CHANGED, SourceAnswer.GONE], feature__state=FeatureState.PUBLISHED
        ).order_by("ended_at", "pk")

    def newest_by_feature(self) -> dict[int, "VerificationRound"]:
        """By the id of an element the newest round about it."""
        return {row.feature_id: row for row in self.order_by("pk").select_related("person")}

    def for_letters(self) -> Self:
        return self.select_related("person", "feature__layer__map__hub", "feature__material", "feature__municipality")
