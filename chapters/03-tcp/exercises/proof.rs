//! The exercises' checks over their solutions and their mistakes.
#![allow(dead_code)]

// Some checks ask what a candidate asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;

testkit::proof! {
    "write_all" write_all {
        "solution.rs" solution,
        "mistakes/empty_is_refused.rs" empty_is_refused,
        "mistakes/ignored_short_write.rs" ignored_short_write,
        "mistakes/interrupted_is_an_error.rs" interrupted_is_an_error,
        "mistakes/octet_by_octet.rs" octet_by_octet,
        "mistakes/sent_counted_twice.rs" sent_counted_twice,
        "mistakes/starts_over.rs" starts_over,
        "mistakes/would_block_spins.rs" would_block_spins,
        "mistakes/zero_is_done.rs" zero_is_done,
        "mistakes/zero_is_progress.rs" zero_is_progress,
    }
    "read_exact" read_exact {
        "solution.rs" solution,
        "mistakes/counts_the_last_read.rs" counts_the_last_read,
        "mistakes/end_is_success.rs" end_is_success,
        "mistakes/eof_spins.rs" eof_spins,
        "mistakes/every_failure_is_an_end.rs" every_failure_is_an_end,
        "mistakes/interrupted_is_an_error.rs" interrupted_is_an_error,
        "mistakes/over_reads.rs" over_reads,
        "mistakes/overwrites_the_front.rs" overwrites_the_front,
        "mistakes/read_once.rs" read_once,
        "mistakes/waits_for_the_end.rs" waits_for_the_end,
    }
    "echo_without_deadlock" echo_without_deadlock {
        "solution.rs" solution,
        "mistakes/failed_input_is_no_end.rs" failed_input_is_no_end,
        "mistakes/failed_output_strands_the_sender.rs" failed_output_strands_the_sender,
        "mistakes/forgot_shutdown.rs" forgot_shutdown,
        "mistakes/ignored_short_write.rs" ignored_short_write,
        "mistakes/piece_by_piece.rs" piece_by_piece,
        "mistakes/send_error_ignored.rs" send_error_ignored,
        "mistakes/whole_answer_in_memory.rs" whole_answer_in_memory,
        "mistakes/whole_input_in_memory.rs" whole_input_in_memory,
        "mistakes/wrote_all_before_reading.rs" wrote_all_before_reading,
    }
    "socket_table" socket_table {
        "solution.rs" solution,
        "mistakes/address_byte_order.rs" address_byte_order,
        "mistakes/any_number_of_digits.rs" any_number_of_digits,
        "mistakes/bad_line_skipped.rs" bad_line_skipped,
        "mistakes/every_field_wanted.rs" every_field_wanted,
        "mistakes/fields_by_column.rs" fields_by_column,
        "mistakes/ipv6_is_one_number.rs" ipv6_is_one_number,
        "mistakes/limit_cuts_the_table.rs" limit_cuts_the_table,
        "mistakes/line_counted_from_the_header.rs" line_counted_from_the_header,
        "mistakes/port_byte_order.rs" port_byte_order,
        "mistakes/port_decimal.rs" port_decimal,
        "mistakes/queues_decimal.rs" queues_decimal,
        "mistakes/queues_swapped.rs" queues_swapped,
        "mistakes/short_line_panics.rs" short_line_panics,
        "mistakes/sign_is_a_digit.rs" sign_is_a_digit,
        "mistakes/state_decimal.rs" state_decimal,
    }
    "reassembler" reassembler {
        "solution.rs" solution,
        "mistakes/gap_delivered.rs" gap_delivered,
        "mistakes/last_copy_wins.rs" last_copy_wins,
        "mistakes/late_is_dropped.rs" late_is_dropped,
        "mistakes/number_overflows.rs" number_overflows,
        "mistakes/numbers_compared_plainly.rs" numbers_compared_plainly,
        "mistakes/old_is_far_ahead.rs" old_is_far_ahead,
        "mistakes/one_entry_a_segment.rs" one_entry_a_segment,
        "mistakes/one_segment_a_step.rs" one_segment_a_step,
        "mistakes/overlap_duplicated.rs" overlap_duplicated,
        "mistakes/same_start_is_same_segment.rs" same_start_is_same_segment,
        "mistakes/unbounded_buffer.rs" unbounded_buffer,
        "mistakes/window_does_not_move.rs" window_does_not_move,
        "mistakes/window_takes_whole_segments.rs" window_takes_whole_segments,
    }
}
