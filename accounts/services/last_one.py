"""That somebody is left to manage: one rule for the admins of an organisation and the managers of a hub."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet


def check_not_last(holders: QuerySet[Any], row: Any, words: str) -> None:
    """Raise ValidationError with these words where `row` is the only one of `holders`. Locks all their rows, so that
    the last two can't leave at once.
    """
    kept = list(holders.select_for_update().order_by("pk").values_list("pk", flat=True))
    if kept == [row.pk]:
        raise ValidationError(words)
