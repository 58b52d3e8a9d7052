"""Form fields and the way every field is drawn."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

from accounts.models import Site
from listings.imports.values import number


class Renderer(TemplatesSetting):
    """Label, help, control and error, as components/field.html draws them."""

    field_template_name = "components/field.html"


class BelgianDecimalField(forms.DecimalField):
    """A number as Belgians write it: "1.250,5" is one thousand two hundred fifty and a half."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # the stubs take every number for an int
        if value in self.empty_values:
            return None
        return number(str(value))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}".replace(".", ",")
        return value


class DateField(forms.DateField):
    """A day, by the browser's own picker."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class SiteSelect(forms.Select):
    """Each site carries its point, so that the map can go there."""

    def create_option(self, name: str, value: Any, *args: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **more)
        site = getattr(value, "instance", None)
        if isinstance(site, Site):
            option["attrs"] |= {"data-lat": repr(site.location.y), "data-lon": repr(site.location.x)}
        return option


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put a service's refusal where it belongs: by its field where the form has that, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)  # type: ignore[arg-type]
