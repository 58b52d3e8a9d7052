"""What nothing names any more is destroyed: once a demo, a layer or a photo is gone, folders hold what they held."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from listings import services as listing_services
from listings.imports.services import start_import
from listings.models import ListingImport, ListingPhoto
from maps import services
from maps.demo import make_fictional_maps, remove_fictional_maps
from maps.models import MapImport
from marketplace.leftovers import LEFT_ALONE, file_fields, sweep_files, upload_folders
from marketplace.tasks import sweep_leftover_files
from tests.makers import make_organisation, make_user, published
from tests.maps.geodata import geojson
from tests.maps.makers import Story, pdf
from tests.maps.stories import webp
from tests.maps.test_demo import make_demo_people
from tests.maps.test_imports import row

pytestmark = pytest.mark.django_db


def files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def tomorrow() -> dt.datetime:
    return timezone.now() + LEFT_ALONE + dt.timedelta(minutes=1)


def everything(tmp_path: Path) -> Story:
    """A listing with a photo, a list of listings, an element with a photo and a document, and a file for its layer."""
    listing = published()
    maker = listing.maker  # type: ignore[attr-defined]
    listing_services.add_photo(by=maker, listing=listing, upload=SimpleUploadedFile("a.webp", webp().read()))
    start_import(by=maker, organisation=listing.organisation, upload=SimpleUploadedFile("voorraad.csv", b"a;b\n1;2\n"))
    story = Story()
    feature = story.draft()
    services.add_photo(by=story.editor, feature=feature, upload=SimpleUploadedFile("b.webp", webp().read()))
    services.add_document(by=story.editor, feature=feature, upload=pdf())
    path = geojson(tmp_path / "punten.geojson", [row(1)])
    upload = ContentFile(path.read_bytes(), name=path.name)
    services.start_map_import(by=story.editor, layer=story.layer, upload=upload)
    return story


def test_what_a_row_names_stays_and_all_else_is_gone_a_day_later(tmp_path: Path) -> None:
    everything(tmp_path)
    named = files()
    assert len(named) == 5
    assert {name.split("/")[0] for name in named} == set(upload_folders())
    # Given a file beside each, one of a request that was rolled back, and one that belongs to nobody of us.
    for name in named:
        (Path(settings.MEDIA_ROOT) / name).with_name("verweesd.bin").write_bytes(b"x")
    elsewhere = Path(settings.MEDIA_ROOT) / "notities.txt"
    elsewhere.write_text("van de beheerder")
    before = len(files())

    assert sweep_files(at=timezone.now()) == 0
    assert len(files()) == before
    assert sweep_files(at=tomorrow()) == len({Path(name).parent for name in named})
    assert files() == named | {"notities.txt"}
    assert sweep_files(at=tomorrow()) == 0


def test_what_a_row_named_goes_with_it(tmp_path: Path) -> None:
    story = everything(tmp_path)
    assert len(files()) == 5
    # Past the services that think of their file themselves.
    ListingPhoto.objects.all().delete()
    ListingImport.objects.all().delete()
    MapImport.objects.all().delete()
    story.layer.features.get().photos.all().delete()
    story.layer.features.get().documents.all().delete()
    assert len(files()) == 5
    assert sweep_files(at=tomorrow()) == 5
    assert files() == set()


def test_an_upload_that_is_rolled_back_leaves_nothing_a_day_later() -> None:
    by = make_user()
    organisation = make_organisation(by)
    with transaction.atomic():
        start_import(by=by, organisation=organisation, upload=SimpleUploadedFile("lijst.csv", b"a\n"))
        transaction.set_rollback(True)
    assert len(files()) == 1
    assert sweep_files(at=tomorrow()) == 1


def test_a_demo_that_is_taken_away_leaves_as_many_files_as_there_were(tmp_path: Path) -> None:
    everything(tmp_path)
    before = files()
    make_demo_people()
    for _twice in range(2):
        make_fictional_maps(today=timezone.localdate())
        assert len(files()) > len(before) + 3
        remove_fictional_maps()
    assert files() > before
    assert sweep_files(at=tomorrow()) > 0
    assert files() == before


def test_the_worker_does_so_each_night() -> None:
    left = Path(settings.MEDIA_ROOT) / "photos" / "2020" / "verweesd.webp"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    assert sweep_leftover_files() == 1
    assert not left.exists()
    scheduled = settings.CELERY_BEAT_SCHEDULE["sweep files that are left"]
    assert scheduled["task"] == "marketplace.tasks.sweep_leftover_files"


def test_each_column_that_names_files_counts() -> None:
    assert {f"{model._meta.label}.{name}" for model, name in file_fields()} == {
        "listings.ListingPhoto.image", "listings.ListingImport.file", "maps.MapFeaturePhoto.image",
        "maps.MapFeatureDocument.file", "maps.MapImport.file",
    }  # fmt: skip
