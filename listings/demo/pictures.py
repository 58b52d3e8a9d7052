"""Pictures of the demo: drawings that we made ourselves (listings/demo/drawings), each marked as an illustration."""

import random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from listings.demo.rows import Materials
from listings.demo.tables import DATA
from listings.enums import ServiceKind
from listings.models import LONGEST_ALT

PICTURES = DATA / "pictures"
#: Every drawing has these sides, in pixels.
WIDTH, HEIGHT = 640, 480
#: Where they stand among the photos. All listings of a material share them.
_FOLDER = "photos/demo"
_NAMES = frozenset(path.stem for path in PICTURES.glob("*.webp"))


def picture_of_material(code: str, materials: Materials, source: random.Random | None = None) -> str:
    """The name of a drawing of a material, or of one above it; empty where there is none.

    Of some there are more, called "chairs.2" and so on: one of them is drawn, or without a source the first is taken.
    """
    while code and code not in _NAMES:
        code = materials[code].above
    if not code or source is None:
        return code
    return source.choice([name for name in (code, f"{code}.2", f"{code}.3") if name in _NAMES])


def picture_of_service(kind: ServiceKind) -> str:
    name = f"service-{kind.value}"
    return name if name in _NAMES else ""


def file_of(picture: str) -> str:
    """The stored name of a drawing's file."""
    return f"{_FOLDER}/{picture}.webp"


def alt_of(title: str) -> str:
    return f"Illustratie: {title}"[:LONGEST_ALT]


def store_pictures() -> None:
    """Put every drawing among the photos, unless it is there."""
    for name in sorted(_NAMES):
        if not default_storage.exists(file_of(name)):
            default_storage.save(file_of(name), ContentFile((PICTURES / f"{name}.webp").read_bytes()))
