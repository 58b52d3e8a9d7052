"""Chainable reads of listings, each of one condition. One that only a filter of the search has stands in that filter
(listings.search.filters).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import MultiPoint, Point, Polygon
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils import timezone

from accounts.badges import badges_of
from accounts.models import HubStaff
from accounts.permissions import is_operator
from geo.blurring import BLUR_M, blurred
from geo.points import BELGIUM, METRIC_SRID, WGS84_SRID, metric
from geo.sql import Literal
from listings.enums import HAZARDOUS_MARK, FoodDate, ListingKind, ListingStatus, Precision

if TYPE_CHECKING:
    from accounts.models import Organisation, User
    from listings.models import Listing


#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]


class SpansOverlap(models.Func):
    """Whether a listing's material numbers meet a range: `material_spans && int4range(first, last, '[]')`."""

    template = "(%(expressions)s)"
    arg_joiner = " && "
    output_field = models.BooleanField()


class NumberRange(models.Func):
    """int4range(first, last, '[]') as a multirange."""

    template = "int4multirange(int4range(%(expressions)s, '[]'))"
    output_field = models.TextField()


class HasWords(models.Func):
    """`vector @@ query`, written so that the database looks at each row instead of asking the index of words."""

    function = "ts_match_vq"
    output_field = models.BooleanField()


class IsAmong(models.Func):
    """`value IN (SELECT unnest(values))`: the values are looked up by a hash, however many there are.

    With `value = ANY(values)` a generic plan compares each row with each of them, one by one.
    """

    template = "(%(expressions)s)))"
    arg_joiner = " IN (SELECT unnest("
    output_field = models.BooleanField()


def is_among(value: Combinable, values: Collection[Any], of: "models.Field[Any, Any]") -> IsAmong:
    """Whether a value is one of these, each of type `of`. However many there are, the statement has one parameter."""
    return IsAmong(value, Value(list(values), ArrayField(of)))


#: One in this many listings is in the sample; a power of two.
SAMPLED_OF = 16


def in_sample(one_in: int = SAMPLED_OF) -> Exact:
    """Whether a row is in the fixed sample of one in so many, a power of two.

    Written exactly like the condition of the sample's index.

    Ids are hashed first: an import may repeat itself every 16 rows, and the sample would always hold the same of them.
    """
    scattered = models.Func(
        F("id"), template=f"(hashint8(%(expressions)s) & {one_in - 1})", output_field=models.IntegerField()
    )
    return Exact(scattered, Literal(0))


def not_over(today: dt.date, listing: str = "") -> Q:
    """Whether a listing hasn't ended before today. `listing` begins the names of its fields, such as "supply__"."""
    until = f"{listing}available_until"
    return Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": today})


def square_around(point: Point, radius_m: float) -> Polygon:
    """The square around a circle in metres."""
    square = Polygon.from_bbox((point.x - radius_m, point.y - radius_m, point.x + radius_m, point.y + radius_m))
    square.srid = METRIC_SRID
    return square


def part_near_belgium(bbox: Box) -> Box | None:
    """What of a box in degrees lies at most a degree around Belgium: METRIC_SRID has no coordinates for the poles.
    None for nothing.
    """
    west, south, east, north = BELGIUM
    near = (max(bbox[0], west - 1), max(bbox[1], south - 1), min(bbox[2], east + 1), min(bbox[3], north + 1))
    return near if near[0] < near[2] and near[1] < near[3] else None


def near_belgium(bbox: Box) -> Box:
    """The same of a box that is searched in: where that is nothing, a corner where no listing lies."""
    west, south, _east, _north = BELGIUM
    return part_near_belgium(bbox) or (west - 1, south - 1, west - 0.9, south - 0.9)


def metric_box_around(bbox: Box) -> Polygon:
    """A box in metres around a box in degrees."""
    # A parallel is curved in metres: a box around the four corners would lack the middle of a wide north side.
    west, south, east, north = bbox
    steps = [west + (east - west) * step / 16 for step in range(17)]
    edges = MultiPoint([Point(x, y) for x in steps for y in (south, north)], srid=WGS84_SRID)
    edges.transform(METRIC_SRID)
    west, south, east, north = edges.extent
    box = Polygon.from_bbox((west - 1, south - 1, east + 1, north + 1))
    box.srid = METRIC_SRID
    return box


_PUBLIC = Q(status__in=[ListingStatus.PUBLISHED, ListingStatus.RESERVED, ListingStatus.CLOSED])


class ListingQuerySet(models.QuerySet["Listing"]):
    def published(self) -> Self:
        """Listings that anyone may find."""
        return self.filter(status=Literal(ListingStatus.PUBLISHED))

    def among(self, ids: Collection[int]) -> Self:
        """Those with one of these numbers."""
        return self.filter(is_among(F("pk"), ids, models.BigIntegerField()))

    def sampled(self) -> Self:
        """Listings in the fixed sample: one in SAMPLED_OF."""
        return self.filter(in_sample())

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published, reserved and closed for everyone; everything of the organisations where the user is a member."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(_PUBLIC | Q(organisation__in=user.memberships.values("organisation")))

    def owner_known_to(self, user: "User | AnonymousUser") -> Self:
        """Those whose organisation the user may know. Of one that is hub-only these are its own members, staff of the
        hubs that show it, members of an organisation that it agreed with, and operators.
        """
        if is_operator(user):
            return self
        if not user.is_authenticated:
            return self.filter(hub_only=False)
        own = user.memberships.values("organisation")
        told = self.model._default_manager.filter(pk=OuterRef("pk"), disclosures__organisation__in=own)
        hubs = HubStaff.objects.filter(user=user).values("hub")
        return self.filter(Q(hub_only=False) | Q(organisation__in=own) | Q(hub_ids__overlap=hubs) | Exists(told))

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """Listings of the organisations where the user is a member."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__memberships__user=user)

    def public(self) -> Self:
        """What anyone may see: published, reserved and closed."""
        return self.filter(_PUBLIC)

    def beside(self, listing: "Listing", precision: Precision) -> Self:
        """Those of its neighbours that are shown with this precision.

        Beside an exact one a blurred one hides nothing: who reads both knows where it lies.
        """
        return self.neighbours(listing).filter(precision=precision)

    def neighbours(self, listing: "Listing") -> Self:
        """Other listings of its organisation in its cell of the grid of blurred places."""
        if listing.location is None:
            return self.none()
        middle, half = metric(blurred(listing.location)), BLUR_M / 2
        cell = Polygon.from_bbox((middle.x - half, middle.y - half, middle.x + half, middle.y + half))
        cell.srid = METRIC_SRID
        others = self.filter(organisation=listing.organisation_id).exclude(pk=listing.pk)
        return others.filter(position__coveredby=cell)

    def of_organisation(self, organisation: "Organisation") -> Self:
        return self.filter(organisation=organisation)

    def of_kind(self, kind: ListingKind) -> Self:
        return self.filter(kind=Literal(kind))

    def in_hub(self, hub_id: int) -> Self:
        """Listings that the hub shows: in its regions, or outside them by its border policy."""
        return self.filter(hub_ids__contains=[hub_id])

    def reached_by(self, reach: Polygon) -> Self:
        """Listings within a box in metres, such as the one around all that a hub may show.

        A search that reads an index nearest first, from a point far away, then doesn't read what lies in between.
        """
        return self.filter(position__bboverlaps=reach)

    def with_facets(self, groups: Iterable[list[str]]) -> Self:
        """Listings with at least one token of each group; `listings.search.facets` says what tokens are."""
        groups = list(groups)
        needed = [group[0] for group in groups if len(group) == 1]
        # To find what contains an empty list, the database would read the whole inverted index.
        found = self.filter(facets__contains=needed) if needed else self
        for group in groups:
            if len(group) > 1:
                found = found.filter(facets__overlap=group)
        return found

    def within(self, point: Point, radius_m: float) -> Self:
        """Listings at most `radius_m` metres from a metric point.

        It means the same as ST_DWithin. But the planner believes that ST_DWithin is costly and almost never true, and
        would then sort listings that the index has in order of distance already.
        """
        distance = GeometryDistance("position", point)
        return self.filter(LessThanOrEqual(distance, radius_m), position__bboverlaps=square_around(point, radius_m))

    def along(self, start: Point, end: Point, detour_m: float) -> Self:
        """Listings by which the way between two metric points is at most `detour_m` longer, as the crow flies."""
        both = GeometryDistance("position", start) + GeometryDistance("position", end)
        return self.filter(LessThanOrEqual(both, start.distance(end) + detour_m))

    def within_box(self, bbox: Box) -> Self:
        """Listings within (west, south, east, north) in degrees.

        The index holds metres: it finds what lies in a box around that, of which the degrees are then compared.
        """
        bbox = near_belgium(bbox)
        in_degrees = Polygon.from_bbox(bbox)
        in_degrees.srid = WGS84_SRID
        return self.filter(position__bboverlaps=metric_box_around(bbox), shown_location__coveredby=in_degrees)

    def with_distance(self, point: Point) -> Self:
        """Annotated with `distance_m` from a metric point, written so that an index can put it in order."""
        return self.annotate(distance_m=GeometryDistance("position", point))

    def beyond(self, distance_m: float, last_id: int) -> Self:
        """Listings after (distance, id) in order of distance. Needs with_distance()."""
        return self.filter(distance_m__gte=distance_m).filter(Q(distance_m__gt=distance_m) | Q(id__gt=last_id))

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-id")

    def before(self, published_at: dt.datetime, last_id: int) -> Self:
        """Listings after (published_at, id) in the order of newest_first()."""
        return self.filter(published_at__lte=published_at).filter(Q(published_at__lt=published_at) | Q(id__lt=last_id))

    def last_changed_first(self) -> Self:
        return self.order_by("-updated_at", "-id")

    def changed_before(self, updated_at: dt.datetime, last_id: int) -> Self:
        """Listings after (updated_at, id) in the order of last_changed_first()."""
        return self.filter(updated_at__lte=updated_at).filter(Q(updated_at__lt=updated_at) | Q(id__lt=last_id))

    def not_over(self, today: dt.date) -> Self:
        """Without those that ended before today, also where the hourly task hasn't marked them as expired yet."""
        return self.filter(not_over(today))

    def not_hazardous(self) -> Self:
        """Without those that are declared as hazardous waste."""
        return self.exclude(eural_code__endswith=HAZARDOUS_MARK)

    def in_some_hub(self) -> Self:
        """Those that at least one hub shows."""
        return self.exclude(hub_ids=[])

    def referenced(self, references: Sequence[str]) -> Self:
        """Listings with one of these references."""
        return self.exclude(reference="").filter(is_among(F("reference"), references, models.CharField()))

    def counts_by_status(self) -> dict[str, int]:
        return dict(self.order_by().values_list("status").annotate(models.Count("pk")))

    def counts_by_kind(self) -> dict[str, int]:
        return dict(self.order_by().values_list("kind").annotate(models.Count("pk")))

    def for_cards(self) -> Self:
        """With what a card or an API row shows, in a fixed number of queries."""
        badges = badges_of(timezone.localdate(), way="organisation__")
        return self.select_related("organisation", "material", "municipality").prefetch_related("photos", badges)

    def waiting_for_pairing(self) -> Self:
        """Listings that have changed since they were last paired, the longest waiting first. Drafts aren't paired."""
        return self.filter(paired_at__isnull=True).exclude(status=ListingStatus.DRAFT).order_by("updated_at")

    def standing_since(self, moment: dt.datetime) -> Self:
        """Published listings that nobody changed since before a moment."""
        return self.published().filter(updated_at__lt=moment)

    def to_expire(self, today: dt.date) -> Self:
        """Published listings that ended before today."""
        return self.published().filter(available_until__lt=today)

    def no_longer_safe(self, today: dt.date) -> Self:
        """Reserved food whose use-by date is past. What is published ends by its last day, which is no later."""
        return self.filter(
            status=Literal(ListingStatus.RESERVED), food_date_kind=Literal(FoodDate.USE_BY), food_date__lt=today
        )
