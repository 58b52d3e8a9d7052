"""What people fill in about maps, layers and elements: the way without a canvas, for keyboards and screen readers."""

from frontend.maps.forms.elements import ElementForm, given_fields
from frontend.maps.forms.layers import LayerForm, layer_initial
from frontend.maps.forms.maps import MapForm, map_initial
from frontend.maps.forms.reasons import ReasonForm
from frontend.maps.forms.rights import GroupForm, RightForm

__all__ = [
    "ElementForm",
    "GroupForm",
    "LayerForm",
    "MapForm",
    "ReasonForm",
    "RightForm",
    "given_fields",
    "layer_initial",
    "map_initial",
]
