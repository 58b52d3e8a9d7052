"""Which fields a step takes beside those that all have: one rule for exchanges and standing agreements."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def check_taken(takes: Mapping[str, bool], given: Collection[str]) -> None:
    """Raise ValidationError by field for what the step doesn't take, and for what it needs and wasn't given. `takes`
    says of each field whether it has to be there.
    """
    errors = {field: _("Deze stap neemt dit veld niet aan.") for field in given if field not in takes}
    errors |= {field: _("Deze stap heeft dit veld nodig.") for field in takes if takes[field] and field not in given}
    if errors:
        raise ValidationError(dict(errors))
