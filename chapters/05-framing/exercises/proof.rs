//! The exercises' checks over their solutions and their mistakes.
#![allow(dead_code)]

// Some checks ask what a candidate asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;

testkit::proof! {
    "delimiter" delimiter {
        "solution.rs" solution,
        "mistakes/delimiter_counted.rs" delimiter_counted,
        "mistakes/end_of_input_is_a_delimiter.rs" end_of_input_is_a_delimiter,
        "mistakes/ends_with_instead_of_find.rs" ends_with_instead_of_find,
        "mistakes/limit_checked_too_late.rs" limit_checked_too_late,
        "mistakes/limit_counts_the_buffer.rs" limit_counts_the_buffer,
        "mistakes/one_read_is_one_message.rs" one_read_is_one_message,
        "mistakes/rescans_from_start.rs" rescans_from_start,
        "mistakes/search_position_kept.rs" search_position_kept,
        "mistakes/tail_dropped.rs" tail_dropped,
        "mistakes/trims_the_line.rs" trims_the_line,
        "mistakes/unlimited.rs" unlimited,
    }
    "length_prefix" length_prefix {
        "solution.rs" solution,
        "mistakes/allocates_before_checking.rs" allocates_before_checking,
        "mistakes/checked_when_whole.rs" checked_when_whole,
        "mistakes/empty_is_nothing.rs" empty_is_nothing,
        "mistakes/eof_in_header_is_ok.rs" eof_in_header_is_ok,
        "mistakes/eof_mid_frame_is_ok.rs" eof_mid_frame_is_ok,
        "mistakes/header_in_one_piece.rs" header_in_one_piece,
        "mistakes/header_lost.rs" header_lost,
        "mistakes/length_cut_short.rs" length_cut_short,
        "mistakes/length_includes_itself.rs" length_includes_itself,
        "mistakes/limit_off_by_one.rs" limit_off_by_one,
        "mistakes/little_endian.rs" little_endian,
        "mistakes/sends_what_it_refuses.rs" sends_what_it_refuses,
    }
    "chunks" chunks {
        "solution.rs" solution,
        "mistakes/checked_when_whole.rs" checked_when_whole,
        "mistakes/chunk_is_message.rs" chunk_is_message,
        "mistakes/empty_message_skipped.rs" empty_message_skipped,
        "mistakes/end_forgets_the_chunks.rs" end_forgets_the_chunks,
        "mistakes/eof_is_a_terminator.rs" eof_is_a_terminator,
        "mistakes/header_lost.rs" header_lost,
        "mistakes/limit_for_each_chunk.rs" limit_for_each_chunk,
        "mistakes/message_kept.rs" message_kept,
        "mistakes/reads_past_terminator.rs" reads_past_terminator,
        "mistakes/terminator_is_eof.rs" terminator_is_eof,
    }
    "cancel_safe" cancel_safe {
        "solution.rs" solution,
        "mistakes/buffer_made_anew.rs" buffer_made_anew,
        "mistakes/buffer_taken_out.rs" buffer_taken_out,
        "mistakes/cancel_loses_octets.rs" cancel_loses_octets,
        "mistakes/end_is_always_none.rs" end_is_always_none,
        "mistakes/reads_before_it_looks.rs" reads_before_it_looks,
        "mistakes/restarts_frame.rs" restarts_frame,
    }
    "error_report" error_report {
        "solution.rs" solution,
        "mistakes/cause_said_twice.rs" cause_said_twice,
        "mistakes/cause_swallowed.rs" cause_swallowed,
        "mistakes/everything_is_io.rs" everything_is_io,
        "mistakes/kind_by_words.rs" kind_by_words,
        "mistakes/kind_lost_on_the_way_up.rs" kind_lost_on_the_way_up,
        "mistakes/no_source.rs" no_source,
        "mistakes/only_the_cause_goes_up.rs" only_the_cause_goes_up,
        "mistakes/resolver_never_times_out.rs" resolver_never_times_out,
        "mistakes/timeout_is_refused.rs" timeout_is_refused,
        "mistakes/would_block_is_other.rs" would_block_is_other,
    }
}
