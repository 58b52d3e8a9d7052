"""A plugin of pytest, for a run that is measured: has slipcover take its marks out of code seldom.

Before Python 3.12 slipcover does so each time that some line has run so often, and looks through all functions of all
modules for it: with hundreds of modules that takes longer than the marks do until then.
"""

from functools import partialmethod

import slipcover

#: How often a line runs until then; by itself slipcover waits for fifty times.
_TIMES = 2_000

slipcover.Slipcover.__init__ = partialmethod(  # type: ignore[method-assign, assignment]
    slipcover.Slipcover.__init__, d_miss_threshold=_TIMES
)
