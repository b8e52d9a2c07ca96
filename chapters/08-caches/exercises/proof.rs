//! The exercises' checks over their solutions and their mistakes.
#![allow(dead_code)]

// Some checks ask what a candidate asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;

testkit::proof! {
    "hash_ring" hash_ring {
        "solution.rs" solution,
        "mistakes/first_weight_stays.rs" first_weight_stays,
        "mistakes/hash_of_this_release.rs" hash_of_this_release,
        "mistakes/key_as_text.rs" key_as_text,
        "mistakes/last_point_takes_the_rest.rs" last_point_takes_the_rest,
        "mistakes/modulo.rs" modulo,
        "mistakes/no_wrap_around.rs" no_wrap_around,
        "mistakes/numbered_from_one.rs" numbered_from_one,
        "mistakes/old_points_stay.rs" old_points_stay,
        "mistakes/one_point_a_server.rs" one_point_a_server,
        "mistakes/one_point_removed.rs" one_point_removed,
        "mistakes/point_before.rs" point_before,
        "mistakes/points_not_sorted.rs" points_not_sorted,
        "mistakes/process_seeded_hash.rs" process_seeded_hash,
        "mistakes/removed_as_of_weight_1.rs" removed_as_of_weight_1,
        "mistakes/removed_by_prefix.rs" removed_by_prefix,
        "mistakes/removing_renumbers.rs" removing_renumbers,
        "mistakes/strictly_after.rs" strictly_after,
        "mistakes/weight_0_is_1.rs" weight_0_is_1,
        "mistakes/weight_ignored.rs" weight_ignored,
    }
    "slow_subscriber" slow_subscriber {
        "solution.rs" solution,
        "mistakes/limit_for_all.rs" limit_for_all,
        "mistakes/limit_off_by_one.rs" limit_off_by_one,
        "mistakes/loss_for_each.rs" loss_for_each,
        "mistakes/loss_is_yes_or_no.rs" loss_is_yes_or_no,
        "mistakes/loss_told_again.rs" loss_told_again,
        "mistakes/loss_told_for_ever.rs" loss_told_for_ever,
        "mistakes/loss_told_last.rs" loss_told_last,
        "mistakes/newest_dropped.rs" newest_dropped,
        "mistakes/notice_in_the_queue.rs" notice_in_the_queue,
        "mistakes/numbers_given_again.rs" numbers_given_again,
        "mistakes/one_queue_for_all.rs" one_queue_for_all,
        "mistakes/payload_copied.rs" payload_copied,
        "mistakes/prefix_anywhere.rs" prefix_anywhere,
        "mistakes/queue_emptied.rs" queue_emptied,
        "mistakes/room_made_first.rs" room_made_first,
        "mistakes/room_reserved.rs" room_reserved,
        "mistakes/silent_loss.rs" silent_loss,
        "mistakes/slow_one_is_thrown_out.rs" slow_one_is_thrown_out,
        "mistakes/slow_ones_not_counted.rs" slow_ones_not_counted,
        "mistakes/slow_stops_all.rs" slow_stops_all,
        "mistakes/topic_is_the_prefix.rs" topic_is_the_prefix,
        "mistakes/unbounded_queue.rs" unbounded_queue,
    }
}
