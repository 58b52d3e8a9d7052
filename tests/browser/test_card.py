"""The card of a material on paper: one page, also when each of its lists is full."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from frontend.maps.card import ELEMENTS_SHOWN, NAMES_SHOWN, TAKERS_SHOWN
from tests.browser.conftest import ROOT, Site

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
#: A map of the hub of its own, which its staff alone see, and listings: more of asphalt than a card shows of anything.
FULL = """
from django.contrib.gis.geos import Point
from accounts.models import Membership, Organisation, User
from geo.models import Hub
from maps import services
from maps.enums import Visibility
from materials.models import Material
from tests.makers import published
by = User.objects.get(email="hub@demo.example")
hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
asphalt = Material.objects.get(code="building-asphalt")
found = services.create_map(by=by, hub=hub, title="Asfalt in de kanaalzone")
layer = services.create_layer(by=by, material_map=found, title="Asfaltcentrales", visibility=Visibility.HUB)
for number in range(15):
    more = [
        {"kind": "stock", "title": f"Freesasfalt van werf {number} aan de Wiedauwkaai", "quantity": 12 + number,
         "unit": "tonne", "quantity_basis": "estimated", "destination": f"Asfaltcentrale {number} in de haven"},
        {"kind": "flow", "title": f"Overschot van wegenbouwer {number}", "quantity": 2, "unit": "tonne",
         "period": ("day", "week", "month", "year")[number % 4], "quantity_basis": "measured"},
        {"kind": "place", "title": f"Depot {number} voor puin in Gent"},
    ]
    for fields in more:
        place = Point(3.70 + number / 500, 51.05, srid=4326)
        made = services.add_feature(by=by, layer=layer, material=asphalt, geometry=place, **fields)
        services.publish_feature(by=by, feature=made)
# By names of their own: other journeys make people and organisations on the same site.
owner = User.objects.create_user("asfalt@test.example", "geheim-woord-1", name="Wim Wegen")
organisation = Organisation.objects.create(name="Wegenbouw De Rol", slug="wegenbouw-de-rol", kind="company")
Membership.objects.create(user=owner, organisation=organisation, role="admin")
for number in range(6):
    own = {"by": owner, "organisation": organisation}
    published("demand", material=asphalt, unit="tonne", title=f"Asfalt voor pad {number}", **own)
    published("service", materials=[asphalt], title=f"Asfalt breken, ploeg {number}", **own)
"""


def test_a_full_card_prints_on_one_page_of_a4(open_page: Open, site: Site, tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", FULL]
    subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True)
    page = open_page("hub")
    page.goto("/kaarten/sociaal-circulaire-hub-gent/materiaal/building-asphalt/")
    expect(page.locator("#where ~ .tablewrap tbody tr")).to_have_count(ELEMENTS_SHOWN)
    # Places, what is asked for and services: as many of each as a card shows.
    expect(page.locator("#who ~ .rows > li")).to_have_count(3 * TAKERS_SHOWN)
    goes_to = page.locator(".facts div", has_text="Gaat nu naar").locator("dd").inner_text()
    assert goes_to.count("Asfaltcentrale") >= NAMES_SHOWN - 4
    file = tmp_path / "kaart.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    about = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True, timeout=60).stdout
    assert re.findall(r"Pages: +(\d+)", about) == ["1"]
    width, height = map(float, re.findall(r"Page size: +([\d.]+) x ([\d.]+)", about)[0])
    assert (width, height) == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=1)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout
    for words in ("Waar", "Wie het kan gebruiken", "Wat het kan worden", "Bronnen"):
        assert words in text, words
    assert "Afdrukken" not in text
