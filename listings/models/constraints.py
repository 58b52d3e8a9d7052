"""Which field somebody has to change when a constraint is broken."""

from collections.abc import Collection
from typing import ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models


class MendedByFields(models.Model):
    """A model that reports a broken constraint at the field in which it can be mended."""

    #: That field, by the name of the constraint. A constraint that isn't here is reported at no field.
    MENDED_BY: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError, by field, for each constraint that the database would find broken."""
        errors: dict[str, list[ValidationError]] = {}
        for constraint in self._meta.constraints:
            try:
                constraint.validate(type(self), self, exclude=set(exclude or ()))
            except ValidationError as error:
                errors.setdefault(self.MENDED_BY.get(constraint.name, NON_FIELD_ERRORS), []).append(error)
        if errors:
            raise ValidationError(errors)
