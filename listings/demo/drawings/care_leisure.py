"""Drawings of aids for care, leisure and school."""

from listings.demo.drawings.canvas import (
    ALU,
    BLUE,
    BROWN,
    CREAM,
    GLASS,
    GREEN,
    GREY,
    INK,
    MOSS,
    OAK,
    ORANGE,
    PINE,
    PLUM,
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


@drawn("care-wheelchairs", BLUE, RED)
def wheelchair(c: Canvas, colour: str) -> None:
    c.shadow(310, 426, 380)
    c.line([(200, 110), (230, 300), (400, 300), (440, 410), (480, 410)], STEEL, 11)
    c.line([(200, 112), (160, 104)], INK, 13)
    c.rect(216, 150, 26, 140, colour, 8)
    c.rect(226, 276, 180, 26, colour, 8)
    c.line([(240, 220), (380, 220)], STEEL, 9)
    c.wheel(270, 330, 92)
    c.wheel(410, 396, 28)


@drawn("care-beds", WHITE, CREAM)
def care_bed(c: Canvas, colour: str) -> None:
    c.shadow(330, 424, 540)
    c.rect(90, 150, 24, 220, shade(colour, 0.85), 8)
    c.rect(530, 210, 24, 160, shade(colour, 0.85), 8)
    c.poly([(110, 270), (230, 200), (260, 250), (530, 250), (530, 300), (110, 300)], "#cfdde0")
    c.rect(100, 300, 440, 30, colour)
    for k in range(6):
        c.line([(260 + k * 44, 214), (260 + k * 44, 262)], STEEL, 5)
    c.line([(250, 214), (490, 214)], STEEL, 7)
    for x in (130, 510):
        c.line([(x, 330), (x, 400)], STEEL, 11)
        c.oval(x, 408, 15, 15, INK)


@drawn("care", TEAL, PLUM)
def crutches(c: Canvas, colour: str) -> None:
    for x in (250, 370):
        c.line([(x, 410), (x + 20, 130)], STEEL, 12)
        c.line([(x + 12, 236), (x + 72, 230)], colour, 18)
        c.ring(x + 22, 100, 30, 11, colour, 34)
        c.oval(x, 412, 14, 10, INK)


@drawn("leisure-toys", RED, TEAL)
def toys(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 440)
    for x, y, tone in ((120, 320, colour), (220, 320, YELLOW), (170, 232, BLUE), (430, 330, GREEN)):
        c.box(x, y, 84, 80, 40, tone)
    c.oval(370, 350, 56, 56, ORANGE)
    c.ring(370, 350, 34, 8, WHITE)
    c.poly([(470, 300), (510, 210), (560, 290)], PLUM)


@drawn("leisure-sports", ORANGE, BLUE)
def sports(c: Canvas, colour: str) -> None:
    c.shadow(230, 420, 240)
    c.oval(230, 310, 104, 104, colour)
    c.line([(126, 310), (334, 310)], INK, 4)
    c.line([(230, 206), (230, 414)], INK, 4)
    c.ring(450, 190, 76, 10, RED, 94)
    for k in range(5):
        c.line([(400 + k * 25, 120), (400 + k * 25, 262)], GREY, 2)
        c.line([(384, 140 + k * 26), (516, 140 + k * 26)], GREY, 2)
    c.line([(450, 284), (450, 414)], INK, 18)


@drawn("leisure-stage", INK, PLUM)
def stage(c: Canvas, colour: str) -> None:
    for x in (110, 520):
        c.rect(x, 60, 14, 260, STEEL)
    c.rect(100, 56, 444, 16, STEEL)
    for x in (180, 310, 440):
        c.poly([(x - 18, 76), (x + 18, 76), (x + 28, 116), (x - 28, 116)], INK)
        c.oval(x, 118, 28, 8, YELLOW)
    c.shadow(330, 424, 560)
    c.box(60, 340, 440, 56, 90, colour)
    for k in range(4):
        c.rect(64 + k * 110, 346, 102, 44, shade(colour, 1.15))


@drawn("leisure-tents", GREEN, CREAM)
def tent(c: Canvas, colour: str) -> None:
    c.shadow(320, 424, 540)
    for x in (110, 520):
        c.line([(x, 200), (x, 416)], ALU, 9)
    c.poly([(80, 216), (320, 70), (560, 216)], colour)
    c.poly([(320, 70), (560, 216), (400, 216)], shade(colour, 0.84))
    for k in range(8):
        c.poly([(80 + k * 60, 216), (140 + k * 60, 216), (110 + k * 60, 248)], (WHITE, colour)[k % 2])


@drawn("leisure-instruments", WOOD, BROWN)
def guitar(c: Canvas, colour: str) -> None:
    c.shadow(300, 424, 300)
    c.line([(350, 230), (500, 70)], BROWN, 22)
    c.oval(310, 270, 84, 80, colour)
    c.oval(240, 336, 108, 98, colour)
    c.oval(286, 292, 34, 33, INK)
    for k in range(3):
        c.line([(222 + k * 6, 350 + k * 6), (488 + k * 6, 76 + k * 6)], CREAM, 1.5)
    c.line([(200, 350), (246, 394)], INK, 10)


@drawn("leisure-playground", RED, BLUE)
def playground(c: Canvas, colour: str) -> None:
    c.shadow(320, 426, 540)
    for x in (150, 290):
        c.rect(x, 130, 16, 288, OAK)
    c.poly([(130, 136), (228, 60), (326, 136)], colour)
    c.box(150, 250, 156, 14, 20, PINE)
    c.poly([(306, 252), (330, 252), (560, 410), (520, 410)], YELLOW)
    for k in range(5):
        c.line([(110 - k * 6, 280 + k * 32), (156, 280 + k * 32)], OAK, 7)


@drawn("stationery-binders", INK, BLUE)
def binders(c: Canvas, colour: str) -> None:
    c.shadow(320, 420, 480)
    for k in range(7):
        x, tone = 90 + k * 64, (colour, GREY, colour, RED, GREY, colour, TEAL)[k]
        c.rect(x, 130, 58, 284, tone, 4)
        c.rect(x + 10, 170, 38, 90, CREAM, 3)
        c.ring(x + 29, 350, 14, 5, shade(tone, 0.6))


@drawn("stationery-whiteboards", WHITE, MOSS)
def whiteboard(c: Canvas, colour: str) -> None:
    c.rect(90, 80, 460, 270, ALU, 6)
    c.rect(102, 92, 436, 246, colour, 3)
    c.line([(150, 250), (220, 180), (290, 220), (380, 140)], BLUE, 6)
    c.line([(150, 300), (420, 300)], GREY, 5)
    c.rect(200, 350, 240, 13, STEEL, 5)
    for k, tone in enumerate((RED, BLUE, GREEN)):
        c.rect(230 + k * 56, 340, 44, 12, tone, 5)


@drawn("stationery", RED, TEAL)
def pencils(c: Canvas, colour: str) -> None:
    c.shadow(310, 420, 300)
    for k, tone in enumerate((RED, YELLOW, BLUE, GREEN, ORANGE)):
        x = 240 + k * 30
        c.rect(x, 110 + (k % 2) * 26, 22, 180, tone)
        c.poly([(x, 110 + (k % 2) * 26), (x + 22, 110 + (k % 2) * 26), (x + 11, 74 + (k % 2) * 26)], PINE)
    c.tube(312, 250, 90, 150, colour, shade(colour, 0.5))
    c.box(420, 380, 120, 30, 40, CREAM)
    c.rect(70, 392, 110, 22, GLASS, 4)
