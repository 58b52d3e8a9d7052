"""Drawings of building materials."""

from listings.demo.drawings.canvas import (
    ALU,
    BLUE,
    BRICK,
    CLAY,
    CREAM,
    GLASS,
    GREEN,
    GREY,
    INK,
    IRON,
    OAK,
    ORANGE,
    PINE,
    RED,
    SAND,
    STEEL,
    STONE,
    TEAL,
    WHITE,
    WOOD,
    YELLOW,
    Canvas,
    scattered,
    shade,
)
from listings.demo.drawings.drawn import drawn
from listings.demo.drawings.stacks import pallet


@drawn("building-bricks", BRICK, CLAY)
def bricks(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 480)
    pallet(c, 110, 376, 330, PINE)
    for row in range(7):
        for k in range(5 + row % 2):
            w = 66 if k > 0 or row % 2 == 0 else 33
            x = 110 + k * 66 - (33 if row % 2 and k else 0)
            w = min(w, 440 - x)
            c.box(x, 344 - row * 34, w - 3, 31, 90, shade(colour, (1, 0.9, 1.1, 0.95)[(row * 3 + k) % 4]))


@drawn("building-pavers", STONE, BRICK)
def pavers(c: Canvas, colour: str) -> None:
    c.shadow(330, 418, 480)
    for row in range(5):
        for k in range(5 - row // 2):
            c.box(
                90 + k * 84 + row * 20, 356 - row * 52, 76, 48, 80, shade(colour, (1, 0.88, 1.12)[(row + k * 2) % 3])
            )


@drawn("building-roof-tiles", CLAY, "#4c5157")
def roof_tiles(c: Canvas, colour: str) -> None:
    for row in range(5):
        for k in range(7):
            x, y = 60 + k * 74 + (row % 2) * 20, 110 + row * 62
            tone = shade(colour, (1, 0.9, 1.1)[(row + k) % 3])
            c.rect(x, y, 80, 78, tone, 12)
            c.rect(x + 8, y + 6, 18, 66, shade(tone, 1.18), 9)
            c.rect(x, y + 70, 80, 9, shade(tone, 0.62), 4)


@drawn("building-tiles", CREAM, TEAL)
def tiles(c: Canvas, colour: str) -> None:
    c.shadow(330, 418, 480)
    for k in range(9):
        c.box(100, 384 - k * 18, 190, 14, 110, (colour, shade(colour, 0.88))[k % 2])
    for k in range(3):
        c.poly(
            [(380 + k * 34, 410 - k * 8), (400 + k * 34, 180 - k * 4), (540 + k * 22, 200), (520 + k * 22, 416)],
            shade(colour, 0.82 + 0.09 * k),
        )
    c.poly([(460, 306), (490, 268), (520, 306), (490, 344)], BLUE)


@drawn("building-concrete", GREY, STONE)
def concrete(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 500)
    for x, y in ((90, 300), (310, 300), (200, 184)):
        c.box(x, y, 200, 110, 80, colour)
        for k in (0.25, 0.62):
            c.box(x + 200 * k + 20, y - 24, 34, 12, 20, shade(colour, 1.08))


@drawn("building-rubble", STONE, CLAY)
def rubble(c: Canvas, colour: str) -> None:
    c.heap(320, 420, 520, 210, colour, 26)


@drawn("building-sand", SAND, "#8a6a4c")
def sand(c: Canvas, colour: str) -> None:
    c.heap(320, 420, 520, 220, colour, 5)
    c.line([(400, 330), (480, 110)], OAK, 12)
    c.poly([(376, 330), (424, 338), (412, 396), (384, 400)], STEEL)


@drawn("building-stone", "#7f868b", STONE)
def stone(c: Canvas, colour: str) -> None:
    c.shadow(330, 418, 500)
    for k in range(5):
        c.box(90 + (k * 17) % 30, 372 - k * 48, 360, 40, 110, shade(colour, (1, 0.92, 1.06)[k % 3]))


@drawn("building-insulation", YELLOW, GREEN)
def insulation(c: Canvas, colour: str) -> None:
    c.shadow(330, 418, 500)
    for k in range(5):
        c.box(90, 352 - k * 60, 360, 52, 120, shade(colour, 1 - 0.04 * (k % 2)))
        c.rect(90, 352 - k * 60, 360, 6, ALU)
        c.rect(90, 398 - k * 60, 360, 6, ALU)


@drawn("building-mineral-wool", YELLOW, "#b7a06a")
def wool(c: Canvas, colour: str) -> None:
    for x, y in ((170, 356), (340, 366), (260, 236)):
        c.roll(x, y, 68, 160, colour, "#8f7c4b")


@drawn("building-plasterboard", "#d8d4cb", "#b9c9bd")
def plasterboard(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 520)
    for x in (120, 400):
        c.box(x, 392, 50, 18, 110, WOOD)
    for k in range(12):
        c.box(70, 374 - k * 18, 400, 14, 130, shade(colour, (1, 0.95)[k % 2]))


@drawn("building-doors", WHITE, BLUE)
def building_doors(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 380)
    for k, x in enumerate((340, 190)):
        tone = shade(colour, 0.9 + 0.1 * k)
        c.box(x, 70, 170, 344, 16, tone)
        c.rect(x + 34, 100, 102, 110, GLASS if k else shade(tone, 0.9))
        c.rect(x + 146, 244, 14, 9, IRON, 4)


@drawn("building-windows", WHITE, INK)
def windows(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 460)
    for x, w, h in ((330, 200, 290), (110, 230, 320)):
        y = 414 - h
        c.rect(x, y, w, h, shade(colour, 0.82), 3)
        c.rect(x + 7, y + 7, w - 14, h - 14, colour, 3)
        for px in (x + 24, x + w / 2 + 7):
            c.rect(px, y + 24, w / 2 - 31, h - 48, GLASS)
            c.poly(
                [(px + 12, y + h - 60), (px + 50, y + 50), (px + 66, y + 50), (px + 28, y + h - 60)],
                shade(GLASS, 1.35),
            )
        c.rect(x + w / 2 - 4, y + h / 2, 8, 36, STEEL, 4)


@drawn("building-sanitary", WHITE, CREAM)
def sanitary(c: Canvas, colour: str) -> None:
    c.shadow(200, 420, 220)
    c.shadow(450, 420, 220)
    c.rect(176, 260, 48, 150, shade(colour, 0.9), 8)
    c.poly([(80, 196), (320, 196), (280, 276), (120, 276)], colour)
    c.oval(200, 196, 120, 24, shade(colour, 0.94))
    c.oval(200, 198, 86, 14, shade(colour, 0.78))
    c.line([(200, 184), (200, 140), (226, 132), (232, 152)], STEEL, 11)
    c.rect(470, 150, 84, 130, colour, 8)
    c.poly([(390, 290), (540, 290), (516, 366), (500, 410), (440, 410), (430, 360)], shade(colour, 0.95))
    c.oval(466, 288, 84, 18, colour)


@drawn("building-radiators", WHITE, IRON)
def radiators(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 460)
    for k in range(9):
        x = 110 + k * 46
        c.rect(x, 150, 40, 240, shade(colour, (1, 0.9)[k % 2]), 18)
        c.rect(x + 15, 186, 10, 168, shade(colour, 0.72), 5)
        c.rect(x + 10, 386, 20, 28, shade(colour, 0.75))
    c.rect(520, 350, 40, 14, "#b8693d", 4)


@drawn("building-ceilings", WHITE, CREAM)
def ceiling(c: Canvas, colour: str) -> None:
    c.shadow(330, 418, 460)
    for k in range(13):
        c.box(120, 388 - k * 19, 270, 15, 130, shade(colour, (0.98, 0.9)[k % 2]))
    for u, v in scattered(90):
        c.oval(136 + u * 250 + v * 118, 155 - v * 52, 2.2, 1.4, "#b9b3a6")


@drawn("building-raised-floors", GREY, STEEL)
def raised(c: Canvas, colour: str) -> None:
    for row in range(3):
        for k in range(3):
            x, y = 70 + k * 142 + (2 - row) * 66, 380 - (2 - row) * 76
            c.rect(x + 8, y, 10, 44, IRON)
            c.rect(x + 128, y, 10, 44, IRON)
            if (row, k) != (1, 1):
                c.poly(
                    [(x, y), (x + 62, y - 70), (x + 200, y - 70), (x + 138, y)], shade(colour, (1.1, 1)[(row + k) % 2])
                )
                c.rect(x, y, 138, 12, shade(colour, 0.75))


@drawn("building-pipes", "#8f8a83", "#8e5f3f")
def pipes(c: Canvas, colour: str) -> None:
    c.shadow(330, 412, 480)
    for row in range(3):
        for k in range(5 - row):
            x, y = 110 + k * 84 + row * 42, 362 - row * 74
            c.roll(x, y, 38, 190, colour, colour)
            c.oval(x, y, 29, 29, shade(colour, 0.4))


@drawn("building-paint", WHITE, CREAM)
def paint(c: Canvas, colour: str) -> None:
    for x, y, tone in ((430, 220, TEAL), (210, 210, RED), (320, 250, YELLOW)):
        c.shadow(x, y + 166, 190)
        c.tube(x, y, 82, 156, colour, tone)
        c.rect(x - 82, y + 60, 164, 60, tone)
        c.ring(x, y + 6, 84, 4, STEEL, 70)
        c.oval(x, y, 82, 24, ALU)
        c.oval(x, y, 72, 19, tone)


@drawn("building-scaffolding", ORANGE, BLUE)
def scaffolding(c: Canvas, colour: str) -> None:
    for x in (110, 320, 530):
        c.rect(x - 6, 50, 12, 366, colour)
        c.rect(x - 22, 412, 44, 9, IRON)
    for y in (90, 220, 350):
        c.rect(104, y, 432, 9, shade(colour, 0.8))
        c.box(104, y + 20, 432, 12, 26, PINE)
    c.line([(110, 350), (320, 220)], shade(colour, 0.7), 8)
    c.line([(530, 220), (320, 90)], shade(colour, 0.7), 8)
