"""Drawings of what is done for others."""

from listings.demo.drawings.canvas import (
    ALU,
    BLUE,
    CARDBOARD,
    CREAM,
    GREEN,
    GREY,
    INK,
    IRON,
    OAK,
    ORANGE,
    PINE,
    RED,
    STEEL,
    TEAL,
    WHITE,
    YELLOW,
    Canvas,
    shade,
)  # fmt: skip
from listings.demo.drawings.drawn import drawn


def workbench(c: Canvas) -> None:
    c.shadow(320, 424, 560)
    c.box(60, 300, 450, 26, 80, OAK)
    for x in (80, 470):
        c.rect(x, 326, 24, 92, shade(OAK, 0.75))


@drawn("service-repair", TEAL)
def repair(c: Canvas, colour: str) -> None:
    workbench(c)
    c.rect(120, 60, 400, 130, CREAM, 6)
    for x, tone in ((160, RED), (220, BLUE), (280, YELLOW)):
        c.line([(x, 80), (x, 126)], STEEL, 7)
        c.line([(x, 130), (x, 168)], tone, 16)
    c.line([(350, 96), (420, 160)], STEEL, 16)
    c.ring(340, 88, 20, 11, STEEL)
    c.ring(430, 168, 20, 11, STEEL)
    c.box(190, 222, 150, 72, 50, colour)
    c.oval(236, 258, 22, 22, GREY)
    c.rect(380, 268, 90, 26, INK, 6)


@drawn("service-maintenance", GREEN)
def maintenance(c: Canvas, colour: str) -> None:
    workbench(c)
    c.poly([(160, 296), (180, 200), (260, 200), (280, 296)], colour)
    c.line([(220, 200), (220, 150), (300, 120)], STEEL, 9)
    c.rect(350, 214, 110, 80, RED, 8)
    c.line([(370, 214), (370, 190), (440, 190), (440, 214)], shade(RED, 0.7), 9)
    for x in (120, 500):
        c.ring(x, 110, 44, 16, STEEL)
        c.oval(x, 110, 12, 12, IRON)


@drawn("service-sorting", BLUE)
def sorting(c: Canvas, colour: str) -> None:
    for k, tone in enumerate((colour, YELLOW, GREEN)):
        x = 70 + k * 176
        c.shadow(x + 80, 422, 190)
        c.heap(x + 80, 264, 120, 56, (WHITE, PINE, STEEL)[k], 9)
        c.box(x, 262, 128, 146, 40, tone)
        c.rect(x + 26, 312, 76, 42, CREAM, 5)
    c.line([(70, 130), (570, 130)], INK, 14)
    for x in (90, 320, 550):
        c.oval(x, 142, 16, 16, STEEL)
    for x, tone in ((140, WHITE), (260, PINE), (390, STEEL), (480, RED)):
        c.rect(x, 86, 46, 38, tone, 8)


@drawn("service-washing", TEAL)
def washing(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 560)
    for x in (70, 340):
        c.box(x, 130, 180, 280, 50, ALU)
        c.oval(x + 90, 260, 70, 70, STEEL)
        c.oval(x + 90, 260, 56, 56, "#4f6f7c")
        c.poly(
            [
                (x + 38, 266),
                (x + 70, 250),
                (x + 110, 268),
                (x + 142, 254),
                (x + 126, 300),
                (x + 90, 314),
                (x + 52, 298),
            ],
            "#a7c8d0",
        )
        c.rect(x + 16, 144, 90, 24, shade(ALU, 0.8), 4)
        c.oval(x + 148, 156, 12, 12, colour)
    for x, y, r in ((280, 90, 22), (320, 60, 14), (560, 80, 18)):
        c.ring(x, y, r, 3, shade(TEAL, 1.3))


@drawn("service-take_back", YELLOW)
def take_back(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 560)
    c.rect(70, 150, 330, 220, WHITE, 8)
    c.poly([(400, 220), (490, 220), (560, 300), (560, 370), (400, 370)], colour)
    c.poly([(420, 236), (482, 236), (526, 290), (420, 290)], "#b7d3d6")
    c.rect(70, 330, 490, 40, shade(colour, 0.85))
    c.ring(230, 240, 56, 14, TEAL)
    c.poly([(164, 250), (196, 206), (216, 256)], TEAL)
    for x in (160, 470):
        c.oval(x, 376, 42, 42, INK)
        c.oval(x, 376, 18, 18, STEEL)


@drawn("service-dismantling", ORANGE)
def dismantling(c: Canvas, colour: str) -> None:
    workbench(c)
    c.box(90, 210, 120, 84, 40, ALU)
    c.rect(250, 250, 70, 44, GREEN, 4)
    c.ring(390, 250, 42, 12, INK, 30)
    c.oval(390, 250, 16, 12, colour)
    for k in range(4):
        c.oval(470 + (k % 2) * 20, 276 + (k // 2) * 14, 6, 6, STEEL)
    c.line([(190, 60), (330, 170)], RED, 18)
    c.line([(330, 170), (376, 206)], STEEL, 8)


@drawn("service-storage", CARDBOARD)
def storage(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 560)
    for x in (70, 320, 560):
        c.rect(x - 8, 60, 16, 358, BLUE)
    for y in (170, 288, 406):
        c.rect(64, y, 502, 12, ORANGE)
        for k in range(4):
            w = 84 if (k + y) % 3 else 66
            c.box(90 + k * 118, y - w * 0.8, w, w * 0.8, 22, (colour, PINE, WHITE, TEAL)[(k + y // 100) % 4])
