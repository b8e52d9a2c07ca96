//! The exercises' checks over their solutions and their mistakes.
#![allow(dead_code)]

testkit::proof! {
    "accept_errors" accept_errors {
        "solution.rs" solution,
        "mistakes/always_the_same_pause.rs" always_the_same_pause,
        "mistakes/broken_listener_goes_on.rs" broken_listener_goes_on,
        "mistakes/busy_spin.rs" busy_spin,
        "mistakes/cleared_by_any_progress.rs" cleared_by_any_progress,
        "mistakes/doubled_too_early.rs" doubled_too_early,
        "mistakes/error_ends_loop.rs" error_ends_loop,
        "mistakes/every_error_counts.rs" every_error_counts,
        "mistakes/every_error_pauses.rs" every_error_pauses,
        "mistakes/forgets_the_networks.rs" forgets_the_networks,
        "mistakes/gives_up_in_the_end.rs" gives_up_in_the_end,
        "mistakes/judged_by_kind.rs" judged_by_kind,
        "mistakes/nobody_is_an_error.rs" nobody_is_an_error,
        "mistakes/only_descriptors_run_out.rs" only_descriptors_run_out,
        "mistakes/pause_is_kept.rs" pause_is_kept,
        "mistakes/pauses_without_limit.rs" pauses_without_limit,
        "mistakes/unknown_is_the_end.rs" unknown_is_the_end,
        "mistakes/unknown_is_tried_at_once.rs" unknown_is_tried_at_once,
    }
}
