"""Judged searches: how well what people type finds what they mean.

Each set is a file of searches, one a line, written by hand before its figures were seen:

- `query`, and the `language` in which it is typed;
- `wanted`: codes of materials, each with all below it, and how well it serves, from 3 (what was meant) to 1 (may do);
  `none` where no material is meant, so that nothing is the right answer;
- `also`: what else was asked: `near=Gent:25` (a place, and kilometres around it), `price=50` (euro, at most),
  `amount=50:piece` (at least), `kind=` and `service=` as the search has them;
- `unwanted`: codes of what mustn't stand among the first ten.

`tuning.psv` is for mending the search by. `held_out.psv` isn't: whoever mends its misses
writes another.
Listings are judged by their material and kind, whatever their words are. So the sets hold for any listings.
"""
