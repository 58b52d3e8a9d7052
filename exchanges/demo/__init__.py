"""What exchanges add to the demo: one or more in every state, some that belong together, one that a hub asked on
behalf of a partner, standing agreements, and a year of what was handed over.
"""

from exchanges.demo.agreements import make_demo_agreements
from exchanges.demo.behalf import make_demo_request_on_behalf
from exchanges.demo.remove import remove_fictional_exchanges
from exchanges.demo.scenes import make_demo_exchanges
from exchanges.demo.together import make_demo_arrangements
from exchanges.demo.year import make_demo_year

__all__ = [
    "make_demo_agreements",
    "make_demo_arrangements",
    "make_demo_exchanges",
    "make_demo_request_on_behalf",
    "make_demo_year",
    "remove_fictional_exchanges",
]
