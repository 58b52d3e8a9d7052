"""/api/v1/materials/"""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from materials.api.representation import hit_row, lines_of, material_row
from materials.api.shapes import MATERIAL, MATERIALS
from materials.models import Material
from materials.recognise import LONGEST_NAME
from materials.search import find_materials

#: The tree changes only with a new version; browsers ask again after this many seconds, and mostly get a 304.
cached = [cache_control(max_age=300), conditional_page]


@method_decorator(cached, "dispatch")
class MaterialsView(APIView):
    """The whole material tree, each node before what lies below it; with `q`, the materials of that name.

    Units and impact factors that a material lacks are those of the nearest node above it.
    """

    permission_classes = ()

    @extend_schema(
        operation_id="materials_list",
        parameters=[OpenApiParameter("q", str, description="A name in any language, spelled roughly: best first.")],
        responses={200: MATERIALS},
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "").strip()
        return Response({"next": None, "results": _found(text) if text else _tree()})


@method_decorator(cached, "dispatch")
class MaterialView(APIView):
    """One material by its code."""

    permission_classes = ()

    @extend_schema(operation_id="materials_retrieve", responses={200: MATERIAL})
    def get(self, request: Request, code: str) -> Response:
        material = get_object_or_404(Material, code=code)
        line = Material.objects.with_ancestors_of(material).in_tree_order().with_units().with_factors()
        return Response(material_row(list(line)))


def _tree() -> list[dict[str, Any]]:
    return [material_row(line) for line in lines_of(Material.objects.in_tree_order().with_units().with_factors())]


def _found(text: str) -> list[dict[str, Any]]:
    if len(text) > LONGEST_NAME:
        raise ValidationError({"q": _("Zoek met hoogstens %(most)d tekens.") % {"most": LONGEST_NAME}})
    if "\x00" in text:
        raise ValidationError({"q": _("Deze tekst bevat een teken dat niet te bewaren is. Haal het weg.")})
    hits = find_materials(text, get_language() or "nl")
    above = Material.objects.with_ancestors_of_any(hit.material for hit in hits).in_tree_order().with_units()
    lines = {line[-1].pk: line for line in lines_of(above)}
    return [hit_row(hit, lines[hit.material.pk]) for hit in hits]
