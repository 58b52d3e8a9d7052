"""What is hung on an element and taken off stands in its history, between its changes: who, when, what."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from PIL import Image

from listings.late import TooLate
from listings.models import Listing
from maps import services
from maps.history import history_page
from maps.models import MapFeature, MapFeaturePhoto
from tests.makers import make_organisation, make_user
from tests.maps.makers import Story, pdf
from tests.maps.stories import webp
from tests.maps.test_pages import of

# What is hung is told by when it was: each has a transaction of its own, as in the running system.
pytestmark = pytest.mark.django_db(transaction=True)


def picture() -> SimpleUploadedFile:
    kept = BytesIO()
    Image.new("RGB", (40, 30), "green").save(kept, "PNG")
    return SimpleUploadedFile("foto.png", kept.getvalue(), "image/png")


def lines(client: Client, feature: MapFeature, asked: str = "") -> list[str]:
    """The history on the page of an element, a line for each thing that happened."""
    page = client.get(f"/kaarten/element/{feature.pk}/{asked}").content.decode()
    if 'id="history"' not in page:
        return []
    part = page[page.index('id="history"') :]
    part = part[: part.index("</section>")]
    found = re.findall(r'<p class="hung">(.*?)</p>|<summary>(.*?)</summary>', part, re.S)
    return [re.sub(r"\s+", " ", strip_tags("".join(one))).split(" · ", 1)[1].strip() for one in found]


def test_photos_documents_and_listings_stand_between_the_changes() -> None:
    story = Story()
    organisation = make_organisation(story.editor)
    feature = story.draft(by=story.editor)
    editor, manager = "Els Editor", "Mia Manager"
    for person, name in ((story.editor, editor), (story.manager, manager)):
        person.name = name
        person.save()
    photo = services.add_photo(by=story.editor, feature=feature, upload=picture(), alt="De gevel")
    document = services.add_document(by=story.manager, feature=feature, upload=pdf("Sloopinventaris.pdf"))
    feature = services.change_feature(by=story.editor, feature=feature, version=1, form="los")
    services.remove_photo(by=story.manager, photo=photo)
    services.remove_document(by=story.editor, document=document)
    listing = services.list_feature(by=story.editor, feature=feature, organisation=organisation)
    client = of(story.editor)
    said = lines(client, feature)
    assert said == [
        f"{editor} · zoekertje gemaakt: {listing.heading}", f"{editor} · document weggehaald: Sloopinventaris.pdf",
        f"{manager} · foto weggehaald: De gevel", f"{editor} · gewijzigd",
        f"{manager} · document toegevoegd: Sloopinventaris.pdf", f"{editor} · foto toegevoegd: De gevel",
        f"{editor} · toegevoegd",
    ]  # fmt: skip
    # Whom a draft isn't shown to sees that one was made, and not which.
    assert lines(of(story.manager), feature)[0] == f"{editor} · zoekertje gemaakt"
    Listing.objects.filter(pk=listing.pk).delete()
    assert lines(client, feature)[0] == f"{editor} · zoekertje gemaakt (er niet meer)"
    assert lines(of(story.proposer), feature) == []


def test_each_stands_on_one_page_of_a_long_history() -> None:
    story = Story()
    feature, expected = story.draft(), []
    for number in range(1, 6):
        services.add_document(by=story.editor, feature=feature, upload=pdf(f"{number}.pdf"))
        feature = services.change_feature(by=story.editor, feature=feature, version=number, form=f"vorm {number}")
        expected += [f"{number}.pdf", number + 1]
    services.add_document(by=story.editor, feature=feature, upload=pdf("laatst.pdf"))
    expected = ["laatst.pdf", *reversed(expected), 1]
    found, before, pages = [], None, 0
    while pages == 0 or before is not None:
        page = history_page(feature, 2, before)
        rows = [*((one.at, one.version) for one in page.changes), *((one.at, one.called) for one in page.hung)]
        found += [what for _at, what in sorted(rows, key=lambda row: row[0], reverse=True)]
        before = page.changes[-1].number if page.has_more else None
        pages += 1
    assert found == expected
    assert pages == 3


def test_the_words_of_a_photo_are_mended_without_uploading_it_anew_and_what_they_were_stays_in_the_history() -> None:
    story = Story()
    story.editor.name = "Els Editor"
    story.editor.save()
    feature = story.draft()
    photo = services.add_photo(by=story.editor, feature=feature, upload=picture(), alt="De gevvel")
    file = photo.image.name
    client, path = of(story.editor), reverse("map-photo-caption", args=[feature.pk, photo.pk])
    page = client.get(f"/kaarten/element/{feature.pk}/").content.decode()
    assert (path in page, 'name="alt" value="De gevvel"' in page) == (True, True)
    for words in ("  De gevel ", "De gevel", ""):
        assert client.post(path, {"alt": words}).status_code == 302
    photo.refresh_from_db()
    assert (photo.alt, photo.image.name) == ("", file)
    # Sent as it stands, nothing happened.
    assert lines(client, feature) == [
        "Els Editor · woorden bij een foto gewijzigd: De gevel → niets",
        "Els Editor · woorden bij een foto gewijzigd: De gevvel → De gevel",
        "Els Editor · foto toegevoegd: De gevvel", "Els Editor · toegevoegd",
    ]  # fmt: skip
    refused = client.post(path, {"alt": "e" * 201})
    assert (refused.status_code, "200" in refused.content.decode()) == (409, True)
    assert MapFeaturePhoto.objects.get().alt == ""


def test_of_two_that_say_what_is_on_a_photo_the_second_reads_it_first() -> None:
    story = Story()
    feature = story.draft()
    photo = services.add_safe_photo(by=story.editor, feature=feature, safe=webp(), alt="De gevel")
    client, path = of(story.manager), reverse("map-photo-caption", args=[feature.pk, photo.pk])
    assert 'name="seen" value="De gevel"' in client.get(f"/kaarten/element/{feature.pk}/").content.decode()
    services.caption_photo(by=story.editor, photo=photo, alt="De voorgevel", seen="De gevel")
    late = client.post(path, {"alt": "De achtergevel", "seen": "De gevel"})
    assert (late.status_code, "Iemand wijzigde dit intussen" in late.content.decode()) == (409, True)
    api = f"/api/v1/maps/elements/{feature.pk}/photos/{photo.pk}/"
    sent = {"alt": "De achtergevel", "seen": "De gevel"}
    assert client.patch(api, sent, content_type="application/json").status_code == 409
    assert MapFeaturePhoto.objects.get().alt == "De voorgevel"
    # Who wants what it says already has it.
    assert client.post(path, {"alt": "De voorgevel", "seen": "De gevel"}).status_code == 302
    assert client.post(path, {"alt": "De achtergevel", "seen": "De voorgevel"}).status_code == 302
    assert MapFeaturePhoto.objects.get().alt == "De achtergevel"


def test_a_photo_that_went_meanwhile_takes_no_words() -> None:
    story = Story()
    photo = services.add_safe_photo(by=story.editor, feature=story.draft(), safe=webp())
    read = MapFeaturePhoto.objects.get(pk=photo.pk)
    services.remove_photo(by=story.manager, photo=photo)
    with pytest.raises(TooLate, match="Iemand wijzigde dit intussen"):
        services.caption_photo(by=story.editor, photo=read, alt="De gevel")


def test_who_may_not_change_the_element_says_nothing_of_its_photos() -> None:
    story = Story()
    feature = story.published()
    photo = services.add_safe_photo(by=story.manager, feature=feature, safe=webp(), alt="De gevel")
    path = reverse("map-photo-caption", args=[feature.pk, photo.pk])
    # What is published, who publishes changes.
    for user, status in ((make_user(), 403), (story.proposer, 403), (story.editor, 403), (story.manager, 302)):
        assert of(user).post(path, {"alt": "Iets anders"}).status_code == status
    assert path not in of(story.editor).get(f"/kaarten/element/{feature.pk}/").content.decode()
    other = story.published()
    assert of(story.manager).post(path.replace(str(feature.pk), str(other.pk)), {"alt": "x"}).status_code == 404
    api = f"/api/v1/maps/elements/{feature.pk}/photos/{photo.pk}/"
    answer = of(story.manager).patch(api, {"alt": "Over de API"}, content_type="application/json")
    assert (answer.status_code, answer.json()["alt"]) == (200, "Over de API")
    assert of(story.editor).patch(api, {"alt": "x"}, content_type="application/json").status_code == 403
