"""Writes every drawing as WebP."""

from pathlib import Path

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
from listings.demo.drawings.drawn import DRAWINGS
from listings.demo.pictures import PICTURES


def draw_all(folder: Path = PICTURES) -> list[Path]:
    """Draw each in each of its colours: "chairs.webp", "chairs.2.webp"; every other one is mirrored."""
    made = []
    for name, drawing in sorted(DRAWINGS.items()):
        for number, colour in enumerate(drawing.colours, start=1):
            canvas = Canvas()
            drawing.draw(canvas, colour)
            path = folder / (f"{name}.webp" if number == 1 else f"{name}.{number}.webp")
            canvas.finished(mirrored=number % 2 == 0).save(path, "WEBP", quality=80, method=4)
            made.append(path)
    return made
