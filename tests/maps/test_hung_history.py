"""What is hung on an element and taken off stands in its history, between its changes: who, when, what."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags
from PIL import Image

from listings.models import Listing
from maps import services
from maps.history import history_page
from maps.models import MapFeature
from tests.makers import make_organisation
from tests.maps.makers import Story, pdf
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
