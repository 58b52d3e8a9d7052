from matching.models.bundle import Bundle
from matching.models.dismissal import Dismissal, DismissalReason
from matching.models.hub_plan import HubPlan, PlanState
from matching.models.match import Match
from matching.models.pairing_run import PairingRun
from matching.models.pairing_weights import PairingWeights

__all__ = ["Bundle", "Dismissal", "DismissalReason", "HubPlan", "Match", "PairingRun", "PairingWeights", "PlanState"]
