"""Drawings of textile."""

from listings.demo.drawings.canvas import (
    BARK,
    BLUE,
    BROWN,
    CARDBOARD,
    CREAM,
    GREY,
    INK,
    IRON,
    MOSS,
    OAK,
    ORANGE,
    PLUM,
    RED,
    TEAL,
    WHITE,
    YELLOW,
    Canvas,
    scattered,
    shade,
)
from listings.demo.drawings.drawn import drawn


@drawn("textile-clothing", BLUE, PLUM)
def clothes(c: Canvas, colour: str) -> None:
    c.line([(90, 96), (550, 96)], IRON, 9)
    for k, tone in enumerate((colour, CREAM, RED, MOSS, GREY)):
        x = 118 + k * 86
        c.line([(x + 36, 96), (x + 36, 120)], IRON, 4)
        c.poly(
            [
                (x + 20, 122),
                (x + 52, 122),
                (x + 96, 160),
                (x + 80, 196),
                (x + 68, 186),
                (x + 68, 330 + (k % 2) * 30),
                (x + 4, 330 + (k % 2) * 30),
                (x + 4, 186),
                (x - 8, 196),
                (x - 22, 160),
            ],
            tone,
        )
        c.poly([(x + 26, 122), (x + 46, 122), (x + 36, 140)], shade(tone, 0.7))
    for x in (96, 544):
        c.line([(x, 96), (x, 410)], IRON, 9)


@drawn("textile-workwear", "#c8641f", BLUE)
def workwear(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 320)
    c.poly(
        [
            (250, 84),
            (390, 84),
            (490, 160),
            (450, 260),
            (408, 232),
            (408, 330),
            (232, 330),
            (232, 232),
            (190, 260),
            (150, 160),
        ],
        colour,
    )
    c.poly([(288, 84), (352, 84), (320, 130)], shade(colour, 0.6))
    c.line([(320, 130), (320, 330)], shade(colour, 0.7), 5)
    for y in (214, 286):
        c.rect(232, y, 176, 18, "#e4e2c8")
    c.rect(232, 330, 80, 80, shade(BLUE, 0.8))
    c.rect(328, 330, 80, 80, shade(BLUE, 0.8))


@drawn("textile-shoes", BROWN, INK)
def shoes(c: Canvas, colour: str) -> None:
    for x, y in ((120, 330), (300, 360)):
        c.shadow(x + 110, y + 56, 260)
        c.poly(
            [(x, y - 110), (x + 84, y - 110), (x + 100, y - 46), (x + 190, y - 16), (x + 214, y + 36), (x, y + 36)],
            colour,
        )
        c.rect(x - 4, y + 36, 222, 18, shade(colour, 0.5), 6)
        for k in range(4):
            c.line([(x + 76 + k * 12, y - 84 + k * 18), (x + 104 + k * 14, y - 90 + k * 18)], CREAM, 4)


@drawn("textile-linen", WHITE, "#cfdde0")
def linen(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 420)
    for k in range(8):
        c.box(150 + (k * 5) % 9, 382 - k * 36, 260, 30, 80, (colour, "#e6e2d8", "#bcd0d6")[k % 3])
        c.line([(156, 396 - k * 36), (400, 396 - k * 36)], "#cfcabf", 2)


@drawn("textile-fabric-rolls", TEAL, PLUM)
def fabric(c: Canvas, colour: str) -> None:
    for k, (x, y) in enumerate(((130, 380), (240, 384), (350, 380), (186, 288), (296, 288), (240, 196))):
        c.roll(x, y, 48, 190, (colour, RED, YELLOW, BLUE, MOSS, CREAM)[k])


@drawn("textile-offcuts", YELLOW, BLUE)
def scraps(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 480)
    for k, (across, up) in enumerate(sorted(scattered(44), key=lambda at: at[1], reverse=True)):
        x, y = 90 + across * 370, 392 - up * 190 * (1 - abs(across - 0.5) * 1.5)
        tone = (colour, RED, CREAM, TEAL, PLUM, ORANGE)[k % 6]
        c.poly([(x, y), (x + 56, y - 26), (x + 88, y + 4), (x + 30, y + 26)], shade(tone, 0.9 + (k % 3) * 0.1))


@drawn("textile-curtains", PLUM, MOSS)
def curtains(c: Canvas, colour: str) -> None:
    c.rect(80, 70, 480, 12, OAK, 6)
    for x in (100, 390):
        for k in range(6):
            tone = shade(colour, (1, 0.84)[k % 2])
            c.poly([(x + k * 25, 84), (x + k * 25 + 25, 84), (x + k * 25 + 27, 408), (x + k * 25 - 2, 408)], tone)
            c.ring(x + 12 + k * 25, 80, 8, 3, IRON)


@drawn("textile-carpet", IRON, "#8f6f5a")
def carpet(c: Canvas, colour: str) -> None:
    c.shadow(330, 416, 500)
    c.poly([(120, 396), (520, 320), (600, 366), (260, 424)], shade(colour, 1.1))
    c.roll(130, 350, 76, 340, colour)


@drawn("textile-banners", RED, TEAL)
def banners(c: Canvas, colour: str) -> None:
    for x in (90, 545):
        c.line([(x, 70), (x, 420)], OAK, 10)
    for y, tone, other in ((96, colour, YELLOW), (250, BLUE, CREAM)):
        c.poly([(100, y), (536, y + 8), (536, y + 128), (100, y + 118)], tone)
        c.oval(230, y + 62, 40, 40, other)
        c.rect(290, y + 36, 200, 18, other, 9)
        c.rect(290, y + 70, 130, 18, other, 9)


@drawn("textile-rags", WHITE, "#cfdde0")
def rags(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 420)
    c.box(150, 270, 290, 140, 84, CARDBOARD)
    for k in range(7):
        x = 150 + k * 46
        c.poly(
            [(x, 272), (x + 26, 208 - (k % 3) * 18), (x + 78, 226), (x + 70, 272)], (colour, "#bcd0d6", CREAM)[k % 3]
        )


@drawn("textile-leather", BARK, INK)
def leather(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 420)
    for k in range(3):
        dx, tone = k * 34 - 30, shade(colour, 0.85 + 0.16 * k)
        c.poly(
            [
                (170 + dx, 130 + k * 30),
                (300 + dx, 160 + k * 30),
                (420 + dx, 120 + k * 30),
                (470 + dx, 210 + k * 30),
                (430 + dx, 300 + k * 30),
                (450 + dx, 370 + k * 12),
                (310 + dx, 340 + k * 18),
                (180 + dx, 380 + k * 10),
                (200 + dx, 280 + k * 30),
                (150 + dx, 220 + k * 30),
            ],
            tone,
        )


@drawn("textile-yarn", RED, TEAL)
def yarn(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 440)
    for k, tone in enumerate((colour, YELLOW, BLUE, MOSS, CREAM)):
        x, y = 130 + k * 92, 400 - (k % 2) * 12
        c.poly([(x - 42, y), (x + 42, y), (x + 22, y - 190), (x - 22, y - 190)], tone)
        c.rect(x - 14, y - 214, 28, 26, CARDBOARD)
        for line in range(8):
            c.line(
                [(x - 38 + line * 2, y - 20 - line * 21), (x + 36 - line * 2, y - 12 - line * 21)], shade(tone, 0.8), 2
            )
