"""Drawings of furniture."""

from listings.demo.drawings.canvas import (
    BLACK,
    BLUE,
    CREAM,
    GREEN,
    GREY,
    INK,
    IRON,
    MOSS,
    OAK,
    ORANGE,
    PINE,
    PLUM,
    RED,
    TEAL,
    WHITE,
    WOOD,
    YELLOW,
    Canvas,
    shade,
)
from listings.demo.drawings.drawn import drawn


@drawn("furniture-desks", WHITE, WOOD)
def desk(c: Canvas, colour: str) -> None:
    c.shadow(330, 418, 500)
    for x, y in ((150, 250), (540, 212)):
        c.rect(x, y, 12, 150, shade(IRON, 0.9))
    for x in (100, 460):
        c.rect(x, 262, 14, 154, IRON)
        c.rect(x - 14, 408, 60, 10, IRON, 5)
    c.poly([(76, 256), (166, 200), (580, 200), (500, 256)], shade(colour, 0.98))
    c.rect(76, 256, 424, 16, shade(colour, 0.86))
    c.poly([(500, 256), (580, 200), (580, 216), (500, 272)], shade(colour, 0.7))
    c.box(350, 274, 100, 120, 30, GREY)
    for y in (284, 322, 360):
        c.rect(360, y, 80, 28, shade(GREY, 0.9), 3)


@drawn("furniture-office-chairs", INK, BLUE)
def office_chair(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 260)
    for dx in (-96, -44, 44, 96):
        c.line([(320, 366), (320 + dx, 404)], IRON, 11)
        c.oval(320 + dx, 414, 12, 12, BLACK)
    c.rect(311, 290, 18, 84, IRON)
    c.rect(212, 258, 216, 40, colour, 18)
    c.rect(228, 70, 184, 176, shade(colour, 1.12), 32)
    c.rect(256, 100, 128, 116, shade(colour, 0.9), 22)
    c.rect(310, 238, 22, 30, IRON)
    for x in (186, 424):
        c.rect(x, 196, 30, 14, IRON, 7)
        c.rect(x + 9, 202, 12, 66, IRON)


@drawn("furniture-chairs", WOOD, RED)
def chairs(c: Canvas, colour: str) -> None:
    for x, tone in ((330, shade(colour, 0.85)), (110, colour)):
        c.shadow(x + 92, 420, 260)
        for px, top, end in ((x, 270, 418), (x + 130, 270, 418), (x + 44, 80, 384), (x + 174, 80, 384)):
            c.rect(px, top, 14, end - top, shade(tone, 0.8 if top == 80 else 0.95), 4)
        c.rect(x + 52, 88, 128, 34, tone, 8)
        c.rect(x + 52, 146, 128, 26, tone, 8)
        c.poly([(x - 8, 270), (x + 40, 236), (x + 194, 236), (x + 152, 270)], shade(tone, 1.25))
        c.rect(x - 8, 270, 160, 14, tone)


@drawn("furniture-tables", OAK, PINE)
def table(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 500)
    for x, y, h in ((166, 236, 140), (528, 236, 140), (96, 262, 156), (470, 262, 156)):
        c.rect(x, y, 22, h, shade(colour, 0.78))
    c.poly([(70, 244), (160, 178), (590, 178), (510, 244)], shade(colour, 1.2))
    c.rect(70, 244, 440, 20, colour)
    c.poly([(510, 244), (590, 178), (590, 198), (510, 264)], shade(colour, 0.72))
    for k in range(3):
        c.line([(110 + k * 24, 228 - k * 16), (520 + k * 20, 228 - k * 16)], shade(colour, 1.05), 2)


@drawn("furniture-cabinets", GREY, OAK)
def cabinet(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 420)
    c.box(150, 120, 280, 290, 80, colour)
    for x in (160, 293):
        c.rect(x, 132, 127, 266, shade(colour, 0.93), 4)
        c.rect(x + (108 if x == 160 else 8), 240, 9, 52, IRON, 4)


@drawn("furniture-lockers", BLUE, GREEN)
def lockers(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 440)
    c.box(130, 80, 340, 330, 60, colour)
    for k in range(4):
        for row in range(2):
            x, y = 138 + k * 84, 90 + row * 160
            c.rect(x, y, 76, 150, shade(colour, (1.1, 0.94)[(k + row) % 2]), 4)
            for slot in range(3):
                c.rect(x + 20, y + 18 + slot * 10, 36, 4, shade(colour, 0.65))
            c.oval(x + 64, y + 80, 5, 5, CREAM)


@drawn("furniture-school", PINE, WOOD)
def school_desk(c: Canvas, colour: str) -> None:
    c.shadow(310, 420, 480)
    for x, y in ((110, 260), (320, 260), (160, 226), (370, 226)):
        c.line([(x, y), (x, y + 154)], BLUE, 9)
    c.poly([(84, 256), (140, 212), (410, 212), (356, 256)], shade(colour, 1.22))
    c.rect(84, 256, 272, 14, colour)
    for x in (430, 520):
        c.line([(x, 306), (x - 8, 414)], BLUE, 9)
    c.line([(536, 296), (552, 150)], BLUE, 9)
    c.poly([(412, 306), (446, 284), (560, 284), (530, 306)], shade(colour, 1.22))
    c.rect(412, 306, 118, 11, colour)
    c.poly([(470, 160), (560, 146), (566, 206), (478, 220)], colour)


@drawn("furniture-sofas", MOSS, RED)
def sofa(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 520)
    c.rect(110, 170, 420, 150, shade(colour, 0.9), 30)
    for x in (124, 324):
        c.rect(x, 250, 192, 84, shade(colour, 1.15), 20)
    c.rect(110, 320, 420, 70, colour, 16)
    for x in (70, 500):
        c.rect(x, 226, 70, 168, shade(colour, 0.8), 28)
    for x in (96, 524):
        c.rect(x, 390, 18, 28, OAK)


@drawn("furniture-beds", OAK, WHITE)
def bed(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 540)
    c.rect(70, 150, 24, 266, shade(colour, 0.85))
    c.poly([(82, 160), (190, 108), (190, 300), (82, 372)], colour)
    c.poly([(94, 318), (196, 250), (580, 250), (500, 318)], WHITE)
    c.rect(94, 318, 406, 40, CREAM)
    c.poly([(500, 318), (580, 250), (580, 290), (500, 358)], shade(CREAM, 0.8))
    c.rect(94, 358, 406, 24, colour)
    c.poly([(500, 358), (580, 290), (580, 314), (500, 382)], shade(colour, 0.7))
    c.rect(486, 340, 18, 78, shade(colour, 0.85))
    c.poly([(120, 310), (186, 266), (276, 266), (214, 310)], "#cfdde0")


@drawn("furniture-mattresses", WHITE, "#cfdde0")
def mattress(c: Canvas, colour: str) -> None:
    c.shadow(330, 414, 540)
    for k in range(4):
        y = 352 - k * 62
        c.box(70 + (k % 2) * 10, y, 370, 50, 140, colour if k % 2 else "#e6e2d8")
        c.line([(76, y + 25), (438, y + 25)], "#c9c3b6", 3)


@drawn("furniture-shop", WHITE, OAK)
def shop(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 460)
    c.box(110, 90, 390, 322, 50, shade(colour, 0.93))
    for k in range(3):
        y = 170 + k * 88
        for n in range(6):
            c.rect(128 + n * 60, y - 50, 46, 50, (RED, YELLOW, TEAL, CREAM, BLUE, ORANGE)[(n + k) % 6], 4)
        c.rect(110, y, 390, 12, shade(colour, 0.72))


@drawn("furniture-garden", WOOD, MOSS)
def bench(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 520)
    for x in (120, 500):
        c.line([(x, 414), (x + 10, 300), (x - 20, 130)], IRON, 13)
        c.line([(x + 46, 414), (x + 34, 300)], IRON, 13)
    for k in range(4):
        c.rect(80, 140 + k * 34, 480, 22, shade(colour, (1, 0.92)[k % 2]), 4)
    for k in range(3):
        c.rect(84 + k * 8, 292 + k * 16, 480, 12, shade(colour, 1.1), 4)


@drawn("furniture-acoustic", GREEN, PLUM)
def acoustic(c: Canvas, colour: str) -> None:
    for k, tone in enumerate((colour, CREAM, TEAL, colour, GREY, YELLOW)):
        x, y = 104 + (k % 3) * 148, 76 + (k // 3) * 150
        c.rect(x + 5, y + 6, 136, 138, shade(GREY, 0.95), 10)
        c.rect(x, y, 136, 138, tone, 10)
        c.rect(x + 12, y + 12, 112, 114, shade(tone, 1.1), 6)
