"""Pages that say what Werkstof is, what it rests on, and how it looks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from frontend.about.specimens import specimens
from frontend.requests import PageRequest
from geo.boundaries import current_quality
from geo.models import Boundary
from materials.models import ImpactFactor


@require_GET
def about(request: PageRequest) -> HttpResponse:
    quality = current_quality()
    context = {
        "quality": quality,
        "boundary": Boundary.objects.of_quality(quality).first(),
        "factor": ImpactFactor.objects.first(),
    }
    return render(request, "about/about.html", context)


@require_GET
def style(request: PageRequest) -> HttpResponse:
    """Every component with its states."""
    return render(request, "about/style.html", specimens())
