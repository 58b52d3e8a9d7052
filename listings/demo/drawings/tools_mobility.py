"""Drawings of tools, rubber and bicycles."""

from listings.demo.drawings.canvas import (
    ALU,
    BLUE,
    CARDBOARD,
    CREAM,
    GREEN,
    GREY,
    INK,
    IRON,
    MOSS,
    OAK,
    ORANGE,
    PLUM,
    RED,
    STEEL,
    TEAL,
    YELLOW,
    Canvas,
    scattered,
    shade,
)
from listings.demo.drawings.drawn import drawn


@drawn("tools-sewing", INK, TEAL)
def sewing(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 460)
    c.box(110, 350, 380, 50, 60, OAK)
    c.rect(390, 190, 80, 160, colour, 14)
    c.rect(150, 170, 310, 74, colour, 26)
    c.rect(150, 190, 66, 110, colour, 18)
    c.rect(178, 300, 10, 44, ALU)
    c.oval(478, 220, 26, 40, ALU)
    c.rect(240, 140, 20, 34, RED, 4)
    c.poly([(120, 346), (330, 346), (300, 330), (140, 330)], PLUM)


@drawn("tools-power", TEAL, ORANGE)
def drill(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 380)
    c.rect(180, 150, 230, 96, colour, 30)
    c.poly([(300, 230), (384, 230), (410, 380), (320, 380)], shade(colour, 0.85))
    c.rect(300, 372, 130, 44, INK, 8)
    c.rect(408, 168, 60, 60, INK, 8)
    c.rect(466, 192, 110, 12, STEEL, 3)
    c.rect(286, 250, 22, 40, INK, 8)


@drawn("tools-hand", OAK, RED)
def hand_tools(c: Canvas, colour: str) -> None:
    c.rect(60, 70, 520, 250, CREAM, 8)
    c.line([(150, 110), (150, 290)], colour, 20)
    c.rect(110, 96, 100, 40, IRON, 8)
    c.line([(270, 200), (270, 296)], RED, 22)
    c.line([(270, 100), (270, 200)], STEEL, 9)
    c.poly([(340, 110), (360, 100), (520, 230), (500, 262)], STEEL)
    c.rect(488, 220, 60, 76, colour, 12)
    c.line([(400, 296), (440, 236)], BLUE, 14)
    c.line([(440, 296), (400, 236)], BLUE, 14)
    c.shadow(320, 380, 460)
    c.box(150, 356, 300, 56, 50, RED)


@drawn("tools-garden", RED, GREEN)
def mower(c: Canvas, colour: str) -> None:
    c.shadow(300, 420, 420)
    c.line([(390, 300), (560, 110), (600, 110)], INK, 10)
    c.poly([(120, 380), (150, 296), (410, 296), (430, 380)], colour)
    c.rect(210, 236, 130, 66, INK, 14)
    for x in (160, 400):
        c.wheel(x, 384, 34)


@drawn("tools-workshop", MOSS, BLUE)
def machine(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 320)
    c.rect(230, 396, 190, 22, IRON, 5)
    c.rect(350, 90, 34, 310, STEEL)
    c.rect(220, 80, 190, 96, colour, 14)
    c.rect(252, 176, 40, 54, IRON)
    c.rect(266, 228, 12, 54, STEEL)
    c.box(190, 300, 170, 22, 50, IRON)
    c.line([(410, 130), (470, 84)], INK, 9)
    c.oval(474, 82, 13, 13, RED)


@drawn("tools-handling", YELLOW, RED)
def truck(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 520)
    c.line([(150, 330), (96, 110)], INK, 12)
    c.rect(62, 92, 74, 20, INK, 10)
    c.rect(110, 300, 110, 90, colour, 12)
    for y in (366, 392):
        c.poly([(200, y), (560, y - 22), (590, y - 10), (220, y + 14)], shade(colour, 0.88))
    for x in (164, 530):
        c.oval(x, 400, 20, 20, INK)


@drawn("tools-fasteners", CARDBOARD, BLUE)
def screws(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 480)
    for n, x in enumerate((80, 250, 420)):
        c.heap(x + 78, 322, 130, 44, (STEEL, "#c2a25a", IRON)[n], 7)
        c.box(x, 316, 130, 92, 40, colour)
        c.line([(x + 40, 344), (x + 90, 384)], INK, 7)
        c.rect(x + 28, 334, 22, 10, INK, 3)


@drawn("tools-safety", YELLOW, ORANGE)
def helmet(c: Canvas, colour: str) -> None:
    c.shadow(300, 410, 400)
    c.oval(280, 280, 140, 130, colour)
    c.rect(120, 280, 330, 140, "#e2dbcd")
    c.rect(110, 270, 360, 28, shade(colour, 0.86), 14)
    c.rect(262, 150, 36, 122, shade(colour, 1.2), 12)
    c.rect(430, 330, 70, 76, TEAL, 18)
    for k in range(4):
        c.rect(430 + k * 18, 290, 15, 60, TEAL, 7)


@drawn("foam", YELLOW, "#9fb6bd")
def foam(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 500)
    for x, y, w, h, tone in (
        (90, 300, 220, 110, 1),
        (330, 330, 180, 80, 0.92),
        (140, 200, 190, 96, 1.08),
        (350, 236, 130, 90, 0.97),
    ):
        c.box(x, y, w, h, 70, shade(colour, tone))
        for across, down in scattered(18):
            c.oval(x + 11 + across * (w - 22), y + 9 + down * (h - 18), 3, 2, shade(colour, tone * 0.85))


@drawn("tyres", "#37363a", "#3f3d3a")
def tyres(c: Canvas, colour: str) -> None:
    c.shadow(250, 420, 320)
    for k in range(5):
        y = 370 - k * 46
        c.rect(120, y, 250, 46, shade(colour, (1, 1.1)[k % 2]), 22)
        for n in range(12):
            c.line([(134 + n * 20, y + 12), (142 + n * 20, y + 34)], shade(colour, 0.7), 4)
    c.oval(245, 178, 124, 34, shade(colour, 1.15))
    c.oval(245, 178, 66, 17, "#1d1c1e")
    c.oval(490, 320, 96, 96, colour)
    c.oval(490, 320, 54, 54, GREY)


@drawn("inner-tubes", "#45423e", "#37363a")
def inner(c: Canvas, colour: str) -> None:
    for k, (x, y) in enumerate(((210, 250), (400, 230), (300, 320), (450, 340), (180, 350))):
        c.ring(x, y, 96 - k * 4, 15, shade(colour, 1 + 0.08 * (k % 3)), 62 - k * 2)
        c.rect(x + 80, y - 6, 26, 7, "#c2a25a", 2)


@drawn("bicycles", BLUE, RED)
def bicycle(c: Canvas, colour: str) -> None:
    c.shadow(320, 426, 480)
    for x in (170, 470):
        c.wheel(x, 330, 92)
    c.line([(170, 330), (240, 190), (420, 190), (300, 330), (170, 330)], colour, 11)
    c.line([(240, 190), (300, 330)], colour, 11)
    c.line([(470, 330), (410, 150), (370, 130)], colour, 11)
    c.line([(228, 166), (240, 196)], IRON, 8)
    c.rect(190, 152, 76, 16, INK, 8)
    c.line([(370, 132), (430, 126)], INK, 10)
    c.ring(300, 330, 20, 6, IRON)
    c.line([(300, 330), (320, 366)], IRON, 7)


@drawn("e-bikes", TEAL, INK)
def e_bike(c: Canvas, colour: str) -> None:
    bicycle(c, colour)
    c.line([(262, 236), (290, 300)], INK, 24)
    c.rect(110, 200, 110, 18, INK, 6)


@drawn("bicycle-parts", IRON, BLUE)
def wheels(c: Canvas, colour: str) -> None:
    for x, y, r in ((200, 250, 130), (430, 270, 140)):
        c.shadow(x, y + r + 14, 190)
        c.wheel(x, y, r)
    c.line([(80, 420), (180, 400), (230, 424)], colour, 12)
    c.rect(300, 404, 90, 18, INK, 9)


@drawn("scooters", RED, TEAL)
def scooter(c: Canvas, colour: str) -> None:
    c.shadow(320, 426, 440)
    c.line([(160, 396), (450, 396), (480, 120)], colour, 16)
    c.line([(430, 120), (530, 112)], INK, 14)
    for x in (150, 470):
        c.wheel(x, 394, 30)


@drawn("trailers", ALU, GREEN)
def trailer(c: Canvas, colour: str) -> None:
    c.shadow(320, 426, 520)
    c.box(120, 250, 330, 100, 90, colour)
    for k in range(4):
        c.rect(130 + k * 82, 258, 70, 84, shade(colour, 0.9), 3)
    c.line([(450, 342), (600, 372)], IRON, 12)
    c.wheel(290, 366, 50)
