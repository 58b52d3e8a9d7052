"""Shapes that several drawings have in common."""

from listings.demo.drawings.canvas import IRON, WOOD, Canvas, scattered, shade


def pallet(c: Canvas, x: float, y: float, w: float, colour: str) -> None:
    """One pallet from the front: its upper left corner."""
    for k in range(5):
        c.poly([(x + 100 - k * 25 - 22, y - 45 + k * 11), (x + 100 - k * 25, y - 45 + k * 11 - 9),
                (x + w + 100 - k * 25, y - 45 + k * 11 - 9), (x + w + 78 - k * 25, y - 45 + k * 11)],
               shade(colour, 1.2 if k % 2 else 1.32))  # fmt: skip
    c.poly([(x + w, y), (x + w + 100, y - 54), (x + w + 100, y - 44), (x + w, y + 10)], shade(colour, 0.74))
    c.rect(x, y, w, 10, colour)
    c.rect(x, y + 30, w, 8, shade(colour, 0.9))
    for part in (0, 0.43, 0.86):
        c.rect(x + part * w, y + 10, w * 0.14, 21, shade(colour, 0.72))


def slabs(c: Canvas, colour: str, *, count: int, thick: float, speckled: bool = False) -> None:
    """Sheets on two bearers."""
    c.shadow(320, 414, 520)
    for x in (120, 380):
        c.box(x, 388, 50, 20, 130, WOOD)
    for k in range(count):
        y = 388 - (k + 1) * (thick + 3)
        c.box(80 + (k * 7) % 11, y, 360, thick, 150, shade(colour, (1, 0.94, 1.05)[k % 3]))
    if speckled:
        top = 384 - count * (thick + 3)
        for number, (u, v) in enumerate(scattered(130)):
            left, up = 96 + u * 335 + v * 140, top - v * 60
            c.line([(left, up), (left + 13, up - 5 + (number % 3) * 4)], shade(colour, (0.75, 1.3)[number % 2]), 3)


def screen(c: Canvas, x: float, y: float, w: float, h: float, frame: str, glass: str) -> None:
    c.rect(x + w / 2 - 14, y + h, 28, 52, shade(frame, 0.85))
    c.rect(x + w / 2 - 70, y + h + 46, 140, 13, frame, 6)
    c.rect(x, y, w, h, frame, 8)
    c.rect(x + 12, y + 12, w - 24, h - 28, glass, 3)
    c.poly([(x + 30, y + h - 40), (x + 80, y + 30), (x + 130, y + 30), (x + 80, y + h - 40)], shade(glass, 1.14))


def front_loader(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 380)
    c.box(170, 110, 260, 300, 80, colour)
    c.rect(170, 110, 260, 56, shade(colour, 0.93))
    c.rect(186, 124, 90, 28, shade(colour, 0.82), 4)
    c.oval(396, 138, 16, 16, IRON)
