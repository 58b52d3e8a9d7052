"""Every drawing by the name of its file: a material's code, or "service-" and the kind of service."""

from collections.abc import Callable
from dataclasses import dataclass

from listings.demo.drawings.canvas import Canvas

Draw = Callable[[Canvas, str], None]


@dataclass(frozen=True)
class Drawing:
    """How it is drawn, and in which colours: one picture for each, the second and later ones mirrored by turns."""

    draw: Draw
    colours: tuple[str, ...]


DRAWINGS: dict[str, Drawing] = {}


def drawn(name: str, *colours: str) -> Callable[[Draw], Draw]:
    """Note a function as the drawing of a name. Two functions of one name are a mistake."""

    def note(draw: Draw) -> Draw:
        if name in DRAWINGS:
            raise ValueError(f"There are two drawings of {name}")
        DRAWINGS[name] = Drawing(draw, colours)
        return draw

    return note
