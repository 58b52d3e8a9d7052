"""Photos from the folder of uploads, each for who may see what it is of; nothing else in it is anyone's to read."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from listings.models import Listing
from maps.models import MapFeature
from marketplace.problems import not_found

#: How long a copy of a public photo may be shown without asking again: as long as one that is withdrawn may linger.
PUBLIC_FOR_S = 300
PUBLIC, PRIVATE = f"public, max-age={PUBLIC_FOR_S}", "private, no-store"


@require_safe
def photo(request: HttpRequest, path: str) -> HttpResponseBase:
    """A photo as `listings.photos` encoded it, of a listing or of an element of a map: for whoever may see that."""
    if _shows(path, AnonymousUser()):
        return _served(request, path, PUBLIC)
    if _shows(path, _reader(request)):
        return _served(request, path, PRIVATE)
    # Unless told otherwise, caches keep that nothing is here, also when the draft has become public.
    response = not_found(request, Http404())
    response["Cache-Control"] = "no-store"
    return response


def _shows(path: str, reader: User | AnonymousUser) -> bool:
    """Whether somebody may see what a photo is of."""
    # PostgreSQL knows no NUL.
    if "\0" in path:
        return False
    image = f"photos/{path}"
    return (
        Listing.objects.filter(photos__image=image).visible_to(reader).exists()
        or MapFeature.objects.filter(photos__image=image).visible_to(reader).exists()
    )


def _served(request: HttpRequest, path: str, cache_control: str) -> HttpResponseBase:
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT / "photos"))
    response["Content-Type"] = "image/webp"
    response["Cache-Control"] = cache_control
    return response


def _reader(request: HttpRequest) -> User | AnonymousUser:
    """Who asks, by session or by token: programs read addresses of photos from the API."""
    try:
        found = TokenAuthentication().authenticate(request)  # type: ignore[arg-type]
    except AuthenticationFailed:
        return AnonymousUser()
    return found[0] if found else request.user  # type: ignore[return-value]
