"""Answers travel compressed. Files of the pages were compressed when they were gathered, and come by WhiteNoise."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

#: What gets smaller by it. Photos and fonts are compressed in themselves.
COMPRESSIBLE = (
    "text/", "application/json", "application/geo+json", "application/problem+json", "application/vnd.oai.openapi",
    "application/vnd.mapbox-vector-tile",
)  # fmt: skip


class CompressionMiddleware(GZipMiddleware):
    """Compresses what was made for this request.

    A page holds a secret, the token of its forms, and words of the address: who can send requests for somebody and
    see how long the answers are could guess the secret from that (BREACH). So Django masks the token anew in each
    page, and its middleware adds up to a hundred random bytes to each answer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(COMPRESSIBLE):
            return response
        return super().process_response(request, response)
