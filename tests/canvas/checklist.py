"""The 44 habits of people who work on node canvases all day, and the tests that drive each by real mouse and keys."""

from dataclasses import dataclass

HANDS, FLOW, BOARD = "tests/canvas/hands/test_", "tests/workflows/test_", "tests/canvas/board/test_"
VIEWERS, WINDOW = "tests/canvas/viewers/test_", "tests/canvas/test_"


@dataclass(frozen=True, slots=True)
class Item:
    """One habit, the tests that show it, and what is missing of it."""

    text: str
    tests: tuple[str, ...] = ()
    missing: str = ""
    """Why there is no test, or what the tests don't cover."""


def _of(start: str, file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{start}{file}.py::test_{name}" for name in names)


ITEMS: dict[int, Item] = {
    1: Item("Tab searches at the mouse, typing filters, arrows and Enter add, Esc leaves no trace", (
        *_of(HANDS, "adding", "tab_searches_enter_adds_at_the_mouse", "arrows_choose_and_escape_leaves_no_trace"),
        *_of(HANDS, "verbs", "tab_letters_and_escape_work_with_the_shortcuts_of_the_window"),
    )),
    2: Item("A tap of Space and a double click search; Space held with a drag pans", _of(
        HANDS, "adding", "a_tap_of_space_searches", "a_double_click_on_the_empty_board_searches",
        "space_held_with_a_drag_moves_the_board_and_does_not_search", "space_held_for_long_does_not_search",
    )),
    3: Item("Search by all words in name, alias, category, model; forgiving; last used first", (
        *_of(HANDS, "adding", "all_words_must_match_and_typing_errors_are_forgiven", "what_was_added_last_comes_first"),
        *_of(FLOW, "finding", "a_model_name_finds_the_node", "typing_errors_are_forgiven", "last_used_comes_first"),
    ), "50 ms a key with 500 types is measured in the benchmarks, not here"),
    4: Item("A wire dropped on nothing searches what fits it and wires the choice", _of(
        HANDS, "adding", "a_wire_dropped_on_the_board_searches_what_fits_and_wires_it",
        "a_wire_dropped_backwards_searches_what_gives", "escape_after_a_dropped_wire_leaves_no_trace",
    )),
    5: Item("A new node is wired after the selected one, by preset", _of(
        HANDS, "adding", "a_new_node_is_wired_after_the_selected_one_in_the_nuke_preset_only",
    )),
    6: Item("The menu of a wire offers nodes that fit both ends", _of(
        HANDS, "adding", "the_menu_of_a_wire_offers_nodes_that_fit_both_ends",
    )),
    7: Item("Dropped files become loaders in a column, models by their header, folders a batch loader", _of(
        HANDS, "drops", "pictures_become_loaders_in_a_column", "a_folder_becomes_a_batch_loader",
        "a_safetensors_file_becomes_a_node_by_its_header", "a_broken_model_file_is_refused_in_words",
        "a_file_that_nothing_opens_is_said", "a_picture_dropped_on_a_loader_is_opened_by_it",
    ), "films, sounds and 3D models are said to have no loader until there are nodes for them"),
    8: Item("A dropped workflow, or a picture with one inside, is opened, inserted or used as a picture", _of(
        HANDS, "drops", "a_workflow_is_offered_to_be_opened_or_inserted",
        "a_picture_made_with_ajar_may_also_be_used_as_a_picture", "escape_takes_the_offer_away",
        "a_workflow_of_another_program_is_refused_in_words",
    ), "workflows of ComfyUI are refused in words; they are not read"),
    9: Item("While a wire is drawn what fits glows and the rest dims; a drop on the body; Esc cancels", (
        *_of(HANDS, "wirework", "while_dragging_what_fits_glows_and_the_rest_is_dimmed",
             "a_drop_on_the_body_takes_the_best_socket", "escape_cancels_the_wire",
             "what_does_not_fit_is_refused_with_a_reason"),
        *_of(BOARD, "view", "9_sockets_that_fit_glow_and_the_others_fade"),
    )),
    10: Item("Wires are cut by a line: Alt+Shift+left, Ctrl+right in Blender-like, Y held; one step", _of(
        HANDS, "cut", "a_line_across_wires_cuts_them_in_one_step", "a_line_with_y_held_cuts",
        "escape_while_cutting_cuts_nothing",
    )),
    11: Item("A node dropped on a wire goes into it unless Alt is held; what follows makes room", _of(
        HANDS, "carry", "a_free_node_dropped_on_a_wire_goes_into_it_and_what_follows_makes_room",
        "alt_while_dropping_on_a_wire_prevents_it", "a_node_that_is_wired_already_is_not_put_into_a_wire_it_passes",
    )),
    12: Item("Shaking a node, or Ctrl+Shift+X, takes it out and heals the wire", _of(
        HANDS, "carry", "shaking_a_node_takes_it_out_and_heals_the_wire", "the_key_extracts_too",
    )),
    13: Item("Delete heals where types fit; Ctrl+Delete does not", _of(
        HANDS, "verbs_edit", "delete_heals_the_wire", "ctrl_delete_does_not_heal",
        "delete_does_not_heal_where_types_do_not_fit",
    )),
    14: Item("The end of a wire is re-plugged; Shift copies a wire; Alt+click disconnects", _of(
        HANDS, "wirework", "the_end_of_a_wire_is_replugged", "the_start_of_a_wire_is_replugged",
        "an_end_dropped_on_nothing_disconnects", "shift_drag_copies_a_wire", "alt_click_on_a_socket_disconnects",
    )),
    15: Item("Dots by Shift+right drag and Ctrl+click; they move, are deleted, stay in the file", _of(
        HANDS, "cut", "shift_and_right_drag_across_wires_puts_a_dot_on_them",
        "ctrl_click_on_a_wire_adds_a_dot_that_moves_and_is_deleted",
    )),
    16: Item("S swaps two inputs; J (F in Blender-like) joins the selected nodes", (
        *_of(HANDS, "verbs_state", "s_swaps_two_inputs"),
        *_of(HANDS, "verbs_groups", "joining_wires_the_selected_nodes"),
    )),
    17: Item("Circles are refused while dragging, with the reason in a tip", _of(
        HANDS, "wirework", "a_circle_is_refused_while_dragging_and_the_tip_says_why",
    )),
    18: Item("Mute and bypass by key and preset, seen without colour, saved in the file", (
        *_of(HANDS, "verbs_state", "mute_and_bypass_by_key", "several_are_muted_together"),
        *_of(BOARD, "view", "18_a_muted_card_is_struck_and_pale_a_bypassed_one_has_a_line_through_it"),
    )),
    19: Item("A frozen node holds its result and never runs again until freed", (
        *_of(HANDS, "verbs_state", "a_node_without_a_result_cannot_be_frozen_and_it_says_so"),
        *_of(WINDOW, "takes", "item_19_a_take_whose_sources_changed_is_held_frozen_and_runs_nothing",
             "item_19_freezing_holds_the_result_that_is_there"),
    )),
    20: Item("P pins; nodes show running, cached, stale, queued, failed", (
        *_of(HANDS, "verbs_state", "pin_by_key"), *_of(HANDS, "carry", "a_pinned_node_stays"),
        *_of(WINDOW, "runner", "item_20_nodes_show_queued_running_done_failed_and_what_to_do"),
    ), "paid nodes come with the nodes that cost money"),
    21: Item("H or Alt+C collapses; unused sockets can be hidden", _of(
        HANDS, "verbs_state", "collapse_by_key", "hide_unused_sockets",
    )),
    22: Item("Ctrl+G groups, Ctrl+Shift+G ungroups, Ctrl+J or C frames; inputs are exposed and named", _of(
        HANDS, "verbs_groups", "ctrl_g_groups_and_ctrl_shift_g_ungroups",
        "a_frame_is_put_behind_the_selection_and_asks_for_its_title",
        "a_value_inside_is_exposed_as_an_input_of_the_group",
        "sockets_of_a_group_are_exposed_renamed_and_removed_by_their_menus",
    )),
    23: Item("Enter or a double click goes into a group, Esc or Alt+Up goes up; the trail says where one is", (
        *_of(HANDS, "verbs_groups", "a_double_click_goes_into_a_group_and_escape_goes_up",
             "keys_go_into_a_group_and_up"),
        *_of(BOARD, "overlay", "23_the_trail_leads_into_groups_and_back"),
    ), "U selects upstream (item 32), so going up has other keys"),
    24: Item("A frame takes its content along, grows, has a colour and title; nodes join, leave, F detaches", (
        *_of(HANDS, "carry", "a_frame_takes_its_nodes_along",
             "a_node_dragged_into_a_frame_joins_it_and_the_frame_grows", "a_node_dragged_out_leaves_its_frame",
             "f_while_dragging_takes_a_node_out_of_its_frame", "the_edge_of_a_frame_resizes_it_and_its_nodes_stay"),
        *_of(HANDS, "verbs_groups", "the_menu_of_a_frame_gives_it_a_colour"),
    )),
    25: Item("What is edited in a group changes all its uses until one is made unique", _of(
        HANDS, "verbs_groups", "edits_inside_a_group_change_all_its_uses_until_one_is_made_unique",
    )),
    26: Item("A number sends the node to a buffer of the viewer, or shows that buffer; two are A and B", (
        *_of(HANDS, "verbs_view", "numbers_send_the_node_to_a_buffer_of_the_viewer"),
        *_of(VIEWERS, "viewer", "item_26_numbers_show_the_buffers", "item_26_two_buffers_are_a_and_b"),
    )),
    27: Item("In the viewer: wipe, fit, 1:1, channels, steps, J K L, in and out, loop", (
        *_of(VIEWERS, "viewer", "item_27_w_wipes_and_the_line_is_dragged",
             "item_27_the_wipe_line_turns_by_ninety_degrees", "item_27_f_fits_and_z_is_one_to_one",
             "item_27_channels_by_their_letters"),
        *_of(VIEWERS, "deck", "item_27_arrows_step_by_one_frame", "item_27_jkl_shuttle_both_ways",
             "item_27_in_out_and_loop"),
    )),
    28: Item("Hover, or Ctrl+Shift+click, shows a result without rewiring", (
        *_of(HANDS, "verbs_view", "ctrl_shift_click_shows_a_result_without_rewiring",
             "resting_on_a_picture_enlarges_it"),
        *_of(VIEWERS, "viewer", "item_28_what_is_shown_by_a_click_leaves_the_buffers_alone"),
    )),
    29: Item("F and . frame the selection, A and Home all; Alt+arrows go back; bookmarks", _of(
        HANDS, "verbs_view", "f_frames_the_selection_and_a_frames_all", "alt_and_arrows_go_to_views_before_and_after",
        "bookmarks_are_kept_in_the_workflow_and_jumped_to",
    )),
    30: Item("Middle button or Alt+left pans, the wheel zooms at the mouse, two fingers pan, pinching zooms", _of(
        HANDS, "verbs_view", "the_board_is_dragged", "the_wheel_zooms_where_the_mouse_is",
        "two_fingers_on_a_touchpad_move_the_board_and_ctrl_zooms", "pinching_zooms_where_the_fingers_are",
    )),
    31: Item("The minimap moves the view, and is drawn again on change only", _of(
        BOARD, "overlay", "31_a_click_on_the_map_goes_there_and_a_drag_takes_the_view_along",
        "31_the_map_is_drawn_again_only_when_something_changed",
    )),
    32: Item("Ctrl+F finds by name, type, value, error; U and Shift+U select upstream and downstream", (
        *_of(HANDS, "verbs_view", "ctrl_f_finds_nodes_by_name_type_value_and_error"),
        *_of(HANDS, "verbs_edit", "select_upstream_and_downstream"),
        *_of(FLOW, "finding", "nodes_are_found_by_name_type_value_and_error"),
    )),
    33: Item("500 nodes and 1,000 wires stay smooth; far away less is drawn", _of(
        BOARD, "view", "33_from_far_away_a_card_is_one_block_in_the_mark_of_its_category",
        "33_zoomed_out_there_are_no_values_and_no_takes",
    ), "times are measured by tests/benchmarks/canvas.py"),
    34: Item("L tidies; align, distribute, Q straightens; Shift or a switch keeps to the grid", (
        *_of(HANDS, "verbs_layout", "l_lays_the_selection_out_in_one_step", "align_by_key",
             "distribute_makes_the_gaps_equal", "q_straightens_the_wires", "snapping_can_be_left_on"),
        *_of(HANDS, "carry", "shift_keeps_to_the_grid"),
    )),
    35: Item("Arrows move by the grid, Shift ten times; Ctrl and arrows walk along wires", _of(
        HANDS, "verbs_layout", "arrows_move_by_the_grid_and_shift_by_ten", "ctrl_and_arrows_walk_along_the_wires",
    )),
    36: Item("Undo covers everything and spends nothing; a drag or typing is one step; comparing survives", (
        *_of(HANDS, "undo", "every_gesture_can_be_undone_and_done_again"),
        *_of(HANDS, "slide", "a_drag_on_a_value_changes_it_and_is_one_step"),
        *_of(WINDOW, "takes", "item_36_a_click_picks_a_take_as_an_edit_and_its_result_comes_from_the_cache"),
        *_of(VIEWERS, "viewer", "item_36_the_compare_view_survives_undo_and_another_tab"),
    )),
    37: Item("Copy gives text, paste takes it from anywhere, at the mouse, with wires if asked, never a secret", (
        *_of(HANDS, "verbs_edit", "copy_gives_text_and_paste_at_the_mouse_gives_new_ids",
             "text_from_a_chat_can_be_pasted", "paste_keeps_wires_into_the_copies_only_when_asked", "cut_and_paste"),
        *_of(FLOW, "clipping", "secrets_are_never_in_the_text"),
    )),
    38: Item("Ctrl+D (Alt+C in Nuke-like) duplicates, with Shift with inputs; Alt+drag duplicates", (
        *_of(HANDS, "verbs_edit", "duplicate_by_key", "duplicate_with_inputs"),
        *_of(HANDS, "carry", "alt_drag_duplicates_in_one_step", "escape_while_duplicating_leaves_no_copy"),
    )),
    39: Item("Values: drag, Ctrl fine, Shift coarse, double click types, menu; typing fires no keys", _of(
        HANDS, "slide", "a_drag_on_a_value_changes_it_and_is_one_step", "ctrl_is_fine_and_shift_coarse",
        "a_double_click_types_a_number", "the_menu_of_a_value_resets_randomises_and_exposes",
        "typing_in_a_text_never_fires_keys_of_the_board", "shortcuts_of_the_window_do_not_fire_while_typing_either",
    )),
    40: Item("Several selected nodes are edited at once; values follow formulas and links", (
        *_of(WINDOW, "inspector", "item_40_one_edit_changes_all_selected_nodes_in_one_step",
             "item_40_nodes_of_different_types_share_what_is_alike", "item_40_an_expression_follows_another_parameter",
             "item_40_a_link_is_picked_from_a_list"),
        *_of(HANDS, "slide", "a_formula_may_be_typed"), *_of(FLOW, "links", "a_parameter_follows_another"),
    )),
    41: Item("Ctrl+Enter runs, with Shift what is selected, with Alt in front; stop; paid asks, Enter never pays", (
        *_of(HANDS, "slide", "run_and_save_take_what_is_being_typed"),
        *_of(WINDOW, "runner", "item_41_only_the_chosen_nodes_run_and_what_they_need",
             "item_41_stop_ends_a_run_and_what_was_finished_is_kept"),
        *_of(WINDOW, "agreeing", "item_41_who_pressed_the_price_is_asked_only_where_it_is_not_that_plain",
             "item_41_a_run_that_costs_waits_for_a_word_and_spends_at_most_what_was_shown",
             "item_41_the_word_is_never_more_than_the_price_that_was_pressed",
             "item_41_enter_never_pays_and_the_keys_of_run_ask",
             "item_41_pressing_the_gold_button_is_the_word_and_the_pay_button_too"),
    )),
    42: Item("Every change is on disk within 2 s, 20 backups, recovery after kill -9 with a difference", (
        *_of(FLOW, "drafts", "item_42_after_kill_9_the_last_change_is_there",
             "item_42_changes_are_on_the_disk_in_less_than_two_seconds",
             "item_42_twenty_backups_roll_and_each_is_whole"),
        *_of(WINDOW, "recovery", "item_42_after_kill_9_recover_is_offered_with_a_diff"),
    )),
    43: Item("The queue survives a restart, held with a reason", (
        *_of(WINDOW, "runner", "item_43_the_queue_survives_a_restart_and_waits_with_a_reason"),
        *_of(WINDOW, "queue", "item_43_runs_of_last_time_wait_with_their_reason_until_they_are_let_go"),
    )),
    44: Item("Every action is in the palette with its key; names, focus, 200 % text, no meaning by colour alone", (
        *_of(WINDOW, "window", "every_action_is_in_the_palette_and_can_be_done_or_is_grey",
             "everything_that_can_be_reached_has_a_name", "the_window_works_when_it_is_tiny_and_texts_are_large"),
        *_of(BOARD, "view", "44_the_board_says_what_is_selected"),
        *_of(HANDS, "verbs", "no_key_means_two_things", "every_verb_can_be_asked_whether_it_can_be_done"),
    )),
}
