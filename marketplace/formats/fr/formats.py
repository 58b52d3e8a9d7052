"""Dates, numbers and money in French: the first of a month is “1er”, and a percentage has a narrow space."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = "j F Y H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
TIME_FORMAT = "H:i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\N{NARROW NO-BREAK SPACE}"
NUMBER_GROUPING = 3
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
# Django knows no settings for these; materials/figures.py asks for them.
SHORT_MONTHS = ["janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
FIRST_OF_MONTH = "1er"
EURO_FORMAT = "{}\N{NO-BREAK SPACE}€"
PERCENT_FORMAT = "{}\N{NARROW NO-BREAK SPACE}%"
