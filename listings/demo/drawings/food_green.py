"""Drawings of food, coffee, wood chips and plants."""

from listings.demo.drawings.canvas import (
    ALU,
    BARK,
    BLUE,
    BRICK,
    CLAY,
    CREAM,
    GREEN,
    MOSS,
    OAK,
    ORANGE,
    PINE,
    RED,
    STEEL,
    TEAL,
    WHITE,
    WOOD,
    YELLOW,
    Canvas,
    shade,
)
from listings.demo.drawings.drawn import drawn


@drawn("food-bread", "#b9793f", "#c98f4d")
def bread(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 460)
    for k, (x, y) in enumerate(((210, 236), (420, 236), (316, 190))):
        c.oval(x, y, 118, 62, shade(colour, (1, 0.92, 1.08)[k]))
        for cut in (-44, 0, 44):
            c.line([(x + cut - 14, y - 22), (x + cut + 14, y + 14)], shade(colour, 1.5), 8)
    c.box(110, 270, 380, 136, 70, TEAL)
    for hole in range(9):
        c.rect(130 + hole * 39, 312, 20, 60, shade(TEAL, 0.75), 5)


@drawn("food-fruit-vegetables", PINE, GREEN)
def fruit(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 500)
    for k in range(17):
        x, y = 130 + (k % 7) * 58 + (k // 7) * 26, 276 - (k // 7) * 46
        tone = (RED, GREEN, ORANGE, YELLOW)[(k * 3 + k // 7) % 4]
        c.oval(x, y, 36, 34, tone)
        c.oval(x - 10, y - 12, 9, 6, shade(tone, 1.4))
        c.line([(x, y - 32), (x + 5, y - 44)], BARK, 4)
    c.box(80, 300, 420, 110, 60, colour)
    for y in (336, 372):
        c.rect(80, y, 420, 5, shade(colour, 0.65))


@drawn("food-dairy", WHITE, CREAM)
def dairy(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 460)
    for x in (120, 230):
        c.box(x, 210, 84, 204, 36, colour)
        c.poly([(x, 210), (x + 18, 166), (x + 102, 166), (x + 120, 194)], shade(colour, 0.92))
        c.rect(x, 270, 84, 60, BLUE)
    c.poly([(370, 400), (370, 316), (560, 270), (560, 400)], YELLOW)
    c.poly([(370, 316), (470, 250), (560, 270)], shade(YELLOW, 1.3))
    for x, y in ((410, 360), (470, 330), (520, 370)):
        c.oval(x, y, 15, 13, shade(YELLOW, 0.75))


@drawn("food-dry", RED, TEAL)
def tins(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 460)
    for k, (x, y) in enumerate(((150, 270), (270, 270), (390, 270), (210, 130), (330, 130))):
        c.tube(x, y, 54, 130, ALU)
        c.rect(x - 54, y + 24, 108, 84, (colour, YELLOW, MOSS, ORANGE, BLUE)[k])
        c.oval(x, y + 66, 26, 24, CREAM)
    c.bag(510, 424, 110, 210, CREAM, RED)


@drawn("food-drinks", ORANGE, GREEN)
def drinks(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 460)
    for k in range(5):
        x, tone = 150 + k * 84, (colour, RED, YELLOW, TEAL, colour)[k]
        c.rect(x - 24, 190, 48, 140, tone, 12)
        c.rect(x - 10, 130, 20, 70, tone)
        c.rect(x - 12, 120, 24, 16, WHITE, 4)
        c.rect(x - 24, 236, 48, 44, CREAM)
    c.box(100, 300, 400, 110, 50, RED)
    c.rect(230, 326, 140, 26, shade(RED, 0.7), 13)


@drawn("spent-grain", "#a98452", "#b8935e")
def grain(c: Canvas, colour: str) -> None:
    c.heap(320, 252, 330, 100, colour, 8)
    c.shadow(320, 420, 420)
    c.poly([(130, 250), (510, 250), (470, 412), (170, 412)], BLUE)
    c.poly([(400, 250), (510, 250), (470, 412), (390, 412)], shade(BLUE, 0.84))
    c.rect(118, 240, 404, 22, shade(BLUE, 1.15), 10)


@drawn("coffee-grounds", "#4a3426", "#5a4030")
def coffee(c: Canvas, colour: str) -> None:
    for x, tone in ((430, CREAM), (230, WHITE)):
        c.heap(x, 246, 196, 66, colour, 6)
        c.shadow(x, 420, 220)
        c.poly([(x - 104, 244), (x + 104, 244), (x + 82, 412), (x - 82, 412)], tone)
        c.poly([(x + 40, 244), (x + 104, 244), (x + 82, 412), (x + 34, 412)], shade(tone, 0.87))
        c.ring(x, 300, 104, 5, STEEL, 26)
        c.rect(x - 60, 320, 84, 44, shade(GREEN, 1.1), 5)


@drawn("wood-chips", WOOD, PINE)
def chips(c: Canvas, colour: str) -> None:
    c.heap(320, 424, 540, 230, colour, 13)


@drawn("prunings", BARK, OAK)
def logs(c: Canvas, colour: str) -> None:
    c.shadow(330, 414, 520)
    for row in range(3):
        for k in range(4 - row):
            x, y = 130 + k * 112 + row * 56, 356 - row * 94
            c.roll(x, y, 54, 150, colour, PINE)
            c.oval(x, y, 45, 45, PINE)
            for r in (34, 22, 10):
                c.ring(x, y, r, 2, shade(PINE, 0.75))


@drawn("compost", "#4d3b2c", "#5d4a38")
def compost(c: Canvas, colour: str) -> None:
    c.heap(320, 424, 500, 170, colour, 6)
    for x in (240, 400):
        c.line([(x, 276), (x, 200)], MOSS, 7)
        c.oval(x - 26, 206, 28, 13, GREEN)
        c.oval(x + 26, 190, 28, 13, GREEN)


@drawn("straw", YELLOW, "#d2b264")
def straw(c: Canvas, colour: str) -> None:
    for x, y in ((170, 330), (400, 330), (290, 196)):
        c.shadow(x + 30, y + 90, 260)
        c.roll(x, y, 84, 90, colour, shade(colour, 0.8))
        for r in (70, 52, 36, 20):
            c.ring(x, y, r, 2.5, shade(colour, 0.72))


@drawn("plants", CLAY, BRICK)
def plants(c: Canvas, colour: str) -> None:
    for x, h in ((150, 120), (320, 180), (490, 140)):
        c.shadow(x, 422, 130)
        for k, dx in enumerate((-60, -30, 0, 30, 60)):
            c.line([(x, 320), (x + dx, 320 - h + abs(dx))], MOSS, 6)
            c.oval(x + dx, 312 - h + abs(dx), 26, 34, shade(GREEN, (1, 0.85, 1.12)[k % 3]))
        c.poly([(x - 54, 310), (x + 54, 310), (x + 40, 416), (x - 40, 416)], colour)
        c.rect(x - 60, 300, 120, 22, shade(colour, 1.1), 4)


@drawn("cork", "#c99c6a", "#b98a58")
def corks(c: Canvas, colour: str) -> None:
    for row in range(4):
        for k in range(6 - row):
            x, y = 140 + k * 70 + row * 35, 388 - row * 58
            c.roll(x, y, 28, 46, shade(colour, (1, 0.92, 1.08)[(row + k) % 3]), shade(colour, 0.9))
