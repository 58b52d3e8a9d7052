"""Broken constraints by the field that mends them."""

from collections.abc import Collection
from typing import ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models


class MendedByFields(models.Model):
    """A model whose constraints say, where they are broken, in which field that can be mended."""

    #: The field for each constraint's name; of others no single one does.
    MENDED_BY: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError where the database would refuse, by the field that mends it."""
        errors: dict[str, list[ValidationError]] = {}
        for constraint in self._meta.constraints:
            try:
                constraint.validate(type(self), self, exclude=set(exclude or ()))
            except ValidationError as error:
                errors.setdefault(self.MENDED_BY.get(constraint.name, NON_FIELD_ERRORS), []).append(error)
        if errors:
            raise ValidationError(errors)
