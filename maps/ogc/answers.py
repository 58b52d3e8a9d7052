"""How an answer goes out: as JSON or as a page, with a tag that tells whether it has changed, for every website."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from maps.ogc.links import AS_HTML, FORMAT, HTML, JSON

#: What is at most this long is sent whole, with its length and its tag; what is longer is sent as it is read.
_WHOLE_BYTES = 1_000_000


def wants_page(request: Request, given: Mapping[str, str], *media_types: str) -> bool:
    """Whether a page to read is asked, by the parameter or else by Accept. JSON is what nobody has to ask for."""
    if FORMAT in given:
        return given[FORMAT] == AS_HTML
    return bool(request._request.get_preferred_type([*media_types, JSON, HTML]) == HTML)


def as_json(request: Request, document: Any, media_type: str = JSON) -> HttpResponseBase:
    return whole(request, json.dumps(document, ensure_ascii=False).encode(), media_type)


def as_page(request: Request, page: Mapping[str, Any]) -> HttpResponseBase:
    return render(request._request, "ogc/document.html", dict(page))


def whole(request: Request, body: bytes, media_type: str, **headers: str) -> HttpResponseBase:
    """An answer that is known whole: 304 where the client has it."""
    response = HttpResponse(body, content_type=media_type)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response["ETag"] = etag
    _add(response, headers)
    return get_conditional_response(request._request, etag=etag, response=response) or response


def as_it_comes(request: Request, pieces: Iterable[bytes], media_type: str, **headers: str) -> HttpResponseBase:
    """What may be long. An error before its first megabyte is told as any other; later the answer breaks off."""
    begun, size, rest = list[bytes](), 0, iter(pieces)
    for piece in rest:
        begun.append(piece)
        size += len(piece)
        if size > _WHOLE_BYTES:
            response = StreamingHttpResponse(chain(begun, rest), content_type=media_type)
            _add(response, headers)
            return response
    return whole(request, b"".join(begun), media_type, **headers)


def _add(response: HttpResponseBase, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
