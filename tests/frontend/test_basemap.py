"""The basemap that an operator names reaches the map; without one no other host is named."""

import re
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
TILES = "http://127.0.0.1:9000/ondergrond/{z}/{x}/{y}.png"


def test_the_named_basemap_and_its_source_stand_in_the_map_s_own_data(client: Client, settings: Any) -> None:
    settings.BASEMAP_URL, settings.BASEMAP_ATTRIBUTION = TILES, "© Kaartmakers"
    page = client.get("/").content.decode()
    assert f'data-basemap="{TILES}"' in page
    assert 'data-attribution="© Kaartmakers"' in page


def test_without_one_the_page_names_no_other_host(client: Client, settings: Any) -> None:
    settings.BASEMAP_URL = settings.BASEMAP_ATTRIBUTION = ""
    page = client.get("/").content.decode()
    assert 'data-basemap=""' in page
    # Its own addresses in each language are named, not loaded.
    page = re.sub(r'<link rel="(alternate|canonical)"[^>]*>', "", page)
    loaded = re.findall(r"""(?:src|data-[a-z-]+|<link[^>]*href)=["']((?:https?:)?//[^"']+)""", page)
    assert loaded == []
