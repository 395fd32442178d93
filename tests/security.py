"""The checklist of security: each sentence, the tests that show it, and what does not apply yet."""

from dataclasses import dataclass

WIRE, FLOW, AJAR = "tests/nodes/remote/transport/test_", "tests/workflows/test_", "tests/ajar/test_"
LOCAL, REMOTE, WINDOW = "tests/nodes/local/test_", "tests/nodes/remote/test_", "tests/canvas/test_"
STANDINS, MONEY, ROOT = "tests/nodes/remote/emulators/test_", "tests/money/test_", "tests/test_"


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence, the tests that show it, and what of it they don't show."""

    text: str
    tests: tuple[str, ...] = ()
    missing: str = ""
    """Why there is no test, or what does not apply yet."""


def _of(start: str, file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{start}{file}.py::test_{name}" for name in names)


ITEMS: dict[int, Item] = {
    1: Item("Opening a stranger's workflow runs no code, opens no socket, reads nothing outside, spends nothing", (
        *_of(FLOW, "stranger", "looked_at_it_opens_nothing", "looked_at_it_reads_nothing_outside",
             "it_can_not_pay_by_itself", "the_traps_of_these_tests_do_catch"),
        *_of(FLOW, "residency", "a_strangers_graph_opens_nothing_until_it_is_paid_for"),
        *_of(FLOW, "sockets", "an_unknown_type_shows_what_is_wired"),
        *_of("tests/canvas/board/test_", "face", "an_unknown_type_keeps_its_wires_and_values_in_sight"),
    )),
    2: Item("Nothing that runs data as code; pickled weights are refused", (
        *_of(ROOT, "house", "nothing_runs_data_as_code"),
        *_of(LOCAL, "headers", "pickles_are_refused_by_name"),
        *_of(LOCAL, "folders", "pickled_weights_are_refused"),
        *_of(FLOW, "choosing", "what_can_run_code_is_never_fetched"),
    ), "there is no converter of pickled weights, so there is no child process for one"),
    3: Item("No trust_remote_code, no custom pipeline, no class by an untrusted name", (
        *_of(ROOT, "house", "nothing_runs_data_as_code"),
        *_of(LOCAL, "folders", "other_classes_and_parts_are_refused",
             "configurations_that_bring_in_code_are_refused"),
        *_of(FLOW, "fetching", "a_revision_is_pinned_when_it_is_first_asked_for",
             "files_that_changed_are_found_and_only_they_come_again"),
    )),
    4: Item("Model headers have caps, and broken ones are refused", _of(
        LOCAL, "headers", "a_bad_header_is_refused_in_one_sentence", "a_huge_header_is_refused_without_reading_it",
        "too_many_tensors_are_refused", "thousands_of_mutated_headers_neither_crash_nor_fill_the_memory",
    )),
    5: Item("Custom nodes come only by a person's hand, and nothing is installed for a workflow", (
        *_of(FLOW, "packs", "a_pack_given_as_a_file", "a_pack_that_fails_is_one_problem"),
        *_of(FLOW, "stranger", "looked_at_it_opens_nothing"),
    ), "Ajar installs nothing, so there are no hashes and permissions to show; a safe mode comes with installing"),
    6: Item("Paths: links first, then inside; no absolute, upward, device, UNC or odd names; outputs too", (
        *_of(FLOW, "project", "paths_that_are_refused", "links_are_followed_before_the_path_is_judged"),
        *_of(FLOW, "stranger", "looked_at_it_reads_nothing_outside"),
        *_of(FLOW, "outputs", "names_cannot_leave_the_folder", "a_link_or_folder_in_the_way_is_left_alone"),
        *_of(FLOW, "takes", "names_from_strange_nodes_stay_inside_the_folder"),
        *_of(LOCAL, "catalogue", "paths_that_leave_the_project_are_no_models",
             "a_link_that_leaves_the_project_is_no_model"),
        *_of("tests/nodes/test_", "files", "links_out_of_the_folder_are_passed_over"),
        *_of(FLOW, "choosing", "a_path_that_is_not_safe_everywhere_is_no_file"),
        *_of(FLOW, "fetching", "a_record_that_points_out_of_its_folder_is_none",
             "only_what_ajar_fetched_is_ever_removed"),
        *_of(LOCAL, "places", "links_in_circles_end_and_links_out_are_left_and_told"),
        *_of(FLOW, "bundles", "no_name_leads_elsewhere", "bombs_links_and_lies_are_refused"),
    )),
    7: Item("Keys: in the keyring or environment, never in a file, log, output, argument or child", (
        *_of(FLOW, "no_key_anywhere", "the_key_is_nowhere"),
        *_of(FLOW, "no_key_in_processes", "a_real_run_leaves_no_key_anywhere",
             "no_worker_is_given_a_key_of_any_provider", "the_search_finds"),
        *_of(FLOW, "gpu_lane", "the_process_gets_no_keys"),
        *_of(WINDOW, "keys_page", "a_key_is_given_tried_and_forgotten_and_is_never_to_be_read",
             "no_key_is_left_in_anything_that_the_window_writes"),
        *_of(FLOW, "fetching", "the_token_goes_to_the_hub_only_and_is_written_nowhere"),
        *_of(WIRE, "keys", "no_keyring_is_a_reason_and_never_a_plain_file"),
        *_of(WIRE, "client", "the_key_is_in_no_answer_error_record_log_or_repr", "a_secret_keeps_to_itself"),
    ), "there is no cluster whose traffic could hold a key"),
    8: Item("Result addresses: judged as resolved, at each redirect, pinned; no key to another host; caps", (
        *_of(WIRE, "gateway", "forbidden", "a_result_that_resolves_into_this_network_is_refused",
             "one_bad_address_among_good_ones_is_enough", "addresses_that_are_not_even_tried",
             "the_address_that_was_judged_is_the_one_that_is_spoken_with"),
        *_of(WIRE, "download", "redirects_into_the_network", "too_large_by_what_it_says_or_by_what_comes",
             "the_key_goes_to_the_file_where_it_is_needed_and_never_on_to_another_host"),
        *_of(WIRE, "trouble", "a_drip_that_never_ends_is_given_up"),
        *_of(REMOTE, "hostile", "no_address_of_an_answer_leads_where_nothing_may_be_fetched",
             "no_address_of_an_answer_leads_to_the_machines_of_the_cloud",
             "the_key_goes_to_no_other_server_whatever_the_addresses_say", "a_file_that_lies_is_no_result",
             "an_answer_too_deep_to_read_is_in_doubt_and_not_paid_again", "an_error_too_deep_to_read_is_a_sentence",
             "odd_costs_do_no_harm", "an_odd_id_is_a_sentence_and_harmless_where_it_is_shown",
             "no_retry_after_makes_anybody_wait_for_ever"),
    )),
    9: Item("Pictures: a cap on pixels before they are decoded", (
        *_of(AJAR, "values", "pixel_bombs_are_refused", "truncated_and_mutated_files_never_crash"),
        *_of(REMOTE, "hostile", "a_file_that_lies_is_no_result"),
    ), "pictures are decoded in the app itself, not in a child process"),
    10: Item("Films: lists of formats and protocols, names as files, never a shell", (
        *_of(AJAR, "hostile_films", "nothing_of_a_list_is_fetched", "no_other_file_is_read_by_a_list",
             "the_listener_hears"),
        *_of(AJAR, "clips", "files_that_are_no_films"),
        *_of(ROOT, "security", "no_program_is_begun_by_a_shell"),
    ), "films are read by the library in PyAV, not by a program ffmpeg, so there is no version to check at start; its "
       "reading has no limit of time"),
    11: Item("JSON: caps on size and depth; nothing reads YAML, and zip only as a bundle, with caps", (
        *_of(FLOW, "format", "a_broken_file_is_one_sentence", "a_file_without_end_is_refused"),
        *_of(REMOTE, "hostile", "an_answer_too_deep_to_read_is_in_doubt_and_not_paid_again"),
        *_of(WIRE, "client", "an_answer_without_end"),
        *_of(ROOT, "security", "only_bundles_are_read_as_zip_and_nothing_as_yaml"),
        *_of(FLOW, "bundles", "bombs_links_and_lies_are_refused"),
    )),
    12: Item("Any local server: on loopback, Host and Origin checked", _of(
        STANDINS, "strangers", "it_listens_on_this_machine_only", "a_name_that_was_made_to_point_here_is_not",
        "a_web_page_is_not",
    ), "the stand-ins are the only servers, and each is started by hand; there is no headless API, so no token"),
    13: Item("Cluster: encrypted, certificates for each machine, no keys to workers", (
        *_of(FLOW, "no_key_in_processes", "no_worker_is_given_a_key_of_any_provider"),
        *_of(AJAR, "offline", "python_is_refused_every_way_out", "on_linux_there_is_no_network_at_all"),
        *_of(FLOW, "witness", "local_only_speaks_with_nobody_and_neither_does_what_runs_models"),
    ), "there is no cluster; the worker is a child process of this machine"),
    14: Item("Money: caps before anything is sent; a stranger's workflow asks again; files only tighten", (
        *_of(FLOW, "stranger", "its_settings_loosen_nothing", "its_settings_tighten", "it_can_not_pay_by_itself",
             "it_names_no_server_and_takes_no_others_key_there"),
        *_of(FLOW, "project", "the_strictest_wins_whatever_the_order"),
        *_of(FLOW, "allowance", "nothing_is_spent_without_a_persons_word", "each_cap_refuses_in_words"),
        *_of(MONEY, "faults", "orders_side_by_side_can_not_overshoot_a_cap_together",
             "what_was_agreed_to_is_never_exceeded"),
        *_of(WINDOW, "agreeing", "a_workflow_from_elsewhere_asks_once_and_is_known_then",
             "a_workflow_from_elsewhere_stays_so_over_a_restart_with_unsaved_changes"),
    )),
    15: Item("Updates and dependencies: hashes pinned, audited", (),
             "Ajar does not update itself; there is no locked list of dependencies with hashes and no audit yet"),
}
