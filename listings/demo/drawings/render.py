"""Writes every drawing as WebP."""

from pathlib import Path

from PIL import Image

from listings.demo.drawings import (  # noqa: F401  They note their drawings.
    appliances,
    building,
    care_leisure,
    computers,
    food_green,
    furniture,
    metal_plastics,
    paper_glass_packaging,
    services,
    textile,
    tools_mobility,
    wood,
)
from listings.demo.drawings.canvas import Canvas
from listings.demo.drawings.drawn import DRAWINGS, Drawing
from listings.demo.pictures import PICTURES


def pictures() -> list[tuple[str, Drawing, int]]:
    """Each drawing in each of its colours, by the name of its file: "chairs", "chairs.2"."""
    return [
        (name if number == 1 else f"{name}.{number}", drawing, number)
        for name, drawing in sorted(DRAWINGS.items())
        for number in range(1, len(drawing.colours) + 1)
    ]


def picture(drawing: Drawing, number: int) -> Image.Image:
    """A drawing in the colour of this number, from 1 on; every other one is mirrored."""
    canvas = Canvas()
    drawing.draw(canvas, drawing.colours[number - 1])
    return canvas.finished(mirrored=number % 2 == 0)


def draw_all() -> list[Path]:
    """Write all of them; returns their files."""
    made = []
    for name, drawing, number in pictures():
        made.append(PICTURES / f"{name}.webp")
        picture(drawing, number).save(made[-1], "WEBP", quality=80, method=4)
    return made
