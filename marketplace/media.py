"""Photos from the folder of uploads; nothing else in it is anyone's to read."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def photo(request: HttpRequest, path: str) -> HttpResponseBase:
    """A photo as `listings.photos` encoded it. Its name is never used again, so browsers may keep it."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT / "photos"))
    if isinstance(response, FileResponse):
        response["Content-Type"] = "image/webp"
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
