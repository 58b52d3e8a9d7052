"""Hashes what is stored of a pair to one number, so that two versions of a pair are compared by that alone.

Two versions that differ get the same 64 bits by chance once in 10^19 times.
"""

import hashlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from matching.pairs.columns import HubBits, Integers

#: A multiplier that spreads bits well: an odd number without a pattern, 2^64 divided by the golden ratio.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def fingerprints(columns: Mapping[str, npt.NDArray[np.generic]], hubs: Integers, bits: HubBits) -> Integers:
    """The hash of each row of some 8-byte columns and its set of hubs. Another order of columns gives another hash.

    Of hubs the ids are hashed, not the bits: bits stand for other hubs after a hub is added or removed.
    """
    mixed = _of_hubs(hubs, bits)
    for column in columns.values():
        mixed = (mixed ^ np.ascontiguousarray(column).view(np.uint64)) * _SPREAD
        mixed ^= mixed >> _HALF
    return mixed.view(np.int64)


def _of_hubs(hubs: Integers, bits: HubBits) -> npt.NDArray[np.uint64]:
    """The hash of each set of hubs."""
    sets = np.unique(hubs)
    said = [",".join(map(str, bits.unpack(value))).encode() for value in sets.tolist()]
    digests = b"".join(hashlib.blake2b(text, digest_size=8).digest() for text in said)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)[np.searchsorted(sets, hubs)]
