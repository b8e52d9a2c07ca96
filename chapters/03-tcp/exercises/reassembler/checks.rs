use super::*;

use testkit::{check, heap};

/// Segments handed in one by one, and what should come of each; a failure tells all
/// of them up to the one that went wrong.
struct Script {
    reassembler: Reassembler,
    steps: Vec<String>,
    told: bool,
}

impl Script {
    fn new(first: u32, window: usize) -> Self {
        Self {
            reassembler: Reassembler::new(first, window),
            steps: vec![format!("Reassembler::new({first}, {window})")],
            told: false,
        }
    }

    /// Hands in a segment: these octets should be delivered, and that should be
    /// acknowledged.
    #[track_caller]
    fn segment(&mut self, sequence: u32, octets: &[u8], delivers: &[u8], acknowledges: u32) {
        let segment = format!("segment {sequence} \"{}\"", octets.escape_ascii());
        let expected = delivers.escape_ascii();
        self.steps.push(format!(
            "{segment}: delivers \"{expected}\", acknowledges {acknowledges}"
        ));
        let mut output = b"...".to_vec();
        self.reassembler.receive(sequence, octets, &mut output);
        let acknowledged = self.reassembler.acknowledgment();
        let Some(delivered) = output.strip_prefix(b"...") else {
            self.fail(&format!(
                "{segment} changed what was in the output before: append to it"
            ));
        };
        if delivered != delivers {
            let delivered = delivered.escape_ascii();
            self.fail(&format!(
                "{segment} should deliver \"{expected}\", and delivered \"{delivered}\""
            ));
        }
        if acknowledged != acknowledges {
            self.fail(&format!(
                "after {segment} the octet {acknowledges} is next, and {acknowledged} was \
                 acknowledged"
            ));
        }
    }

    /// Hands in a segment; `expected` keeps a plain account of what should come.
    #[track_caller]
    fn segment_as(&mut self, expected: &mut Expected, sequence: u32, octets: &[u8]) {
        let delivers = expected.receive(sequence, octets);
        self.segment(sequence, octets, &delivers, expected.next);
    }

    /// What is wrong, and then what led to it.
    #[track_caller]
    fn fail(&mut self, what: &str) -> ! {
        self.told = true;
        panic!("{what}\n{}", self.history());
    }

    fn history(&self) -> String {
        let mut text = "what was done, and should come of it".to_owned();
        for (number, step) in (1..).zip(&self.steps) {
            text.push_str(&format!("\n{number:>3}. {step}"));
        }
        text
    }
}

/// Tells the steps behind the message of a panic in the code under test.
impl Drop for Script {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.told {
            eprintln!("{}", self.history());
        }
    }
}

/// What should come: an account of every octet of a stream that is short enough
/// for that.
struct Expected {
    first: u32,
    next: u32,
    window: usize,
    octets: Vec<Option<u8>>,
}

impl Expected {
    fn new(first: u32, window: usize) -> Self {
        Self {
            first,
            next: first,
            window,
            octets: vec![None; 256],
        }
    }

    fn receive(&mut self, sequence: u32, octets: &[u8]) -> Vec<u8> {
        let delivered = self.next.wrapping_sub(self.first) as usize;
        for (number, octet) in octets.iter().enumerate() {
            let place = sequence
                .wrapping_add(number as u32)
                .wrapping_sub(self.first) as usize;
            if (delivered..delivered + self.window).contains(&place) {
                self.octets[place].get_or_insert(*octet);
            }
        }
        let new: Vec<u8> = self.octets[delivered..]
            .iter()
            .map_while(|octet| *octet)
            .collect();
        self.next = self.next.wrapping_add(new.len() as u32);
        new
    }
}

#[test]
#[ignore = "exercise"]
fn one_segment_after_the_other() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1000, b"hel", b"hel", 1003);
        script.segment(1003, b"lo", b"lo", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_delivered_behind_a_gap() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1000, b"he", b"he", 1002);
        script.segment(1003, b"lo", b"", 1002);
    });
}

#[test]
#[ignore = "exercise"]
fn the_gap_is_filled() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1003, b"lo", b"", 1000);
        script.segment(1000, b"hel", b"hello", 1005);
        script.segment(1005, b"!", b"!", 1006);
    });
}

#[test]
#[ignore = "exercise"]
fn several_segments_wait_behind_gaps() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1007, b"wire", b"", 1000);
        script.segment(1003, b"lo", b"", 1000);
        script.segment(1000, b"hel", b"hello", 1005);
        script.segment(1005, b", ", b", wire", 1011);
    });
}

#[test]
#[ignore = "exercise"]
fn a_segment_comes_twice() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1000, b"hel", b"hel", 1003);
        script.segment(1000, b"hel", b"", 1003);
        script.segment(1003, b"lo", b"lo", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn a_segment_that_waits_comes_twice() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1003, b"lo", b"", 1000);
        script.segment(1003, b"lo", b"", 1000);
        script.segment(1000, b"hel", b"hello", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn a_segment_that_is_old_in_part() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1000, b"hel", b"hel", 1003);
        script.segment(1000, b"hello", b"lo", 1005);
        script.segment(1004, b"o, wire", b", wire", 1011);
    });
}

#[test]
#[ignore = "exercise"]
fn segments_overlap_while_they_wait() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1002, b"llo", b"", 1000);
        script.segment(1004, b"o, wi", b"", 1000);
        script.segment(1001, b"ello, wire", b"", 1000);
        script.segment(1000, b"h", b"hello, wire", 1011);
    });
}

#[test]
#[ignore = "exercise"]
fn a_longer_segment_begins_at_the_same_octet() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1002, b"l", b"", 1000);
        script.segment(1002, b"llo", b"", 1000);
        script.segment(1000, b"he", b"hello", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn a_shorter_segment_begins_at_the_same_octet() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1002, b"llo", b"", 1000);
        script.segment(1002, b"l", b"", 1000);
        script.segment(1000, b"he", b"hello", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_copy_of_an_octet_is_right() {
    check(|| {
        let mut script = Script::new(1000, 8);
        script.segment(1003, b"lo", b"", 1000);
        script.segment(1000, b"help", b"hello", 1005);
        script.segment(1002, b"llo, wi", b", wi", 1009);
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_segment() {
    check(|| {
        let mut script = Script::new(1000, 100);
        script.segment(1000, b"", b"", 1000);
        script.segment(1005, b"", b"", 1000);
        script.segment(900, b"", b"", 1000);
        script.segment(1000, b"hello", b"hello", 1005);
        script.segment(1000, b"", b"", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_beyond_the_window_is_dropped() {
    check(|| {
        let mut script = Script::new(1000, 4);
        script.segment(1004, b"o", b"", 1000);
        script.segment(1000, b"hell", b"hell", 1004);
        script.segment(1004, b"o", b"o", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn the_window_cuts_a_segment() {
    check(|| {
        let mut script = Script::new(1000, 4);
        script.segment(1002, b"llo", b"", 1000);
        script.segment(1000, b"he", b"hell", 1004);
        script.segment(1003, b"lo", b"o", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn a_segment_is_longer_than_the_window() {
    check(|| {
        let mut script = Script::new(1000, 4);
        script.segment(1000, b"hello, wire", b"hell", 1004);
        script.segment(1004, b"o, wire", b"o, w", 1008);
        script.segment(1008, b"ire", b"ire", 1011);
    });
}

#[test]
#[ignore = "exercise"]
fn the_window_moves_on() {
    check(|| {
        let mut script = Script::new(1000, 4);
        for (number, octet) in (1000..).zip(b"a stream that is longer than its window") {
            script.segment(number, &[*octet], &[*octet], number + 1);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn numbers_begin_again_at_0() {
    check(|| {
        let first = u32::MAX - 2;
        let mut script = Script::new(first, 100);
        script.segment(first, b"he", b"he", u32::MAX);
        script.segment(u32::MAX, b"llo", b"llo", 2);
        script.segment(2, b", wire", b", wire", 8);
    });
}

#[test]
#[ignore = "exercise"]
fn a_gap_where_numbers_begin_again() {
    check(|| {
        let mut script = Script::new(u32::MAX - 1, 100);
        script.segment(1, b"lo", b"", u32::MAX - 1);
        script.segment(u32::MAX - 1, b"hel", b"hello", 3);
    });
}

#[test]
#[ignore = "exercise"]
fn an_old_segment_where_numbers_begin_again() {
    check(|| {
        let mut script = Script::new(u32::MAX - 1, 100);
        script.segment(u32::MAX - 1, b"hello", b"hello", 3);
        script.segment(u32::MAX - 1, b"hel", b"", 3);
        script.segment(u32::MAX, b"ello, ", b", ", 5);
    });
}

#[test]
#[ignore = "exercise"]
fn half_of_all_numbers_lie_behind() {
    check(|| {
        let mut script = Script::new(1000, 100);
        for behind in [1, 5, 1_000_000, 1 << 31] {
            script.segment(1000_u32.wrapping_sub(behind), b"x", b"", 1000);
        }
        script.segment(999, b"xhello", b"hello", 1005);
    });
}

#[test]
#[ignore = "exercise"]
fn every_order_of_five_segments() {
    check(|| {
        const WIRE: &[u8] = b"hello, wire";
        // Each overlaps the next, and the fourth lies in the fifth.
        let segments = [0..3, 2..6, 5..8, 8..9, 7..11];
        for first in [1000, u32::MAX - 4] {
            each_order(&mut [0, 1, 2, 3, 4], 0, &mut |order| {
                let mut script = Script::new(first, 100);
                let mut expected = Expected::new(first, 100);
                for &number in order {
                    let part = segments[number].clone();
                    let sequence = first.wrapping_add(part.start as u32);
                    script.segment_as(&mut expected, sequence, &WIRE[part]);
                }
            });
        }
    });
}

/// Calls `each` with every order of the numbers from `fixed` on.
fn each_order(numbers: &mut [usize; 5], fixed: usize, each: &mut dyn FnMut(&[usize; 5])) {
    if fixed == numbers.len() {
        return each(numbers);
    }
    for other in fixed..numbers.len() {
        numbers.swap(fixed, other);
        each_order(numbers, fixed + 1, each);
        numbers.swap(fixed, other);
    }
}

#[test]
#[ignore = "exercise"]
fn three_hundred_random_links() {
    check(|| {
        for seed in 1..=300_u64 {
            // A fixed seed each: the same links for everybody.
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut random = move |below: usize| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 11) as usize % below
            };
            let first = [0, 1000, u32::MAX - 20, 1 << 31][random(4)];
            let window = 1 + random(24);
            let stream: Vec<u8> = (0..60).map(|_| b'a' + random(26) as u8).collect();
            let mut script = Script::new(first, window);
            let mut expected = Expected::new(first, window);
            for _ in 0..30 {
                let about = expected.next.wrapping_sub(first) as usize;
                let from = (about + random(12)).saturating_sub(4).min(stream.len());
                let to = (from + random(10)).min(stream.len());
                let sequence = first.wrapping_add(from as u32);
                script.segment_as(&mut expected, sequence, &stream[from..to]);
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_window_that_is_not_used_costs_nothing() {
    check(|| {
        const WINDOW: usize = 16 * 1024 * 1024;
        let mut output = Vec::with_capacity(16);
        let (_, usage) = heap::measure(|| {
            let mut reassembler = Reassembler::new(1000, WINDOW);
            reassembler.receive(1003, b"lo", &mut output);
            reassembler.receive(1000, b"hel", &mut output);
            reassembler
        });
        assert!(
            usage.peak <= 64 * 1024,
            "a window has 16 MiB, and 5 octets came, in two segments: more than 64 KiB of memory \
             were taken for that. Most connections never use their window"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_wide_window_with_little_in_it_costs_little() {
    check(|| {
        const WINDOW: u32 = 16 * 1024 * 1024;
        let mut output = Vec::with_capacity(16);
        let (mut reassembler, usage) = heap::measure(|| Reassembler::new(0, WINDOW as usize));
        let mut taken = usage.peak;
        for part in 1..=100 {
            let number = WINDOW / 100 * part;
            let ((), usage) = heap::measure(|| reassembler.receive(number, b"x", &mut output));
            taken += usage.peak;
            assert!(
                taken <= 64 * 1024,
                "a window has 16 MiB, and of a hundred octets that are spread over it some have \
                 come: more than 64 KiB of memory were taken for them. What lies between them \
                 has not come, and should cost nothing"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_was_delivered_costs_nothing() {
    check(|| {
        const WINDOW: usize = 16 * 1024;
        let mut reassembler = Reassembler::new(0, WINDOW);
        let mut output = Vec::with_capacity(1024);
        let ((), usage) = heap::measure(|| {
            for start in (0..4 * WINDOW as u32).step_by(512) {
                reassembler.receive(start + 256, &[b'x'; 256], &mut output);
                reassembler.receive(start, &[b'x'; 256], &mut output);
                output.clear();
            }
        });
        assert!(
            usage.peak <= 64 * 1024,
            "64 KiB were delivered, and of what came no more than 256 octets had to wait at a \
             time: more than 64 KiB of memory are held in the end. Whoever has it delivered needs \
             it no longer"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_window_full_of_octets_costs_little() {
    check(|| {
        // All that a peer can make you hold: everything but the first octet, in
        // segments of 256, and three times as much beyond the window.
        const WINDOW: usize = 16 * 1024;
        let mut reassembler = Reassembler::new(0, WINDOW);
        let mut output = Vec::with_capacity(WINDOW);
        let ((), usage) = heap::measure(|| {
            for start in (1..4 * WINDOW as u32).step_by(256) {
                reassembler.receive(start, &[b'x'; 256], &mut output);
            }
        });
        assert!(
            usage.peak <= 8 * WINDOW,
            "a window has 16 KiB, and the peer sent four times as many octets, all but the \
             first, in segments of 256: more than 128 KiB of memory are held for that. A \
             thousand such connections, and there is none left"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn tiny_segments_cost_no_more() {
    check(|| {
        const WINDOW: usize = 16 * 1024;
        let mut reassembler = Reassembler::new(0, WINDOW);
        let mut output = Vec::with_capacity(WINDOW);
        let ((), usage) = heap::measure(|| {
            for number in (1..WINDOW as u32).step_by(2) {
                reassembler.receive(number, b"x", &mut output);
            }
        });
        assert!(
            usage.peak <= 8 * WINDOW,
            "the peer sent every second octet of a window of 16 KiB, each in a segment of its own: \
             more than 128 KiB of memory are held for that. What is held counts with all that is \
             needed to hold it"
        );
    });
}
