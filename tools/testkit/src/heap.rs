//! What a piece of code asks of memory, counted by the allocator itself.
//!
//! A test binary that wants to know puts the counter in:
//!
//! ```
//! #[global_allocator]
//! static HEAP: testkit::heap::Heap = testkit::heap::Heap;
//!
//! let (_, usage) = testkit::heap::measure(|| Vec::<u8>::with_capacity(1000));
//! assert_eq!(usage.largest, 1000);
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, with a count for each thread that [`measure`]s.
#[derive(Debug)]
pub struct Heap;

/// What was asked of memory during a [`measure`], by its thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The largest single request, in octets, granted or not. This is what a
    /// length taken at its word shows up in.
    pub largest: usize,
    /// The most octets that were held at one time, beyond those held before.
    pub peak: usize,
    /// The number of requests.
    pub requests: usize,
}

thread_local! {
    // Constants, and nothing to drop: touching them never allocates.
    static ON: Cell<bool> = const { Cell::new(false) };
    static HELD: Cell<isize> = const { Cell::new(0) };
    static USAGE: Cell<Usage> = const { Cell::new(Usage { largest: 0, peak: 0, requests: 0 }) };
}

/// Runs `body` and says what it asked of memory in this thread.
///
/// # Panics
///
/// When [`Heap`] is not the global allocator, or inside another `measure`.
pub fn measure<T>(body: impl FnOnce() -> T) -> (T, Usage) {
    /// A check that fails must not leave the count on for the next one.
    struct Off;
    impl Drop for Off {
        fn drop(&mut self) {
            ON.set(false);
        }
    }

    assert!(!ON.get(), "heap::measure inside heap::measure");
    let off = Off;
    begin();
    drop(std::hint::black_box(Box::new(0u8)));
    assert!(
        USAGE.get().requests > 0,
        "nothing was counted; the test binary needs `#[global_allocator] static HEAP: \
         testkit::heap::Heap = testkit::heap::Heap;`"
    );
    begin();
    let value = body();
    drop(off);
    (value, USAGE.get())
}

fn begin() {
    USAGE.set(Usage::default());
    HELD.set(0);
    ON.set(true);
}

fn took(octets: usize) {
    let mut usage = USAGE.get();
    usage.requests += 1;
    usage.largest = usage.largest.max(octets);
    HELD.set(HELD.get().saturating_add_unsigned(octets));
    usage.peak = usage.peak.max(usize::try_from(HELD.get()).unwrap_or(0));
    USAGE.set(usage);
}

fn gave_back(octets: usize) {
    HELD.set(HELD.get().saturating_sub_unsigned(octets));
}

/// Whether this thread counts. A thread that is ending doesn't.
fn on() -> bool {
    ON.try_with(Cell::get).unwrap_or(false)
}

// SAFETY: every call is handed on to the system's allocator unchanged, and its
// result is returned as it is. The counting between touches thread-locals that
// are constants without a destructor, so it neither allocates nor unwinds.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if on() {
            took(layout.size());
        }
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if on() {
            took(layout.size());
        }
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if on() {
            gave_back(layout.size());
        }
        // SAFETY: the caller keeps the contract of `dealloc`, and the pointer
        // came from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if on() {
            gave_back(layout.size());
            took(size);
        }
        // SAFETY: the caller keeps the contract of `realloc`, and the pointer
        // came from the system's allocator.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[global_allocator]
    static HEAP: Heap = Heap;

    #[test]
    fn the_largest_request_and_the_peak_are_told_apart() {
        let (_, usage) = measure(|| {
            let first = Vec::<u8>::with_capacity(1000);
            let second = Vec::<u8>::with_capacity(500);
            drop(first);
            let third = Vec::<u8>::with_capacity(600);
            (second, third)
        });
        assert_eq!(usage.largest, 1000);
        assert_eq!(usage.peak, 1500);
        assert_eq!(usage.requests, 3);
    }

    #[test]
    fn what_was_held_before_is_not_counted() {
        let held = vec![0u8; 4096];
        let ((), usage) = measure(|| drop(held));
        assert_eq!(usage, Usage::default());
    }

    #[test]
    fn a_buffer_that_grows_counts_at_its_new_size() {
        let (_, usage) = measure(|| {
            let mut octets = Vec::<u8>::with_capacity(100);
            octets.reserve_exact(300);
            octets
        });
        assert_eq!((usage.largest, usage.peak), (300, 300));
    }

    #[test]
    fn other_threads_are_not_counted() {
        let (_, usage) = measure(|| {
            std::thread::spawn(|| drop(std::hint::black_box(vec![1u8; 1 << 20]))).join()
        });
        assert!(usage.largest < 1 << 20, "{usage:?}");
    }

    #[test]
    fn a_panic_ends_the_measure() {
        let panic = std::panic::catch_unwind(|| measure(|| panic!("on purpose")));
        assert!(panic.is_err());
        let (_, usage) = measure(|| Vec::<u8>::with_capacity(10));
        assert_eq!(usage.largest, 10);
    }
}
