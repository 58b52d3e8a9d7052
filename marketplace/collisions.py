"""Two people who took the same name or number at the same moment: whose came second is told which.

Forms and services look before they write. Between the look and the write somebody else may write the same; then the
database refuses it, by a constraint that has words of its own.
"""

import logging
import re
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from psycopg.errors import CheckViolation

#: What PostgreSQL says of a key that is there already: its columns.
_KEY = re.compile(r"^\w+ \(([\w, ]+)\)=")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Collision:
    """What was taken, in words; and the field, where it is one."""

    words: str
    field: str = ""


def collision_of(error: BaseException | None) -> Collision | None:
    """None for any other error. A check that fails is no collision: that is a mistake of ours."""
    if not isinstance(error, IntegrityError) or isinstance(error.__cause__, CheckViolation):
        return None
    logger.warning("Two writes met", exc_info=error)
    seen = getattr(error.__cause__, "diag", None)
    if seen is not None and seen.constraint_name:
        for model in apps.get_models():
            if model._meta.db_table == seen.table_name:
                found = _by_constraint(model, seen.constraint_name) or _by_field(model, seen.message_detail or "")
                if found:
                    return found
    return Collision(_("Iemand anders veranderde dit op hetzelfde moment. Probeer het opnieuw."))


def _by_constraint(model: type[models.Model], name: str) -> Collision | None:
    """By a constraint of the table that has a message of its own."""
    for constraint in model._meta.constraints:
        if (
            constraint.name == name
            and constraint.violation_error_message != constraint.default_violation_error_message
        ):
            fields = [field for field in getattr(constraint, "fields", ()) if field not in _owners(model)]
            return Collision(str(constraint.violation_error_message), fields[0] if len(fields) == 1 else "")
    return None


def _by_field(model: type[models.Model], detail: str) -> Collision | None:
    """By the one column that has to be unique. Addresses follow from names: nobody types them."""
    key = _KEY.match(detail)
    try:
        field = model._meta.get_field(key[1]) if key else None
    except FieldDoesNotExist:
        return None
    if not isinstance(field, models.Field) or not field.unique or isinstance(field, models.SlugField):
        return None
    (words,) = model().unique_error_message(model, (field.name,)).messages
    return Collision(words, field.name)


def _owners(model: type[models.Model]) -> set[str]:
    """Fields that point at other rows: nobody types them."""
    return {field.name for field in model._meta.fields if field.is_relation}
