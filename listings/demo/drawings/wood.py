"""Drawings of wood."""

from listings.demo.drawings.canvas import BLUE, CARDBOARD, CREAM, INK, OAK, PINE, WOOD, Canvas, shade
from listings.demo.drawings.drawn import drawn
from listings.demo.drawings.stacks import pallet, slabs


@drawn("wood-pallets", PINE, WOOD)
def pallets(c: Canvas, colour: str) -> None:
    c.shadow(330, 412, 470)
    for k in range(5):
        pallet(c, 130 + (k % 2) * 6, 372 - k * 40, 300, shade(colour, 1 - 0.04 * (k % 3)))


@drawn("wood-pallets-eur", PINE, PINE)
def euro_pallets(c: Canvas, colour: str) -> None:
    c.shadow(330, 412, 470)
    for k in range(3):
        pallet(c, 130, 372 - k * 42, 300, shade(colour, 1 - 0.05 * k))
        c.oval(151, 392 - k * 42, 10, 6, shade(colour, 0.45))
        c.oval(408, 392 - k * 42, 10, 6, shade(colour, 0.45))


@drawn("wood-pallet-collars", PINE, OAK)
def crates(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 520)
    for x, y in ((90, 290), (330, 290), (210, 165)):
        c.box(x, y, 190, 120, 60, colour)
        c.poly([(x + 12, y - 3), (x + 66, y - 24), (x + 236, y - 24), (x + 184, y - 3)], shade(colour, 0.42))
        for k in (1, 2):
            c.rect(x, y + k * 40 - 2, 190, 4, shade(colour, 0.62))
        for px in (x, x + 176):
            c.rect(px, y, 14, 120, shade(colour, 0.84))


@drawn("wood-beams", OAK, PINE)
def beams(c: Canvas, colour: str) -> None:
    c.shadow(330, 410, 520)
    for row in range(3):
        for k in range(4 - row):
            x, y = 90 + k * 76 + row * 38, 342 - row * 66
            tone = shade(colour, (1, 0.93, 1.07)[(row + k) % 3])
            c.box(x, y, 66, 60, 170, tone)
            c.ring(x + 33, y + 30, 20, 2, shade(tone, 0.75))
            c.ring(x + 33, y + 30, 10, 2, shade(tone, 0.75))


@drawn("wood-planks", OAK, PINE)
def planks(c: Canvas, colour: str) -> None:
    c.shadow(330, 410, 540)
    for row in range(6):
        for k in range(3):
            c.box(
                80 + k * 108 + (row % 2) * 8, 378 - row * 27, 102, 19, 150, shade(colour, (1, 0.9, 1.1)[(row + k) % 3])
            )


@drawn("wood-panels", WOOD, PINE)
def panels(c: Canvas, colour: str) -> None:
    slabs(c, colour, count=9, thick=13)


@drawn("wood-osb", "#cfa35f", "#c2945a")
def osb(c: Canvas, colour: str) -> None:
    slabs(c, colour, count=8, thick=14, speckled=True)


@drawn("wood-mdf", "#a58a68", "#b39a78")
def mdf(c: Canvas, colour: str) -> None:
    slabs(c, colour, count=6, thick=19)


@drawn("wood-offcuts", PINE, OAK)
def offcuts(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 420)
    for x, y, h, tone in (
        (150, 170, 130, 1.0),
        (205, 130, 170, 0.85),
        (262, 190, 110, 1.1),
        (318, 140, 160, 0.92),
        (372, 176, 120, 1.05),
    ):
        c.box(x, y, 44, h, 26, shade(colour, tone))
    c.box(130, 270, 300, 140, 90, CARDBOARD)
    c.rect(130, 326, 300, 7, shade(CARDBOARD, 0.85))


@drawn("wood-sawdust", PINE, CREAM)
def sawdust(c: Canvas, colour: str) -> None:
    c.bag(210, 420, 170, 230, CREAM, BLUE)
    c.heap(420, 424, 310, 130, colour, 7)


@drawn("wood-doors", WOOD, CREAM)
def doors(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 420)
    for k, x in enumerate((330, 250, 165)):
        tone = shade(colour, 0.86 + 0.07 * k)
        c.box(x, 86 + k * 10, 160, 328, 14, tone)
        for y in (112, 262):
            c.rect(x + 26, y + k * 10, 108, 120, shade(tone, 0.84))
            c.rect(x + 34, y + 8 + k * 10, 92, 104, shade(tone, 0.93))
        c.oval(x + 146, 256 + k * 10, 5, 5, INK)


@drawn("wood-garden", WOOD, OAK)
def garden_wood(c: Canvas, colour: str) -> None:
    c.shadow(320, 418, 540)
    for k in range(10):
        x = 74 + k * 50
        c.poly(
            [(x, 410), (x, 150), (x + 21, 122), (x + 42, 150), (x + 42, 410)], shade(colour, (1, 0.92, 1.08)[k % 3])
        )
    for y in (190, 340):
        c.rect(60, y, 520, 24, shade(colour, 0.75))
