"""Fields that a service may set: checked before anything is stored."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import validators
from accounts.models import Organisation, Site, User
from geo.models import Hub, HubRegion

Row = TypeVar("Row", User, Organisation, Site, Hub, HubRegion)


def set_fields(instance: Row, fields: dict[str, Any], writable: frozenset[str]) -> Row:
    """Check fields and set them. An empty number becomes None; invisible characters are taken out of names."""
    errors: dict[str, str] = {}
    for name, value in fields.items():
        if name not in writable:
            errors[name] = _("Dit veld bestaat niet of is niet te veranderen.")
            continue
        if name == "name":
            value = validators.one_line(value)
        try:
            if name in ("enterprise_number", "establishment_number"):
                value = getattr(validators, name)(value) if value else None
            elif name == "phone" and value and value != getattr(instance, name):
                value = validators.phone(value)
        except ValidationError as error:
            errors[name] = " ".join(error.messages)
        setattr(instance, name, value)
    if errors:
        raise ValidationError(dict(errors))
    return instance
