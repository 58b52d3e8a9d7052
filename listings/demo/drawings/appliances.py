"""Drawings of appliances."""

from listings.demo.drawings.canvas import (
    ALU,
    BLACK,
    CREAM,
    GREEN,
    GREY,
    INK,
    IRON,
    OAK,
    ORANGE,
    RED,
    STEEL,
    TEAL,
    WHITE,
    YELLOW,
    Canvas,
    shade,
)
from listings.demo.drawings.drawn import drawn
from listings.demo.drawings.stacks import front_loader, screen


@drawn("appliances", WHITE, GREY)
def appliances(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 500)
    c.box(90, 120, 150, 290, 50, colour)
    c.rect(98, 130, 134, 90, shade(colour, 0.94), 4)
    c.rect(214, 150, 8, 50, IRON, 4)
    c.box(310, 220, 190, 190, 60, shade(colour, 0.96))
    c.oval(405, 330, 60, 60, GREY)
    c.oval(405, 330, 44, 44, "#5f7f8a")


@drawn("appliances-washing-machines", WHITE, CREAM)
def washing_machine(c: Canvas, colour: str) -> None:
    front_loader(c, colour)
    c.oval(300, 284, 96, 96, GREY)
    c.oval(300, 284, 78, 78, "#4f6f7c")
    c.poly([(236, 300), (268, 278), (300, 300), (334, 280), (366, 300), (340, 346), (300, 360), (258, 344)], "#8fb3bd")
    c.oval(272, 256, 18, 12, WHITE)


@drawn("appliances-dishwashers", ALU, WHITE)
def dishwasher(c: Canvas, colour: str) -> None:
    front_loader(c, colour)
    c.rect(186, 180, 228, 216, shade(colour, 1.08), 4)
    c.rect(216, 196, 168, 12, IRON, 6)


@drawn("appliances-fridges", WHITE, ALU)
def fridge(c: Canvas, colour: str) -> None:
    c.shadow(330, 426, 330)
    c.box(200, 60, 200, 354, 70, colour)
    c.rect(208, 68, 184, 110, shade(colour, 0.95), 5)
    c.rect(208, 186, 184, 218, shade(colour, 0.95), 5)
    for y, h in ((120, 46), (200, 90)):
        c.rect(222, y, 9, h, IRON, 4)


@drawn("appliances-ovens", IRON, WHITE)
def oven(c: Canvas, colour: str) -> None:
    front_loader(c, colour)
    c.rect(192, 186, 216, 150, shade(colour, 0.7), 6)
    c.rect(206, 206, 188, 110, "#34302d", 4)
    c.rect(210, 348, 180, 10, ALU, 5)
    for x in (300, 330, 360):
        c.oval(x, 138, 9, 9, CREAM)


@drawn("appliances-coffee", RED, INK)
def coffee_machine(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 420)
    c.box(160, 130, 290, 90, 70, colour)
    c.rect(190, 220, 230, 150, shade(ALU, 0.75))
    c.box(150, 366, 310, 44, 70, colour)
    for x in (240, 360):
        c.rect(x - 22, 220, 44, 26, IRON)
        c.rect(x - 60, 240, 74, 12, BLACK, 6)
        c.rect(x - 24, 306, 48, 44, WHITE, 8)
        c.ring(x + 26, 326, 12, 5, WHITE)
    c.oval(305, 172, 20, 20, CREAM)


@drawn("appliances-small", TEAL, ORANGE)
def small(c: Canvas, colour: str) -> None:
    c.shadow(200, 416, 230)
    c.shadow(440, 416, 240)
    c.poly([(110, 400), (140, 190), (260, 190), (290, 400)], colour)
    c.ring(296, 270, 46, 14, shade(colour, 0.7), 66)
    c.rect(140, 176, 120, 20, shade(colour, 0.75), 8)
    c.poly([(134, 220), (104, 196), (140, 200)], colour)
    c.rect(350, 270, 190, 130, CREAM, 24)
    for x in (382, 452):
        c.rect(x, 256, 56, 18, shade(CREAM, 0.6), 6)
        c.rect(x + 6, 216, 44, 50, OAK, 8)
    c.rect(520, 310, 24, 14, IRON, 5)


@drawn("appliances-lighting", YELLOW, RED)
def lamps(c: Canvas, colour: str) -> None:
    for k, (x, y) in enumerate(((150, 210), (320, 160), (490, 230))):
        c.line([(x, 0), (x, y - 70)], INK, 4)
        c.oval(x, y + 26, 58, 20, "#fbf0c4")
        c.poly([(x - 22, y - 70), (x + 22, y - 70), (x + 84, y + 24), (x - 84, y + 24)], (colour, INK, TEAL)[k])
        c.oval(x, y + 34, 24, 24, "#fff6d5")


@drawn("appliances-heaters", WHITE, GREY)
def heater(c: Canvas, colour: str) -> None:
    c.shadow(330, 420, 460)
    c.box(110, 170, 380, 200, 40, colour)
    for k in range(17):
        c.rect(126 + k * 21, 190, 8, 160, shade(colour, 0.8), 4)
    for x in (140, 440):
        c.rect(x, 370, 40, 40, IRON)
    c.oval(474, 200, 12, 12, RED)


@drawn("appliances-tv", INK, BLACK)
def television(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 440)
    screen(c, 80, 90, 480, 276, colour, "#3b5563")


@drawn("appliances-batteries", GREEN, RED)
def batteries(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 460)
    for x, y, tone in ((120, 260, INK), (330, 240, colour)):
        c.box(x, y, 170, 150, 60, tone)
        c.rect(x, y + 44, 170, 50, shade(tone, 1.2))
        for px in (x + 30, x + 130):
            c.tube(px, y - 22, 12, 16, ALU)
    c.line([(140, 330), (164, 330)], WHITE, 5)


@drawn("appliances-solar", "#2f4a68", "#26384f")
def solar(c: Canvas, colour: str) -> None:
    c.shadow(320, 416, 520)
    for x in (90, 330):
        c.poly([(x - 6, 396), (x + 52, 124), (x + 264, 124), (x + 216, 396)], ALU)
        c.poly([(x, 390), (x + 56, 130), (x + 256, 130), (x + 210, 390)], colour)
        for k in range(1, 4):
            c.line([(x + k * 52, 384), (x + 56 + k * 50, 136)], ALU, 3)
        for k in range(1, 5):
            c.line([(x + k * 11, 390 - k * 52), (x + 210 + k * 9, 390 - k * 52)], ALU, 3)


@drawn("appliances-catering", ALU, STEEL)
def kitchen(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 520)
    c.box(80, 230, 400, 180, 90, colour)
    for x in (90, 222, 354):
        c.rect(x, 250, 116, 148, shade(colour, 0.9), 4)
        c.rect(x + 14, 264, 88, 10, IRON, 5)
    for x in (170, 330):
        c.tube(x + 30, 150, 52, 50, shade(colour, 1.1))
    c.oval(440, 202, 38, 12, INK)
