"""The OpenAPI document, and the page that shows it to people."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.core.exceptions import ValidationError
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

FORMATS = ("json", "yaml")


class ApiDocumentView(SpectacularAPIView):
    """The OpenAPI document: YAML, or JSON where `?format=json` or the Accept header asks for it."""

    renderer_classes = [OpenApiYamlRenderer, OpenApiYamlRenderer2, OpenApiJsonRenderer2, OpenApiJsonRenderer]

    def get_format_suffix(self, **kwargs: Any) -> str | None:
        """The format that the address names. DRF doesn't read it: elsewhere `format` is the search's own parameter."""
        asked = self.request.query_params.get("format")
        if asked and asked not in FORMATS:
            known = ", ".join(FORMATS)
            raise ValidationError({"format": _("Dit formaat ken ik niet. Kies uit: %(known)s.") % {"known": known}})
        return asked or None

    def handle_exception(self, exc: Exception) -> Response:
        """A problem is JSON, whatever the document was asked in."""
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSONRenderer.media_type
        return super().handle_exception(exc)


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), name="dispatch")
class ApiDocsView(SpectacularSwaggerSplitView):
    """Swagger UI, whose script has an address of its own and whose styles don't. Scripts come from this host alone."""

    url_name = "api-schema"
