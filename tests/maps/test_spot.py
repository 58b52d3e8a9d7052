"""Adding on the spot, by phone: once however often it is sent, all of it or nothing, by who made it alone."""

import datetime as dt
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maps import services
from maps.enums import GeometryKind, Power, Visibility
from maps.models import MapFeature, MapFeaturePhoto, MapLayer, SpotEntry
from maps.permissions import can_add
from maps.services.spot import MOST_SPOT_PHOTOS, SentBefore
from maps.standing import standing_of
from tests.exchanges.test_at_once import at_once
from tests.listings.busy_photos import photos_come_in
from tests.makers import make_user
from tests.maps.makers import Story, partner_of, point
from tests.maps.stories import webp
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db
PAGE = "/ter-plaatse/"


def photo(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", webp().read() if content is None else content, "image/jpeg")


def sent(story: Story, by: Any = None, **more: Any) -> dict[str, Any]:
    """What a phone sends of somebody who stands beside a heap of bricks."""
    return {
        "person": (by or story.editor).pk, "key": str(uuid4()), "layer": story.layer.pk, "title": "Bakstenen",
        "kind": "stock", "lat": "51.054300", "lon": "3.717400", "accuracy_m": "8", "quantity": "2,5", "unit": "tonne",
        "quantity_basis": "estimated", "material": "building-bricks", "noted_at": "2026-11-20T10:15:00.000Z",
        "submit": "on", "photo": photo(),
    } | more  # fmt: skip


def send(by: Any, given: dict[str, Any]) -> HttpResponse:
    file = given.get("photo")
    if isinstance(file, SimpleUploadedFile):
        file.seek(0)
    return of(by).post(f"{PAGE}sturen/", given)  # type: ignore[return-value]


def refusals(answer: Any) -> dict[str, str]:
    assert answer.status_code == 409
    return {row["field"]: row["words"] for row in answer.json()["refusals"]}


def test_sent_twice_it_is_there_once_with_its_photo_and_put_forward() -> None:
    story = Story()
    given = sent(story)
    first, again = send(story.editor, given), send(story.editor, given)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()  # type: ignore[attr-defined]
    feature = MapFeature.objects.get()
    assert first.json()["address"] == f"/kaarten/element/{feature.pk}/"  # type: ignore[attr-defined]
    assert (feature.state, feature.certainty, feature.created_by) == ("review", "likely", story.editor)
    assert feature.photos.count() == 1
    assert feature.spot_entry.noted_at == dt.datetime(2026, 11, 20, 10, 15, tzinfo=dt.UTC)


def test_who_may_only_propose_adds_with_a_photo_and_puts_it_forward_or_not() -> None:
    story = Story()
    for submit, state in (("on", "review"), ("", "draft")):
        given = sent(story, story.proposer, submit=submit)
        assert send(story.proposer, given).status_code == 201
        made = SpotEntry.objects.get(key=UUID(given["key"])).feature
        assert (made.state, made.photos.count()) == (state, 1)


def test_the_same_key_with_something_else_stores_nothing_and_leads_to_what_is_there() -> None:
    story = Story()
    given = sent(story)
    stored = send(story.editor, given)
    for other in ({"title": "Pannen"}, {"photo": photo(webp().read() + b"\0")}, {"submit": ""}, {"accuracy_m": ""}):
        answer = send(story.editor, given | other)
        assert "al verstuurd" in refusals(answer)[""]
        assert answer.json()["sent_before"]  # type: ignore[attr-defined]
        assert answer.json()["address"] == stored.json()["address"]  # type: ignore[attr-defined]
    assert MapFeature.objects.get().title == "Bakstenen"


def test_whoever_mends_what_was_sent_hears_what_they_may_do_with_it_and_may_send_it_as_new() -> None:
    """Given somebody who may only propose, when they send something else by the same key, then the words are those of
    where the element stands: no advice that is refused.
    """
    story = Story()
    given = sent(story, story.proposer, submit="")
    assert send(story.proposer, given).status_code == 201
    feature, other = MapFeature.objects.get(), given | {"title": "Pannen"}
    assert "Wijzig het op zijn pagina" in refusals(send(story.proposer, other))[""]
    feature = services.submit_feature(by=story.proposer, feature=feature)
    assert "Trek het in op zijn pagina" in refusals(send(story.proposer, other))[""]
    services.publish_feature(by=story.manager, feature=feature)
    assert "Stel je wijziging voor" in refusals(send(story.proposer, other))[""]
    services.withdraw_feature(by=story.manager, feature=feature)
    answer = send(story.proposer, other)
    assert "intussen van de kaart" in refusals(answer)[""]
    assert answer.json()["address"] == ""  # type: ignore[attr-defined]
    assert send(story.proposer, other | {"key": str(uuid4())}).status_code == 201
    assert set(MapFeature.objects.values_list("title", "state")) == {("Bakstenen", "withdrawn"), ("Pannen", "draft")}


def test_a_phone_that_never_heard_asks_by_its_key_what_became_of_what_it_sent() -> None:
    story = Story()
    given = sent(story)
    asked = f"{PAGE}wie/?sleutel={given['key']}"
    assert of(story.editor).get(asked).json()["stored"] is None
    answer = send(story.editor, given)
    assert of(story.editor).get(asked).json()["stored"] == answer.json()  # type: ignore[attr-defined]
    assert answer.json()["words"] == "Voorgelegd aan wie publiceert."  # type: ignore[attr-defined]
    services.publish_feature(by=story.manager, feature=MapFeature.objects.get())
    assert of(story.editor).get(asked).json()["stored"]["words"] == "Staat op de kaart."
    for by, path in ((story.manager, asked), (None, asked), (story.editor, f"{PAGE}wie/?sleutel=1")):
        assert of(by).get(path).json()["stored"] is None


def test_where_many_photos_come_in_nothing_is_refused_and_it_goes_later() -> None:
    story = Story()
    given = sent(story)
    with photos_come_in():
        answer = send(story.editor, given)
        page = of(story.editor).post(PAGE, sent(story))
    assert (answer.status_code, page.status_code) == (503, 503)
    assert int(answer["Retry-After"]) == int(page["Retry-After"]) > 0
    assert "Probeer het straks opnieuw" in page.content.decode()
    assert not MapFeature.objects.exists()
    assert send(story.editor, given).status_code == 201


def test_a_key_is_one_s_own() -> None:
    story, key = Story(), uuid4()
    for by in (story.editor, story.proposer):
        services.add_on_the_spot(by=by, layer=story.layer, key=key, title="Hout", kind="stock", geometry=point())
    assert SpotEntry.objects.filter(key=key).count() == MapFeature.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"unit": ""}, "unit", "eenheid"),
        ({"title": " "}, "title", "Vul dit in"),
        ({"lat": "", "lon": "", "accuracy_m": ""}, "place", "Zeg waar het is"),
        ({"lat": "48.8566", "lon": "2.3522"}, "lat", "België"),
        ({"kind": "flow"}, "period", "per wat"),
        ({"layer": "0"}, "layer", "mag je niets toevoegen"),
        ({"material": "kryptonite"}, "material", "niet"),
        ({"photo": photo(b"no photo")}, "", "Foto 1: Dit bestand is geen foto"),
        ({"key": "1"}, "key", "UUID"),
    ],
    ids=["no unit", "no title", "no place", "Paris", "no period", "no layer", "no material", "no photo", "no key"],
)
def test_what_is_refused_says_why_by_field_and_nothing_is_stored(wrong: Any, field: str, words: str) -> None:
    story = Story()
    assert words in refusals(send(story.editor, sent(story) | wrong))[field]
    assert not MapFeature.objects.exists()
    assert not SpotEntry.objects.exists()
    assert not MapFeaturePhoto.objects.exists()


def test_more_photos_than_go_along_are_refused_before_they_are_read() -> None:
    story = Story()
    many = [photo(b"no photo") for _number in range(MOST_SPOT_PHOTOS + 1)]
    with pytest.raises(ValidationError, match="hoogstens 3"):
        services.add_on_the_spot(
            by=story.editor, layer=story.layer, key=uuid4(), photos=many, title="Hout", kind="stock", geometry=point()
        )


def test_nobody_sends_what_somebody_else_kept() -> None:
    story = Story()
    for by in (None, story.manager):
        answer = send(by, sent(story))
        assert answer.status_code == 401
        assert of(by).get(f"{PAGE}wie/").json()["person"] == (by.pk if by else None)
    assert not MapFeature.objects.exists()


def test_a_right_that_was_taken_meanwhile_is_said_in_words() -> None:
    story = Story()
    right = story.layer.rights.get()
    services.take_right(by=story.manager, right=right)
    assert "Vraag het aan je hub" in refusals(send(story.proposer, sent(story, story.proposer)))[""]
    with pytest.raises(PermissionDenied):
        services.add_on_the_spot(
            by=story.proposer, layer=story.layer, key=uuid4(), title="Hout", kind="stock", geometry=point()
        )


def test_layers_to_add_to_are_those_that_one_may_add_to() -> None:
    """What SQL says and what the rule says, for everybody and every layer."""
    story = Story()
    for visibility in Visibility:
        services.create_layer(by=story.manager, material_map=story.map, title=visibility.name, visibility=visibility)
    partner, organisation = partner_of(story.hub)
    hidden = MapLayer.objects.get(title="PARTNERS")
    services.give_right(by=story.manager, layer=hidden, to=organisation, power=Power.EDIT)
    seen = story.holder(Power.SEE)
    layers = list(MapLayer.objects.filter(map=story.map).select_related("map__hub"))
    counts = []
    for person in (make_user(), seen, partner, story.proposer, story.editor, story.manager):
        standing = standing_of(person)
        found = set(MapLayer.objects.added_to_by(standing).filter(map=story.map))
        assert found == {layer for layer in layers if can_add(standing, layer)}
        counts.append(len(found))
    assert counts == [0, 0, 1, 1, 4, 5]


def test_the_page_offers_layers_that_take_a_point_and_is_kept_for_its_reader() -> None:
    story = Story()
    services.create_layer(
        by=story.manager, material_map=story.map, title="Enkel vlakken", geometry_kind=GeometryKind.POLYGONS
    )
    answer = of(story.editor).get(f"{PAGE}?laag={story.layer.pk}")
    text = answer.content.decode()
    assert f'<option value="{story.layer.pk}" selected>Bedrijven</option>' in text
    assert "Enkel vlakken" not in text
    assert f'data-person="{story.editor.pk}"' in text
    assert answer["X-Kept-For"] == str(story.editor.pk)
    assert "no-store" in answer["Cache-Control"]
    kept = answer["X-Kept-With"].split()
    loaded = re.findall(
        r'<(?:link rel="(?:stylesheet|preload|icon)"|script type="module") (?:href|src)="([^"]+)"', text
    )
    assert len(loaded) == 7
    assert set(loaded) <= set(kept)
    assert re.findall(r'<use href="([^#"]+)#', text)[0] in kept
    story.editor.language = "en"
    story.editor.save()
    assert of(story.editor).get(f"{PAGE}?laag=1")["Location"] == "/en/ter-plaatse/?laag=1"
    assert 'data-spot="/en/ter-plaatse/"' in of(story.editor).get("/en/ter-plaatse/").content.decode()


def test_the_page_takes_as_many_queries_however_many_layers_there_are() -> None:
    story = Story()
    counts = []
    for _time in range(2):
        client = of(story.editor)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        counts.append(len(queries))
        other = services.create_map(by=story.manager, hub=story.hub, title="Tweede")
        for number in range(3):
            services.create_layer(by=story.manager, material_map=other, title=f"Laag {number}")
    assert counts[0] == counts[1]


def test_the_worker_reaches_no_further_than_its_page() -> None:
    answer = Client().get(f"{PAGE}werker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in answer
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert re.fullmatch(r'importScripts\("/static/build/spot-worker[^"/]*\.js"\);\n', answer.content.decode())


def test_without_scripts_it_is_a_form_that_two_clicks_send_once() -> None:
    story = Story()
    client = of(story.editor)
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', client.get(PAGE).content.decode())[0]
    given = sent(story, key=key, accuracy_m="", noted_at="")
    for _click in range(2):
        given["photo"].seek(0)
        answer = client.post(PAGE, given)
        assert (answer.status_code, answer["Location"]) == (302, PAGE)
    entry = SpotEntry.objects.get()
    assert (entry.reading, entry.feature.photos.count()) == (None, 1)
    # Back in the browser, with another title: said where it stands, and another once it is saved again.
    given = sent(story, key=key, title="Pannen", accuracy_m="", noted_at="")
    said = client.post(PAGE, given)
    text = said.content.decode()
    assert said.status_code == 409
    assert "al verstuurd" in text
    assert f'href="/kaarten/element/{entry.feature.pk}/"' in text
    given["key"] = re.findall(r'name="key" value="([0-9a-f-]{36})"', text)[0]
    given["photo"].seek(0)
    assert (given["key"] != key, client.post(PAGE, given).status_code) == (True, 302)
    assert set(MapFeature.objects.values_list("title", flat=True)) == {"Bakstenen", "Pannen"}
    refused = client.post(PAGE, sent(story, title="", photo=""))
    assert refused.status_code == 409
    assert 'id="id_title_error"' in refused.content.decode()


def test_how_well_the_phone_knew_the_place_is_told_until_somebody_moves_it() -> None:
    story = Story()
    entry = services.add_on_the_spot(
        by=story.editor, layer=story.layer, key=uuid4(), accuracy_m=8, noted_at=timezone.now() + dt.timedelta(days=3),
        title="Hout", kind="stock", geometry=point(),
    )  # fmt: skip
    assert entry.noted_at <= timezone.now()
    page = f"/kaarten/element/{entry.feature.pk}/"
    assert "de plek op 8 m nauwkeurig" in of(story.editor).get(page).content.decode()
    services.change_feature(by=story.editor, feature=entry.feature, version=1, geometry=point(3.72, 51.06))
    moved = of(story.editor).get(page).content.decode()
    assert "genoteerd op" in moved
    assert "nauwkeurig" not in moved


@pytest.mark.django_db(transaction=True)
def test_of_four_that_send_the_same_at_once_one_stores_it_and_all_hear_of_it() -> None:
    story, key = Story(), uuid4()
    content = webp().read()
    came_to = at_once(
        [
            lambda: services.add_on_the_spot(
                by=story.editor, layer=story.layer, key=key, photos=[photo(content)], submit=True, title="Hout",
                kind="stock", geometry=point(),
            )
        ] * 4
    )  # fmt: skip
    assert came_to == {"done": 4}
    assert MapFeature.objects.get().photos.count() == 1
    assert MapFeaturePhoto.objects.count() == SpotEntry.objects.count() == 1
    with pytest.raises(SentBefore):
        services.add_on_the_spot(
            by=story.editor, layer=story.layer, key=key, title="Steen", kind="stock", geometry=point()
        )
