"""A street with, in columns of their own, the number of the house and that of a letter box: one rule for all lists."""

#: Fields of headers.NAMES that mean this beside a street alone: elsewhere a “nummer” is anything.
BESIDE_STREET = ("house", "box")


def with_house(street: str, house: str, box: str = "") -> str:
    """The street as an address is written: "Kerkstraat", "12" and "3" are "Kerkstraat 12 bus 3".

    A number that stands in the street already isn't added again.
    """
    if not street or not house or house in street.split():
        return street
    return f"{street} {house}{f' bus {box}' if box else ''}"
