"""Splitting an element along a line, and joining two. Each is one change of several elements, and undone as one."""

from decimal import ROUND_DOWN, Decimal

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from geo.cutting import join_shapes, shares_of, split_shape
from maps.conflicts import conflict_over
from maps.enums import FeatureState, QuantityBasis
from maps.history import begin_change
from maps.models import MapFeature
from maps.models.feature import LONGEST_TITLE, MOST_VERTICES
from maps.permissions import check_can_add, check_can_take
from maps.services.features import derive
from maps.services.moving import move_along
from maps.services.storing import copy_of, current, hold, record_change, save_changes
from maps.validators import check_feature
from maps.verbs import MapVerb
from materials.enums import Unit

_MEASURED = ("mass", "volume", "length", "area")


@transaction.atomic
def split_feature(*, by: User, feature: MapFeature, version: int, line: GEOSGeometry) -> list[MapFeature]:
    """Divide an element along a line (degrees): it keeps the largest piece, and each other becomes an element.

    Those have the same fields and the same state, without the number at the source, photos and listings, which stay
    with the first. A quantity is divided by size, and estimated from then on. Raises Conflict for another version,
    ValidationError at `line` for one that doesn't cut. Returns all, the first as it is now.
    """
    stored = _changeable(by, feature, version)
    check_can_add(by, stored.layer)
    shapes = split_shape(stored.geometry, line)
    parts = [copy_of(stored) for _shape in shapes]
    for number, (part, shape, quantity) in enumerate(zip(parts, shapes, _quantities(stored, shapes), strict=True), 1):
        part.geometry = shape
        _set_quantity(part, quantity)
        if number > 1:
            _make_new(part, number, by)
        check_feature(part)
        derive(part)
    begin_change(by=by, verb=MapVerb.SPLIT)
    first = save_changes(stored, parts[0], by=by, verb=MapVerb.SPLIT, asked={"geometry": shapes[0]}, begun=True)
    made = []
    for part in parts[1:]:
        part.save(force_insert=True)
        made.append(current(part))
        record_change(MapVerb.ADDED, by, made[-1])
    return [first, *made]


@transaction.atomic
def join_features(*, by: User, feature: MapFeature, version: int, other: MapFeature, other_version: int) -> MapFeature:
    """Make one element of two of a layer. The first keeps its fields; quantities add up; the other is withdrawn, and
    its photos, documents and listings hang on the first from then on. Undoing brings all back.

    Raises Conflict for another version of either, ValidationError at `other` for what doesn't go together.
    """
    hold([feature.pk, other.pk])
    stored, second = _changeable(by, feature, version), _changeable(by, other, other_version)
    check_can_take(by, second, "withdraw")
    _check_go_together(stored, second)
    after = copy_of(stored)
    after.geometry = join_shapes(stored.geometry, second.geometry)
    if after.geometry.num_coords > MOST_VERTICES:
        raise ValidationError({"other": _("Samen hebben ze te veel punten. Vereenvoudig ze eerst.")})
    _add_quantity(after, second)
    check_feature(after)
    derive(after)
    gone = copy_of(second)
    gone.state = FeatureState.WITHDRAWN
    change = begin_change(by=by, verb=MapVerb.JOINED)
    move_along(change, second, stored)
    save_changes(second, gone, by=by, verb=MapVerb.JOINED, asked={}, begun=True)
    return save_changes(stored, after, by=by, verb=MapVerb.JOINED, asked={"geometry": after.geometry}, begun=True)


def _changeable(by: User, feature: MapFeature, version: int) -> MapFeature:
    stored = current(feature)
    check_can_take(by, stored, "change")
    if stored.version != version:
        raise conflict_over(stored, version, {})
    return stored


def _make_new(part: MapFeature, number: int, by: User) -> None:
    """Turn a copy into an element of its own."""
    part.pk, part.version, part._state.adding = None, 1, True
    part.created_by, part.source_reference = by, ""
    ending = f" ({number})"
    part.title = part.title[: LONGEST_TITLE - len(ending)] + ending


def _quantities(feature: MapFeature, shapes: list[GEOSGeometry]) -> list[Decimal | None]:
    """What each piece has of the quantity: together exactly all. Whole things stay whole."""
    whole = feature.quantity
    if whole is None:
        return [None] * len(shapes)
    counted = Unit(feature.unit).dimension not in _MEASURED and whole == whole.to_integral_value()
    step = Decimal(1) if counted else Decimal("0.001")
    others = [(whole * Decimal(share)).quantize(step, rounding=ROUND_DOWN) for share in shares_of(shapes)[1:]]
    return [whole - sum(others), *others]


def _set_quantity(part: MapFeature, quantity: Decimal | None) -> None:
    if quantity is None:
        return
    part.quantity = quantity or None
    if not quantity:
        # Less than the smallest figure: nobody knows how much.
        part.unit, part.quantity_basis = "", QuantityBasis.UNKNOWN
    elif part.quantity_basis == QuantityBasis.MEASURED:
        part.quantity_basis = QuantityBasis.ESTIMATED


def _check_go_together(first: MapFeature, second: MapFeature) -> None:
    """Raise ValidationError for two elements of which one can't be made without guessing."""
    if first.pk == second.pk:
        raise ValidationError({"other": _("Kies een ander element.")})
    if first.layer_id != second.layer_id:
        raise ValidationError({"other": _("Kies een element van dezelfde laag.")})
    if first.visibility != second.visibility:
        raise ValidationError(
            {"other": _("Deze twee zijn niet voor dezelfde mensen zichtbaar. Maak dat eerst gelijk.")}
        )
    known = [one.quantity is not None for one in (first, second)]
    told = ("kind", "material_id", "unit", "period", "season_months")
    other_material = first.material_id and second.material_id and first.material_id != second.material_id
    if (all(known) and any(getattr(first, name) != getattr(second, name) for name in told)) or (
        any(known) and other_material
    ):
        words = _(
            "Hun hoeveelheden tellen niet op. Geef beide dezelfde soort, eenheid, periode en maanden, en hetzelfde "
            "materiaal."
        )
        raise ValidationError({"other": words})
    if first.quantity is None and second.quantity is not None and first.kind != second.kind:
        words = _("Het ene is een %(first)s, het andere een %(second)s. Geef ze eerst dezelfde soort.")
        kinds = {"first": first.get_kind_display().lower(), "second": second.get_kind_display().lower()}
        raise ValidationError({"other": words % kinds})


def _add_quantity(after: MapFeature, second: MapFeature) -> None:
    if second.quantity is None:
        return
    if after.quantity is None:
        for name in ("quantity", "unit", "period", "season_months", "quantity_basis"):
            setattr(after, name, getattr(second, name))
        after.material = after.material or second.material
        return
    after.quantity += second.quantity
    if after.quantity_basis != second.quantity_basis:
        after.quantity_basis = QuantityBasis.ESTIMATED
