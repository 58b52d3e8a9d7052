"""What a row of a list says of its price: in its cells, and in the name of the column of prices."""

from functools import partial

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from listings.enums import PriceBasis
from listings.imports import values
from listings.imports.row import Row
from listings.numbers import Marks
from materials.enums import Unit


class PriceReader:
    """Reads the prices of one file. `header` names the column of prices, which may say what they are for."""

    def __init__(self, header: str, marks: Marks) -> None:
        self._marks = marks
        self._per: PriceBasis | Unit | None = None
        self._refusal: ValidationError | None = None
        try:
            self._per = values.price_basis_in(header)
        except ValidationError as error:
            self._refusal = error

    def read(self, row: Row, unit: Unit | None) -> tuple[values.Price | None, PriceBasis]:
        """The price, and what it is for. It may be for another unit than that of the quantity."""
        price = row.read("price", partial(values.price, marks=self._marks))
        per = row.read("price_basis", values.price_basis) if row.get("price_basis") else self._per
        if price is None:
            return None, PriceBasis.LOT
        try:
            if price.eur is not None:
                self._check_name(row, per)
            return values.priced(price, per, unit, column=row.column("price_basis") or row.column("price"))
        except ValidationError as error:
            row.wrong("price", error)
        return None, PriceBasis.LOT

    def _check_name(self, row: Row, per: PriceBasis | Unit | None) -> None:
        """Raise ValidationError for what the name of the column says that prices are for."""
        if self._per and per != self._per:
            message = _("De kolommen “%(column)s” en “%(price)s” spreken elkaar tegen. Kies één van de twee.")
            columns = {"column": row.column("price_basis"), "price": row.column("price")}
            raise ValidationError(message, params=columns)
        if self._refusal:
            raise self._refusal
