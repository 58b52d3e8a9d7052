"""Every change to maps, layers, rights and elements: pages, API and commands come here."""

from maps.services.cutting import join_features, split_feature
from maps.services.documents import add_document, add_known_document, remove_document
from maps.services.features import add_feature, change_feature
from maps.services.layer_order import move_layer
from maps.services.layers import create_layer, delete_layer, hide_layer, restore_layer, show_layer, update_layer
from maps.services.listings import list_feature, list_for_source, map_listing
from maps.services.many import change_features, step_features
from maps.services.map_imports import (
    cancel_map_import,
    choose_rows,
    paste_rows,
    reread_map_import,
    start_map_import,
    take_map_import,
    undo_map_import,
)
from maps.services.maps import create_map, delete_map, restore_map, update_map
from maps.services.photos import add_photo, add_safe_photo, caption_photo, remove_photo
from maps.services.proposals import accept_proposal, propose_change, send_back_proposal, take_back_proposal
from maps.services.review import publish_feature, send_back_feature, submit_feature, verify_feature, withdraw_feature
from maps.services.rights import create_group, delete_group, give_right, take_right, update_group
from maps.services.spot import add_on_the_spot
from maps.services.undo import undo_batch, undo_feature

__all__ = [
    "accept_proposal", "add_document", "add_feature", "add_known_document", "add_on_the_spot", "add_photo",
    "add_safe_photo", "cancel_map_import", "caption_photo", "change_feature", "change_features", "choose_rows",
    "create_group", "create_layer", "create_map", "delete_group", "delete_layer", "delete_map", "give_right",
    "hide_layer", "join_features", "list_feature", "list_for_source", "map_listing", "move_layer", "paste_rows",
    "propose_change", "publish_feature", "remove_document", "remove_photo", "reread_map_import", "restore_layer",
    "restore_map", "send_back_feature", "send_back_proposal", "show_layer", "split_feature", "start_map_import",
    "step_features", "submit_feature", "take_back_proposal", "take_map_import", "take_right", "undo_batch",
    "undo_feature", "undo_map_import", "update_group", "update_layer", "update_map", "verify_feature",
    "withdraw_feature",
]  # fmt: skip
