"""As many photos come in at once as are read and waited for."""

from collections.abc import Iterator
from contextlib import contextmanager

from listings import photos


@contextmanager
def photos_come_in() -> Iterator[None]:
    """Whoever sends another now is told to come back."""
    taken = [photos._WAITING.acquire(blocking=False) for _number in range(photos.MOST_WAITING)]
    try:
        assert all(taken)
        yield
    finally:
        for _one in taken:
            photos._WAITING.release()
