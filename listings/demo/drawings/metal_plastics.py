"""Drawings of metal and plastics."""

from listings.demo.drawings.canvas import (
    ALU,
    BLUE,
    CARDBOARD,
    COPPER,
    CREAM,
    GLASS,
    GREEN,
    GREY,
    INK,
    IRON,
    ORANGE,
    RED,
    STEEL,
    TEAL,
    WHITE,
    YELLOW,
    Canvas,
    scattered,
    shade,
)
from listings.demo.drawings.drawn import drawn
from listings.demo.drawings.stacks import slabs


@drawn("steel-profiles", STEEL, RED)
def profiles(c: Canvas, colour: str) -> None:
    c.shadow(330, 412, 520)
    for row in range(2):
        for k in range(3 - row):
            x, y, tone = 100 + k * 112 + row * 56, 310 - row * 108, shade(colour, 1 - 0.06 * k)
            c.poly([(x, y), (x + 180, y - 80), (x + 276, y - 80), (x + 96, y)], shade(tone, 1.25))
            c.poly([(x + 96, y + 84), (x + 276, y + 4), (x + 276, y + 18), (x + 96, y + 98)], shade(tone, 0.6))
            c.poly(
                [
                    (x + 60, y + 16),
                    (x + 96, y + 16),
                    (x + 276, y - 64),
                    (x + 276, y + 4),
                    (x + 96, y + 84),
                    (x + 60, y + 84),
                ],
                shade(tone, 0.7),
            )
            c.rect(x, y, 96, 15, tone)
            c.rect(x + 41, y, 14, 98, tone)
            c.rect(x, y + 84, 96, 15, tone)


@drawn("steel-sheet", STEEL, ALU)
def sheets(c: Canvas, colour: str) -> None:
    slabs(c, colour, count=14, thick=6)


@drawn("steel-racks", BLUE, GREY)
def racks(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 480)
    for x, y in ((160, 70), (520, 70), (100, 96), (460, 96)):
        c.rect(x, y, 16, 424 - y - (26 if y == 70 else 0), shade(colour, 0.7 if y == 70 else 1))
    for y in (130, 236, 342):
        c.poly([(100, y), (160, y - 26), (536, y - 26), (476, y)], shade(GREY, 1.1))
        c.rect(100, y, 376, 14, ORANGE)
    c.box(150, 280, 90, 62, 34, CARDBOARD)
    c.box(280, 178, 110, 58, 34, CARDBOARD)


@drawn("metals", IRON, STEEL)
def scrap(c: Canvas, colour: str) -> None:
    c.heap(320, 300, 420, 170, colour, 24)
    c.box(110, 300, 380, 112, 60, TEAL)
    for x in (190, 280, 370):
        c.rect(x, 300, 10, 112, shade(TEAL, 0.85))


@drawn("aluminium-profiles", ALU, "#8a3f45")
def aluminium(c: Canvas, colour: str) -> None:
    c.shadow(330, 404, 520)
    for row in range(5):
        for k in range(7 - row):
            x, y = 86 + k * 46 + row * 23, 360 - row * 42
            c.box(x, y, 40, 36, 190, shade(colour, (1, 0.94)[(row + k) % 2]))
            c.rect(x + 8, y + 8, 24, 20, shade(colour, 0.5))


@drawn("copper", COPPER, COPPER)
def copper(c: Canvas, colour: str) -> None:
    c.shadow(330, 400, 500)
    for row in range(4):
        for k in range(7 - row):
            c.roll(104 + k * 44 + row * 22, 372 - row * 38, 20, 210, shade(colour, (1, 0.92)[k % 2]), colour)


@drawn("cables", INK, ORANGE)
def cables(c: Canvas, colour: str) -> None:
    for x, y, tone in ((215, 330, colour), (435, 350, BLUE)):
        c.shadow(x, y + 78, 240)
        for k in range(7):
            c.ring(x, y - k * 6, 104 - k * 2, 10, shade(tone, 1.05 if k % 2 else 0.8), 58)
    c.line([(320, 330), (350, 250), (330, 170), (372, 128)], colour, 9)
    c.rect(362, 96, 26, 36, shade(colour, 0.8), 5)


@drawn("metal-offcuts", STEEL, IRON)
def turnings(c: Canvas, colour: str) -> None:
    c.heap(330, 420, 470, 220, colour, 17)


@drawn("metal-drums", BLUE, RED)
def drums(c: Canvas, colour: str) -> None:
    for x, y, tone in ((390, 150, 0.86), (220, 150, 0.93), (310, 190, 1)):
        c.shadow(x, y + 216, 190)
        c.tube(x, y, 82, 210, shade(colour, tone))
        for band in (70, 140):
            c.rect(x - 82, y + band, 164, 7, shade(colour, tone * 0.78))


@drawn("plastic-film", "#cfdde0", "#d9e3e0")
def film(c: Canvas, colour: str) -> None:
    for x, y in ((160, 360), (330, 372), (250, 250)):
        c.roll(x, y, 62, 150, colour)


@drawn("plastics", TEAL, BLUE)
def plastic_bits(c: Canvas, colour: str) -> None:
    c.heap(320, 300, 400, 150, colour, 20)
    for k, tone in enumerate((RED, YELLOW, WHITE, BLUE, GREEN)):
        c.rect(160 + k * 66, 238 - (k % 3) * 28, 44, 44, tone, 10)
    c.box(100, 296, 390, 118, 60, CREAM)


@drawn("plastic-crates", GREEN, BLUE)
def plastic_crates(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 480)
    for x, rows in ((110, 3), (330, 4)):
        for k in range(rows):
            y, tone = 350 - k * 66, shade(colour, 1 - 0.05 * (k % 2))
            c.box(x, y, 190, 60, 56, tone)
            c.rect(x + 62, y + 10, 66, 14, shade(tone, 0.55), 7)
            for hole in range(7):
                c.rect(x + 14 + hole * 25, y + 32, 12, 20, shade(tone, 0.72), 3)


@drawn("plastic-regrind", GREY, TEAL)
def regrind(c: Canvas, colour: str) -> None:
    c.heap(400, 426, 330, 150, colour, 8)
    c.shadow(200, 420, 230)
    c.box(100, 200, 170, 210, 66, WHITE)
    c.poly([(108, 198), (164, 174), (328, 174), (264, 198)], colour)
    for x in (104, 258):
        c.line([(x, 204), (x + 12, 150)], BLUE, 8)


@drawn("plastic-eps", WHITE, WHITE)
def foam_white(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 480)
    for x, y, w, h in ((110, 300, 190, 110), (320, 330, 170, 80), (160, 190, 160, 104), (350, 236, 120, 90)):
        c.box(x, y, w, h, 56, "#efede8")
        for across, down in scattered(24):
            c.oval(x + 9 + across * (w - 18), y + 8 + down * (h - 16), 3, 3, "#dcd9d2")


@drawn("plastic-pmma", GLASS, "#c7d8d0")
def plexi(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 430)
    for k in range(4):
        x = 120 + k * 62
        c.poly(
            [(x, 400 - k * 6), (x + 36, 96 - k * 4), (x + 236, 88 - k * 4), (x + 200, 392 - k * 6)],
            shade(colour, 0.86 + 0.07 * k),
        )
        c.line([(x, 400 - k * 6), (x + 36, 96 - k * 4)], shade(colour, 0.6), 4)
    c.line([(430, 330), (490, 180)], WHITE, 7)
