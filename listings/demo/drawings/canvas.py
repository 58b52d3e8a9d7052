"""A sheet to draw on: flat shapes in a few honest colours, boxes seen from the front and a little from above."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

#: Shapes are placed on a sheet of so many units; drawn larger and made smaller, their edges are smooth.
WIDTH, HEIGHT = 640, 480
_LARGER = 3
#: Where the floor begins, from the top.
FLOOR = 330
#: The word below each drawing: nobody takes it for a photo. Cards cut the sides off, galleries a strip below.
MARK, MARK_AT, MARK_SIZE = "illustratie", (320, 447), 24

PAPER, GROUND, INK = "#f1ede4", "#e2dbcd", "#3a3733"
WOOD, OAK, PINE, BARK = "#c99a5b", "#a9763f", "#dfb97c", "#7a5534"
STEEL, IRON, ALU, COPPER = "#8c949b", "#5d646b", "#b9c0c4", "#b8693d"
BRICK, CLAY, STONE, SAND = "#b0573c", "#8e5a48", "#9a958c", "#d9bf8b"
WHITE, CREAM, GREY, BLACK = "#faf8f3", "#ece3d0", "#b4afa6", "#45423e"
BLUE, TEAL, GREEN, MOSS = "#41688a", "#3d7f7c", "#6d9058", "#4f6b3e"
RED, ORANGE, YELLOW, PLUM = "#a8443c", "#cf7f3a", "#ddb13f", "#76506b"
GLASS, BROWN, CARDBOARD = "#b7d3d6", "#6b4a33", "#c6a171"

Point = tuple[float, float]


def shade(colour: str, by: float) -> str:
    """The colour lighter (`by` above 1) or darker (below)."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    mixed = ((part * by if by <= 1 else part + (255 - part) * (by - 1)) for part in parts)
    return "#" + "".join(f"{max(0, min(255, round(part))):02x}" for part in mixed)


def scattered(count: int) -> list[Point]:
    """So many places in a square of 1 by 1 that lie evenly and without a pattern, always the same ones."""
    return [((number * 0.7548776662) % 1, (number * 0.5698402909) % 1) for number in range(1, count + 1)]


class Canvas:
    """One drawing. Places are in units from the upper left; lengths of what recedes go up and to the right."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * _LARGER, HEIGHT * _LARGER), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.poly([(0, FLOOR), (WIDTH, FLOOR), (WIDTH, HEIGHT), (0, HEIGHT)], GROUND)

    def finished(self, *, mirrored: bool = False) -> Image.Image:
        """The drawing with the mark below it, in its own size."""
        image = self.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else self.image
        image = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        draw = ImageDraw.Draw(image)
        draw.text(MARK_AT, MARK, fill="#5c574f", font=ImageFont.load_default(size=MARK_SIZE), anchor="ms")
        return image

    # ---- flat shapes ----

    def poly(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon([(x * _LARGER, y * _LARGER) for x, y in points], fill=fill)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, r: float = 0) -> None:
        box = [x * _LARGER, y * _LARGER, (x + w) * _LARGER, (y + h) * _LARGER]
        self.draw.rounded_rectangle(box, radius=r * _LARGER, fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        """Around a middle."""
        self.draw.ellipse([(x - rx) * _LARGER, (y - ry) * _LARGER, (x + rx) * _LARGER, (y + ry) * _LARGER], fill=fill)

    def ring(self, x: float, y: float, r: float, width: float, fill: str, ry: float | None = None) -> None:
        """A circle's or an oval's edge."""
        ry = ry or r
        box = [(x - r) * _LARGER, (y - ry) * _LARGER, (x + r) * _LARGER, (y + ry) * _LARGER]
        self.draw.ellipse(box, outline=fill, width=round(width * _LARGER))

    def line(self, points: Sequence[Point], fill: str, width: float = 4) -> None:
        placed = [(x * _LARGER, y * _LARGER) for x, y in points]
        self.draw.line(placed, fill=fill, width=round(width * _LARGER), joint="curve")
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width / 2, width / 2, fill)

    def shadow(self, x: float, y: float, w: float) -> None:
        """What an object throws on the floor, under its middle."""
        self.oval(x, y, w / 2, max(8, w / 22), shade(GROUND, 0.9))

    # ---- bodies ----

    def box(self, x: float, y: float, w: float, h: float, d: float, colour: str) -> None:
        """A box by its front (x, y, w, h), with its top and its right side going back by d."""
        up = d * 0.45
        self.poly([(x, y), (x + d, y - up), (x + w + d, y - up), (x + w, y)], shade(colour, 1.28))
        self.poly([(x + w, y), (x + w + d, y - up), (x + w + d, y + h - up), (x + w, y + h)], shade(colour, 0.74))
        self.rect(x, y, w, h, colour)

    def tube(self, x: float, y: float, r: float, h: float, colour: str, top: str = "") -> None:
        """A cylinder that stands: the middle of its top, its radius and height."""
        self.rect(x - r, y, 2 * r, h, colour)
        self.oval(x, y + h, r, r * 0.3, colour)
        self.rect(x + r * 0.35, y, r * 0.65, h, shade(colour, 0.84))
        self.oval(x, y, r, r * 0.3, top or shade(colour, 1.3))

    def roll(self, x: float, y: float, r: float, length: float, colour: str, core: str = CARDBOARD) -> None:
        """A roll that lies: the middle of its near end, its radius, how far it goes back to the right."""
        back = (x + length, y - length * 0.2)
        self.oval(*back, r, r, shade(colour, 0.8))
        self.poly([(x, y - r), (back[0], back[1] - r), (back[0], back[1] + r), (x, y + r)], shade(colour, 0.88))
        self.poly([(x, y - r), (back[0], back[1] - r), (back[0], back[1] - r * 0.3), (x, y - r * 0.3)], colour)
        self.oval(x, y, r, r, shade(colour, 1.15))
        self.ring(x, y, r * 0.66, 2, shade(colour, 0.85))
        self.oval(x, y, r * 0.3, r * 0.3, core)
        self.oval(x, y, r * 0.2, r * 0.2, shade(core, 0.55))

    def heap(self, x: float, y: float, w: float, h: float, colour: str, grain: float = 9) -> None:
        """Loose stuff on a heap: the middle of its foot, how wide and high; grains are always the same."""
        self.shadow(x, y, w * 1.1)
        steps = [(k / 40, 0.05 * math.sin(k * 1.9) + 0.03 * math.sin(k * 0.7)) for k in range(41)]
        ridge = [(x - w / 2 + part * w, y - h * (math.sin(math.pi * part) ** 1.5 + rough * math.sin(math.pi * part)))
                 for part, rough in steps]  # fmt: skip
        self.poly(ridge, colour)
        for number, (across, up) in enumerate(scattered(round(w * h / (grain * 20)))):
            px, py = x - w / 2 + across * w, y - 4 - up * h * 0.95 * math.sin(math.pi * across) ** 1.5
            size, turn = grain * (0.5 + (number * 0.37) % 0.6), number * 1.7
            self.poly(
                [(px + size * math.cos(turn + k * 1.9), py + size * 0.6 * math.sin(turn + k * 1.9)) for k in range(4)],
                shade(colour, (0.72, 0.86, 1.14, 1.3)[number % 4]),
            )

    def bag(self, x: float, y: float, w: float, h: float, colour: str, tie: str = "") -> None:
        """A full bag that stands: the middle of its foot."""
        self.shadow(x, y, w * 1.1)
        self.rect(x - w / 2, y - h * 0.86, w, h * 0.86, colour, w * 0.22)
        self.rect(x + w * 0.2, y - h * 0.8, w * 0.3, h * 0.78, shade(colour, 0.87), w * 0.14)
        neck = ((-0.3, 0.8), (0.3, 0.8), (0.1, 0.9), (0.2, 1.06), (-0.2, 1.06), (-0.1, 0.9))
        self.poly([(x + w * across, y - h * up) for across, up in neck], colour)
        self.line([(x - w * 0.13, y - h * 0.9), (x + w * 0.13, y - h * 0.9)], tie or shade(colour, 0.6), 5)

    def wheel(self, x: float, y: float, r: float, tyre: str = BLACK, spokes: str = STEEL) -> None:
        for k in range(8):
            a = math.pi * k / 8
            self.line(
                [(x - r * math.cos(a), y - r * math.sin(a)), (x + r * math.cos(a), y + r * math.sin(a))], spokes, 1.2
            )
        self.ring(x, y, r, max(4, r * 0.1), tyre)
        self.oval(x, y, r * 0.1, r * 0.1, IRON)
