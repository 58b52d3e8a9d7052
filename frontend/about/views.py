"""Pages that say what Werkstof is, how to use it, who runs it by which rules, what it rests on, and how it looks."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from frontend.about.documents import read_document
from frontend.about.operator import read_operator
from frontend.about.specimens import specimens
from frontend.requests import PageRequest
from geo.boundaries import current_quality
from geo.models import Boundary, Hub
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
def help_page(request: PageRequest) -> HttpResponse:
    return _document(request, "help")


@require_GET
def privacy(request: PageRequest) -> HttpResponse:
    hosts = {"map_host": settings.BASEMAP_URL, "address_host": settings.ADDRESS_SERVICE_URL}
    return _document(request, "privacy", **{name: urlsplit(url).hostname or "" for name, url in hosts.items()})


@require_GET
def terms(request: PageRequest) -> HttpResponse:
    return _document(request, "terms")


def _document(request: PageRequest, name: str, **context: str) -> HttpResponse:
    """A page whose text is one of the documents, in the reader's language."""
    document = read_document(name, get_language() or settings.LANGUAGE_CODE)
    return render(request, f"about/{name}.html", {"document": document, "operator": read_operator(), **context})


@require_GET
def contact(request: PageRequest) -> HttpResponse:
    """Whom to write to: who runs this site, and each hub."""
    return render(request, "about/contact.html", {"operator": read_operator(), "hubs": Hub.objects.all()})


@require_GET
def style(request: PageRequest) -> HttpResponse:
    """Every component with its states."""
    return render(request, "about/style.html", specimens())
