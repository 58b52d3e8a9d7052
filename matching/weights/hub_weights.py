"""What each part of a match's score weighs: the hubs in which the demand lies say so."""

from collections.abc import Iterable

from geo.models import Hub
from matching.models import PairingWeights
from matching.weights.default_weights import WEIGHT_POINTS, WEIGHTS


class HubWeights:
    """The weights of every hub, read in one query, with the names and slugs of hubs by id."""

    def __init__(self) -> None:
        points_of_parts = [f"pairing_weights__{part}" for part in WEIGHT_POINTS]
        rows = list(Hub.objects.order_by("pk").values_list("pk", "name", "slug", *points_of_parts))
        self.names = {hub_id: name for hub_id, name, *_more in rows}
        self.slugs = {hub_id: slug for hub_id, _name, slug, *_points in rows}
        self._of_hub = {hub_id: _shares(points) for hub_id, _name, _slug, *points in rows}

    @property
    def hub_ids(self) -> list[int]:
        """In ascending order."""
        return list(self._of_hub)

    def of(self, hub_ids: Iterable[int]) -> dict[str, float]:
        """The weight of each part, together 1: the mean of what these hubs say, or WEIGHTS where there are none."""
        said = [self._of_hub[hub_id] for hub_id in hub_ids if hub_id in self._of_hub] or [WEIGHTS]
        # Rounded, so that the mean of equal numbers is that number to the last digit.
        return {part: round(sum(weights[part] for weights in said) / len(said), 12) for part in WEIGHTS}


def _shares(points: list[int | None]) -> dict[str, float]:
    """The weights that follow from points in order of WEIGHT_POINTS; a hub that has set none has None for each."""
    known = {part: value for part, value in zip(WEIGHT_POINTS, points, strict=True) if value is not None}
    return {part: value / sum(known.values()) for part, value in known.items()} or WEIGHTS


def points_of(hub: Hub) -> dict[str, int]:
    """A hub's points by part."""
    weights = PairingWeights.objects.filter(hub=hub).first() or PairingWeights(hub=hub)
    return {part: getattr(weights, part) for part in WEIGHT_POINTS}


def waits(hub: Hub) -> bool:
    """Whether the hub's demands still have to be paired with the points that it has now."""
    return PairingWeights.objects.filter(hub=hub, paired_at=None).exists()
