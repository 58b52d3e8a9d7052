"""A hub's plan: which lots go where, so that the most mass moves at the least tonne-kilometres."""
