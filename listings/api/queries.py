"""Refuses parameters that don't exist: otherwise a misspelled filter would look like a search for everything."""

from collections.abc import Iterable
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

#: A refusal names so many parameters, each by so many letters: it needn't be as long as the question.
MOST_NAMED, LONGEST_NAME = 5, 40


def check_names(request: Request, parameters: Iterable[OpenApiParameter]) -> None:
    """Raise ValidationError for parameters that aren't among these, or that are given more than once."""
    known = [parameter.name for parameter in parameters]
    wrong = (name for name, values in request.query_params.lists() if name not in known or len(values) > 1)
    errors = {
        name[:LONGEST_NAME]: _("Geef dit één keer.")
        if name in known
        else _("Deze parameter ken ik niet. Kies uit: %(known)s.") % {"known": ", ".join(known)}
        for name in islice(wrong, MOST_NAMED)
    }
    if errors:
        raise ValidationError(dict(errors))
