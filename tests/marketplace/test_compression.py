"""Answers travel compressed where that makes them smaller, each a little differently long."""

import gzip

import pytest
from django.templatetags.static import static
from django.test import Client

from tests.makers import published

pytestmark = pytest.mark.django_db
ZIPPED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", ["/", "/hubs/", "/api/v1/materials/", "/tiles/municipalities/8/130/86.mvt"])
def test_pages_answers_and_tiles_are_compressed_for_who_takes_it(client: Client, path: str) -> None:
    answer = client.get(path, headers=ZIPPED)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert len(answer.content) < len(gzip.decompress(answer.content))
    assert "Content-Encoding" not in client.get(path).headers


def test_a_page_s_length_tells_nothing_of_its_secret(client: Client) -> None:
    published(title="Planken")
    assert len({len(client.get("/?q=planken", headers=ZIPPED).content) for _time in range(8)}) > 1


def test_what_is_compressed_in_itself_stays_as_it_is(client: Client) -> None:
    font = client.get(static("build/fonts/ibm-plex-sans-latin-400-normal.woff2"), headers=ZIPPED)
    font.close()
    assert font.status_code == 200
    assert "Content-Encoding" not in font.headers


def test_a_tile_that_the_browser_has_isn_t_sent_again(client: Client) -> None:
    tile = client.get("/tiles/municipalities/8/130/86.mvt", headers=ZIPPED)
    again = client.get("/tiles/municipalities/8/130/86.mvt", headers=ZIPPED | {"If-None-Match": tile["ETag"]})
    assert again.status_code == 304
