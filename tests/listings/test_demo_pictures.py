"""The demo's pictures: drawn by ourselves, marked as such, light, and of something that can be listed."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from listings.demo.drawings.canvas import FLOOR, Canvas
from listings.demo.drawings.drawn import DRAWINGS, drawn
from listings.demo.drawings.render import picture, pictures
from listings.demo.pictures import HEIGHT, PICTURES, WIDTH, picture_of_material, picture_of_service
from listings.demo.rows import Materials
from listings.enums import ServiceKind
from materials.models import Material

LARGEST_BYTES = 15_000
SHIPPED = sorted(PICTURES.glob("*.webp"))


def test_what_ships_is_what_is_drawn() -> None:
    assert len(DRAWINGS) >= 60
    assert {path.stem for path in SHIPPED} == {name for name, _drawing, _number in pictures()}


@pytest.mark.parametrize("path", SHIPPED[::9], ids=lambda path: path.stem)
def test_a_picture_is_light_and_has_its_mark(path: Path) -> None:
    assert path.stat().st_size <= LARGEST_BYTES
    shown = Image.open(path).convert("L")
    assert shown.size == (WIDTH, HEIGHT)
    # A card shows the middle alone, a gallery all but a strip below.
    darkest, lightest = shown.crop((250, 428, 390, 450)).getextrema()
    assert lightest - darkest > 90, "the word below it"  # type: ignore[operator]


def test_all_are_light() -> None:
    assert [path.name for path in SHIPPED if path.stat().st_size > LARGEST_BYTES] == []


@pytest.mark.parametrize(("name", "number"), [*((name, 1) for name in sorted(DRAWINGS)), ("furniture-chairs", 2)])
def test_what_ships_looks_as_the_drawing_does_now(name: str, number: int) -> None:
    now = picture(DRAWINGS[name], number)
    shipped = Image.open(PICTURES / (f"{name}.webp" if number == 1 else f"{name}.{number}.webp")).convert("RGB")
    difference = ImageChops.difference(now, shipped).convert("L")
    assert sum(difference.histogram()[48:]) < WIDTH * HEIGHT * 0.01


def test_two_drawings_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two drawings of wood-pallets"):
        drawn("wood-pallets", "#ffffff")(lambda canvas, colour: None)


def test_a_drawing_stands_on_the_floor() -> None:
    canvas = Canvas()
    assert canvas.finished().getpixel((5, FLOOR - 20)) != canvas.finished().getpixel((5, FLOOR + 20))


@pytest.mark.django_db
def test_every_drawing_is_of_a_material_or_of_a_service() -> None:
    codes = set(Material.objects.values_list("code", flat=True))
    assert {name for name in DRAWINGS if not name.startswith("service-")} <= codes
    assert {picture_of_service(kind) for kind in ServiceKind} == {f"service-{kind.value}" for kind in ServiceKind}


@pytest.mark.django_db
def test_most_materials_have_a_picture_of_their_own_or_of_what_they_are_a_kind_of() -> None:
    materials = Materials()
    codes = list(Material.objects.values_list("code", flat=True))
    with_one = [code for code in codes if picture_of_material(code, materials)]
    assert len(with_one) > 0.85 * len(codes)
    assert picture_of_material("furniture-chairs", materials) == "furniture-chairs"
    assert picture_of_material("wood-parquet", materials) == "wood-planks"
