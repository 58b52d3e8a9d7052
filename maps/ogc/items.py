"""The body of a page of features, piece by piece."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from maps.ogc.features import Page
from maps.ogc.links import Link

#: Letters that are put together before they are sent.
_PIECE = 65_536


def feature_collection(page: Page, links: Callable[[Page], list[Link]]) -> Iterator[bytes]:
    """GeoJSON. What is known at the end stands at the end: how many there are, and where the next page is."""
    pieces, size, before = ['{"type":"FeatureCollection","features":['], 0, ""
    for feature in page.features():
        pieces += (before, feature)
        size, before = size + len(feature), ",\n"
        if size > _PIECE:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    last: dict[str, Any] = {"numberReturned": page.returned}
    if page.matched is not None:
        last["numberMatched"] = page.matched
    last["links"] = links(page)
    pieces.append("]," + json.dumps(last, ensure_ascii=False)[1:])
    yield "".join(pieces).encode()


def with_links(feature: str, links: list[Link]) -> bytes:
    """A feature that stands alone, with its links."""
    return f'{feature[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}'.encode()
