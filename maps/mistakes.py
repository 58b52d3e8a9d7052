"""What is wrong with rows of a file: kept by field as texts of the source with their values, said as its reader reads.

The texts are those of refusals (listings.imports.mistakes). Whoever keeps them lets the rules speak without a
language, by `translation.override(None)`: then each text is as it stands in the source.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy

from listings.imports.mistakes import Said as Says
from listings.imports.mistakes import said, told_all
from maps.fields import label_of
from maps.files.refusals import TEXTS, RowRefused, Said

#: The name of a field, or nothing for the row as a whole, and what it refuses.
Mistake = tuple[str, Says]
#: Django says these in two numbers, of which a text that is kept has one.
_IN_ONE_NUMBER = {"max_length": gettext_lazy("Dit is te lang: er passen hoogstens %(limit_value)s tekens.")}


def mistakes_of(error: ValidationError | PermissionDenied) -> list[Mistake]:
    """Each mistake of a refusal, as JSON."""
    if isinstance(error, PermissionDenied):
        return [("", [(str(error), {})])]
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [
        (name if name != NON_FIELD_ERRORS else "", said(ValidationError([_in_one_number(one)])))
        for name, found in by_field.items()
        for one in found
    ]


def mistakes_of_row(refused: RowRefused) -> list[Mistake]:
    """What is wrong with a row that can't be read, as JSON."""
    return [("", says_of(refused.said))]


def says_of(words: Said) -> Says:
    """A sentence about a file or a row, as JSON like that of other refusals."""
    with translation.override(None):
        return [(str(TEXTS[words.code]), dict(words.values))]


def told(kept: Sequence[Sequence[Any]]) -> list[list[tuple[str, str]]]:
    """Of each row its mistakes in the active language: what people call the field, or nothing, and words for it."""
    words = iter(told_all([says for _field, says in chain.from_iterable(kept)]))
    return [[(label_of(field) if field else "", next(words)) for field, _says in mistakes] for mistakes in kept]


def _in_one_number(error: ValidationError) -> ValidationError:
    if error.code not in _IN_ONE_NUMBER:
        return error
    return ValidationError(_IN_ONE_NUMBER[error.code], params=error.params)
