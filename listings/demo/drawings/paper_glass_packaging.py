"""Drawings of paper, glass and packaging."""

from listings.demo.drawings.canvas import (
    BLUE,
    BROWN,
    CARDBOARD,
    CREAM,
    GLASS,
    INK,
    IRON,
    MOSS,
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
from listings.demo.drawings.metal_plastics import plexi
from listings.demo.drawings.stacks import pallet


@drawn("paper-rolls", WHITE, CARDBOARD)
def paper_rolls(c: Canvas, colour: str) -> None:
    for x, y, r in ((420, 170, 86), (230, 196, 96)):
        c.shadow(x, y + 226, r * 2.2)
        c.tube(x, y, r, 210, colour, shade(colour, 0.95))
        c.oval(x, y, r * 0.32, r * 0.1, CARDBOARD)


@drawn("paper-print", PLUM, BLUE)
def books(c: Canvas, colour: str) -> None:
    c.shadow(320, 418, 460)
    for k in range(6):
        c.box(120 + (k * 13) % 24, 378 - k * 34, 190, 28, 60, (colour, RED, YELLOW, MOSS, CREAM, TEAL)[k])
    for k, tone in enumerate((RED, CREAM, BLUE, YELLOW, MOSS)):
        c.rect(400 + k * 34, 196 + (k % 3) * 16, 30, 214 - (k % 3) * 16, tone, 2)
        c.rect(400 + k * 34, 236, 30, 8, shade(tone, 0.75))


@drawn("paper-office", WHITE, WHITE)
def paper(c: Canvas, colour: str) -> None:
    c.shadow(320, 414, 430)
    for k in range(5):
        c.box(150, 358 - k * 52, 240, 46, 110, colour if k % 2 else "#e8e4da")
        c.rect(150, 370 - k * 52, 240, 20, (BLUE, TEAL)[k % 2])


@drawn("paper-tubes", CARDBOARD, "#b58f60")
def paper_tubes(c: Canvas, colour: str) -> None:
    for row in range(4):
        for k in range(6 - row):
            c.roll(120 + k * 60 + row * 30, 380 - row * 52, 27, 190, colour, colour)


@drawn("cardboard", CARDBOARD, "#b58f60")
def cardboard(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 480)
    for x, y in ((100, 300), (320, 300), (210, 180)):
        c.box(x, y, 200, 112, 70, colour)
        for k in range(7):
            c.line([(x + 6, y + 12 + k * 15), (x + 192, y + 12 + k * 15)], shade(colour, 0.8), 2)
        c.rect(x + 60, y, 6, 112, shade(colour, 0.5))
        c.rect(x + 136, y, 6, 112, shade(colour, 0.5))


@drawn("packaging-boxes", CARDBOARD, "#b58f60")
def boxes(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 480)
    for x, y, w, h in ((90, 300, 180, 112), (310, 270, 190, 142), (140, 170, 150, 126)):
        c.box(x, y, w, h, 70, colour)
        c.rect(x + w / 2 - 12, y, 24, h * 0.4, shade(colour, 1.22))


@drawn("packaging-bigbags", WHITE, WHITE)
def big_bags(c: Canvas, colour: str) -> None:
    for x in (90, 330):
        c.shadow(x + 110, 424, 280)
        c.box(x, 190, 170, 222, 60, colour)
        for k in (0, 158):
            c.line([(x + k + 6, 200), (x + k + 20, 120), (x + k + 34, 196)], BLUE, 9)
        c.rect(x + 40, 270, 90, 60, "#dfe5e6", 4)


@drawn("packaging-ibc", "#e4e8e6", "#d5dedb")
def ibc(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 420)
    pallet(c, 165, 376, 260, PINE)
    c.box(170, 130, 250, 236, 90, colour)
    for k in range(6):
        c.rect(170 + k * 49, 122, 5, 250, IRON)
        c.rect(170, 130 + k * 47, 250, 4, IRON)
        c.line([(420, 130 + k * 47), (510, 90 + k * 47)], IRON, 4)
    c.oval(330, 108, 34, 10, RED)
    c.rect(280, 350, 30, 18, RED, 4)


@drawn("packaging-drums", BLUE, "#e0ddd2")
def barrels(c: Canvas, colour: str) -> None:
    for x, y in ((430, 180), (210, 170), (320, 214)):
        c.shadow(x, y + 210, 170)
        c.rect(x - 74, y, 148, 200, colour, 26)
        c.rect(x + 26, y + 6, 48, 188, shade(colour, 0.84), 20)
        c.oval(x, y + 4, 72, 20, shade(colour, 0.5))
        c.oval(x, y, 66, 17, shade(colour, 1.15))


@drawn("packaging-jute", "#b99a6b", "#a98a5c")
def jute(c: Canvas, colour: str) -> None:
    for x, h in ((180, 250), (420, 230), (300, 270)):
        c.bag(x, 424, 180, h, colour)
        for k in range(6):
            c.line([(x - 70, 396 - k * 30), (x + 70, 396 - k * 30)], shade(colour, 0.9), 1.5)


@drawn("packaging-reusable", ORANGE, TEAL)
def cups(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 460)
    for x, count, tone in ((150, 4, colour), (260, 6, CREAM), (370, 3, TEAL), (470, 5, YELLOW)):
        for k in range(count):
            y = 380 - k * 40
            c.poly(
                [(x - 40, y - 70), (x + 40, y - 70), (x + 30, y + 34), (x - 30, y + 34)],
                shade(tone, 1 if k % 2 else 0.9),
            )
            c.oval(x, y - 70, 40, 9, shade(tone, 1.25))


@drawn("packaging-trays", INK, "#5d4a3c")
def trays(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 460)
    for k in range(6):
        c.box(120 + (k % 2) * 8, 376 - k * 40, 320, 22, 90, shade(colour, 1.1))
    top = 176
    for k in range(5):
        c.oval(176 + k * 64, top - 20, 24, 9, shade(colour, 0.6))


@drawn("packaging-filling", "#dfe8ea", CREAM)
def cushions(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 400)
    for k in range(11):
        x, y = 150 + (k % 4) * 76, 250 - (k // 4) * 52
        c.rect(x, y, 70, 46, shade(colour, (1, 0.93, 1.08)[k % 3]), 18)
    c.box(140, 280, 310, 132, 76, CARDBOARD)


@drawn("glass-bottles", MOSS, BROWN)
def bottles(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 440)
    for k in range(6):
        x, tone = 130 + k * 76, (colour, "#8fae9b", colour, "#6b4a33", colour, "#8fae9b")[k]
        c.rect(x - 27, 232, 54, 184, tone, 12)
        c.poly([(x - 27, 246), (x - 11, 186), (x + 11, 186), (x + 27, 246)], tone)
        c.rect(x - 11, 136, 22, 60, tone)
        c.rect(x - 13, 130, 26, 14, shade(tone, 0.7), 3)
        c.rect(x - 18, 250, 8, 140, shade(tone, 1.3), 4)


@drawn("glass-jars", GLASS, "#cfe0d8")
def jars(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 460)
    for x, y, h in ((140, 250, 164), (260, 220, 194), (380, 264, 150), (490, 236, 178)):
        c.rect(x - 52, y, 104, h, colour, 20)
        c.rect(x - 40, y + 16, 12, h - 40, WHITE, 6)
        c.rect(x - 46, y - 26, 92, 30, (RED, YELLOW, WHITE, TEAL)[(x // 10) % 4], 6)
        c.rect(x - 28, y + h * 0.4, 70, 46, CREAM, 4)


@drawn("glass-flat", GLASS, GLASS)
def flat_glass(c: Canvas, colour: str) -> None:
    plexi(c, colour)
    c.box(90, 392, 380, 22, 80, WOOD)


@drawn("glass-cullet", "#9dbdb0", "#b7d3d6")
def cullet(c: Canvas, colour: str) -> None:
    c.heap(320, 420, 460, 200, colour, 19)
