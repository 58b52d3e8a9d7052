"""Stores many elements of one layer in one change, with what follows from them, or says what is wrong with each."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from maps.derived import derive_mass, derive_places
from maps.enums import FeatureState
from maps.fields import OF_STEPS, WRITABLE
from maps.mistakes import Mistake, mistakes_of
from maps.models import MapFeature, MapLayer
from maps.permissions import check_standing
from maps.services.storing import copy_of
from maps.standing import standing_of
from maps.validators import check_feature, check_publishable, check_without_asking
from materials.models import Material
from materials.units import check_unit, unit_mass_kg

#: Rows in one statement: PostgreSQL takes 65,535 values in one.
ROWS_AT_ONCE = 1_000
_STORED = [*WRITABLE, *OF_STEPS, "mass_kg", "municipality", "version", "updated_at"]

#: Called with the number of a row, and what is wrong with it.
Refuse = Callable[[int, Sequence[Mistake]], None]


class Prepared(NamedTuple):
    """An element that is to be stored, the row that says so, and what it was before."""

    row: int
    feature: MapFeature
    before: MapFeature | None


class BulkWriter:
    """Prepares and stores elements of a layer for somebody; None is an operator, who may do everything.

    `refuse` hears of each row that the database doesn't take.
    """

    def __init__(self, by: User | None, layer: MapLayer, refuse: Refuse) -> None:
        self.by, self.layer, self._refuse = by, layer, refuse
        self._standing = standing_of(by) if by is not None else None
        self._weigh = cache(unit_mass_kg)
        self._misfit = cache(_misfit)

    def begun(self, reference: str) -> MapFeature:
        """A new element, put forward at once. What isn't said shows as widely as its layer does."""
        made = MapFeature(layer=self.layer, created_by=self.by, state=FeatureState.REVIEW)
        made.visibility, made.source_reference = self.layer.visibility, reference
        return made

    def changing(self, before: MapFeature) -> MapFeature:
        """The element in its next version, to be filled in. One that was withdrawn begins again."""
        after = copy_of(before)
        after.version, after.updated_at = before.version + 1, timezone.now()
        if before.state == FeatureState.WITHDRAWN:
            after.state = FeatureState.REVIEW
        return after

    def check(self, feature: MapFeature) -> None:
        """Put its values in the form in which they are stored. Raises ValidationError by field."""
        check_without_asking(feature, self._fits)

    def check_step(self, before: MapFeature | None, after: MapFeature, step: str = "change") -> None:
        """Raise PermissionDenied unless somebody may take the step, and ValidationError for what others rely on."""
        if before is not None and self._standing is not None:
            asked = before
            if before.state == FeatureState.WITHDRAWN:
                # It begins again, by the rights of what is new. Who sees it isn't for the file to say.
                asked = copy_of(before)
                asked.state = after.state
            check_standing(self._standing, asked, step)
        if after.state == FeatureState.PUBLISHED:
            check_publishable(after)

    def write(self, prepared: Sequence[Prepared]) -> Sequence[Prepared]:
        """Store elements with what follows; returns those that the database took. Of others it says what is wrong."""
        moved = [one.feature for one in prepared if one.before is None or one.before.geometry != one.feature.geometry]
        if moved:
            derive_places(moved)
        for one in prepared:
            derive_mass(one.feature, self._weigh)
        try:
            _store(prepared)
        except IntegrityError:
            sound = [one for one in prepared if self._is_sound(one)]
            if len(sound) == len(prepared):
                raise
            _store(sound)
            return sound
        return prepared

    def _fits(self, material: Material, unit: str) -> None:
        if (refusal := self._misfit(material, unit)) is not None:
            raise refusal

    def _is_sound(self, one: Prepared) -> bool:
        try:
            check_feature(one.feature)
        except ValidationError as error:
            self._refuse(one.row, mistakes_of(error))
            return False
        return True


@transaction.atomic
def _store(prepared: Sequence[Prepared]) -> None:
    new = [one.feature for one in prepared if one.before is None]
    MapFeature.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    changed = [one.feature for one in prepared if one.before is not None]
    MapFeature.objects.bulk_create(
        changed, batch_size=ROWS_AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=_STORED
    )


def _misfit(material: Material, unit: str) -> ValidationError | None:
    try:
        check_unit(material, unit)
    except ValidationError as error:
        return error
    return None
