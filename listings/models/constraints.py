"""A model base that checks constraints, all CHECKs in one query, and reports each at the field that mends it."""

from collections.abc import Collection, Iterable
from typing import ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, FieldError, ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.db.models import BooleanField, CheckConstraint, Value
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE


class MendedByFields(models.Model):
    """A model that reports a broken constraint at the field in which it can be mended."""

    #: That field, by the name of the constraint. A constraint that isn't here is reported at no field.
    MENDED_BY: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError, by field, for each constraint that the database would find broken.

        All checks are asked in one query, as one for each takes several times as long as storing the row. Only where
        the database fails at it, as at a number that is too large for it, each is asked by itself, as Django does.
        """
        excluded = set(exclude or ())
        checks = [one for one in self._meta.constraints if isinstance(one, CheckConstraint)]
        kept = self._kept(checks, excluded)
        errors: dict[str, list[ValidationError]] = {}
        for constraint in self._meta.constraints:
            if constraint.name in kept:
                continue
            try:
                constraint.validate(type(self), self, exclude=excluded)
            except ValidationError as error:
                errors.setdefault(self.MENDED_BY.get(constraint.name, NON_FIELD_ERRORS), []).append(error)
        if errors:
            raise ValidationError(errors)

    def _kept(self, checks: Iterable[CheckConstraint], excluded: set[str]) -> set[str]:
        """The names of those checks that this row keeps, or that look at a field which isn't to be looked at."""
        query, asked, kept = Query(None), [], set()
        values = self._get_field_expression_map(meta=self._meta, exclude=excluded)  # type: ignore[attr-defined]
        for name, value in values.items():
            query.add_annotation(value if hasattr(value, "resolve_expression") else Value(value), name, select=False)
        for check in checks:
            try:
                # As a CHECK of the database does, it lets unknown pass.
                query.add_annotation(Coalesce(check.condition, True, output_field=BooleanField()), check.name)
                asked.append(check.name)
            except FieldError:
                kept.add(check.name)
        if asked:
            try:
                with transaction.atomic():
                    answers = query.get_compiler(connection=connection).execute_sql(SINGLE)
            except DatabaseError:
                return kept
            kept |= {name for name, answer in zip(asked, answers, strict=True) if answer}
        return kept
