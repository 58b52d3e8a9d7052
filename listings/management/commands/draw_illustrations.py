"""The pictures of the demo, drawn anew."""

from typing import Any

from django.core.management.base import BaseCommand

from listings.demo.drawings.render import draw_all


class Command(BaseCommand):
    help = "Draw the illustrations of the demo's listings anew, into listings/demo/data/pictures."

    def handle(self, *args: Any, **options: Any) -> None:
        pictures = draw_all()
        largest = max(path.stat().st_size for path in pictures)
        self.stdout.write(f"{len(pictures)} illustrations; the largest has {largest} bytes")
