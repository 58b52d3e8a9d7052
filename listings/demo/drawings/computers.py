"""Drawings of computers and telephones."""

from listings.demo.drawings.canvas import (
    BLUE,
    CREAM,
    GREEN,
    GREY,
    INK,
    IRON,
    ORANGE,
    TEAL,
    WHITE,
    YELLOW,
    Canvas,
    shade,
)
from listings.demo.drawings.drawn import drawn
from listings.demo.drawings.stacks import screen


@drawn("ict-laptops", GREY, INK)
def laptops(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 520)
    for k in range(3):
        c.box(120, 386 - k * 20, 300, 14, 110, shade(colour, 0.9))
    c.poly([(150, 316), (180, 106), (470, 106), (500, 316)], shade(colour, 0.75))
    c.poly([(170, 304), (196, 118), (454, 118), (480, 304)], "#2f3f4c")
    c.poly([(200, 270), (216, 150), (330, 150), (300, 270)], shade("#2f3f4c", 1.15))
    c.poly([(130, 336), (150, 316), (500, 316), (540, 336)], shade(colour, 1.1))
    c.rect(130, 336, 410, 12, shade(colour, 0.8), 4)


@drawn("ict-desktops", INK, GREY)
def desktops(c: Canvas, colour: str) -> None:
    for x in (330, 130):
        c.shadow(x + 100, 424, 260)
        c.box(x, 140, 150, 272, 90, shade(colour, 1.08 if x == 130 else 0.95))
        c.rect(x + 18, 164, 114, 22, shade(colour, 0.75), 3)
        c.rect(x + 18, 196, 114, 10, shade(colour, 0.75), 3)
        c.oval(x + 75, 360, 14, 14, TEAL)


@drawn("ict-monitors", INK, GREY)
def monitors(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 520)
    screen(c, 300, 110, 270, 190, shade(colour, 0.9), "#33505e")
    screen(c, 80, 150, 280, 196, colour, "#2f3f4c")


@drawn("ict-tablets", INK, WHITE)
def tablets(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 440)
    for k, x in enumerate((350, 240, 130)):
        c.rect(x, 96 + k * 18, 190, 290, shade(colour, 0.9), 18)
        c.rect(x + 14, 116 + k * 18, 162, 244, (TEAL, "#33505e", "#3f6a7a")[k], 4)
        c.oval(x + 95, 372 + k * 18, 6, 6, GREY)


@drawn("ict-phones", INK, BLUE)
def phones(c: Canvas, colour: str) -> None:
    c.shadow(320, 410, 440)
    for k in range(4):
        x, y = 110 + k * 112, 130 + (k % 2) * 26
        c.rect(x, y, 96, 216, colour if k % 2 else shade(colour, 1.2), 16)
        c.rect(x + 8, y + 22, 80, 168, (TEAL, "#33505e", "#3f6a7a", BLUE)[k], 3)
    c.line([(346, 190), (372, 226), (362, 250), (392, 290)], WHITE, 2.5)


@drawn("ict-servers", INK, IRON)
def servers(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 360)
    c.box(180, 60, 250, 354, 70, colour)
    for k in range(9):
        c.rect(196, 76 + k * 36, 218, 28, shade(colour, 1.16), 3)
        for n in range(6):
            c.rect(206 + n * 24, 84 + k * 36, 16, 12, shade(colour, 0.8), 2)
        c.oval(398, 90 + k * 36, 4, 4, GREEN if k % 3 else ORANGE)


@drawn("ict-printers", GREY, WHITE)
def printer(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 440)
    c.poly([(230, 180), (250, 96), (450, 96), (440, 180)], WHITE)
    c.box(140, 200, 330, 130, 70, colour)
    c.rect(180, 244, 250, 16, shade(colour, 0.55), 4)
    c.poly([(190, 256), (420, 256), (440, 300), (170, 300)], WHITE)
    c.box(140, 336, 330, 72, 70, shade(colour, 0.9))
    c.rect(260, 366, 90, 10, shade(colour, 0.6), 5)
    c.rect(388, 212, 60, 22, "#33505e", 4)


@drawn("ict-accessories", INK, CREAM)
def keyboard(c: Canvas, colour: str) -> None:
    c.shadow(300, 400, 500)
    c.poly([(70, 380), (130, 240), (470, 240), (450, 380)], colour)
    for row in range(4):
        for k in range(11):
            x = 124 - row * 12 + k * (30 + row * 0.7)
            c.rect(x, 256 + row * 28, 23, 20, shade(colour, 1.22), 4)
    c.oval(540, 330, 40, 58, colour)
    c.line([(540, 280), (540, 322)], shade(colour, 1.4), 3)
    c.line([(540, 272), (560, 190), (500, 130)], colour, 5)


@drawn("ict-projectors", WHITE, INK)
def projector(c: Canvas, colour: str) -> None:
    c.shadow(320, 410, 440)
    c.poly([(250, 320), (20, 210), (20, 70), (250, 290)], "#f6e9bd")
    c.box(190, 270, 300, 110, 90, colour)
    c.oval(250, 325, 42, 42, INK)
    c.oval(250, 325, 28, 28, "#5f8a9a")
    for k in range(6):
        c.rect(350 + k * 20, 296, 8, 60, shade(colour, 0.75))


@drawn("ict-parts", GREEN, TEAL)
def board(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 460)
    c.poly([(90, 390), (170, 170), (560, 170), (520, 390)], colour)
    for x, y, w, h in ((220, 210, 90, 70), (360, 220, 60, 110), (440, 220, 60, 110), (180, 310, 120, 46)):
        c.rect(x, y, w, h, INK, 4)
        c.rect(x + 10, y + 10, w - 20, h - 20, shade(INK, 1.15), 3)
    for k in range(6):
        c.line([(200 + k * 50, 370), (212 + k * 48, 340)], YELLOW, 3)
