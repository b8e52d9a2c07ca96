//! Work that many want at once is done once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

// ANCHOR: flight
/// Calls for one key that come while one is under way wait for that one, and get its
/// result.
#[derive(Debug)]
pub struct SingleFlight<T> {
    flights: Mutex<HashMap<String, Arc<OnceLock<T>>>>,
}

impl<T: Clone> SingleFlight<T> {
    /// Nothing is under way.
    pub fn new() -> SingleFlight<T> {
        SingleFlight {
            flights: Mutex::new(HashMap::new()),
        }
    }

    /// The result of `work`, or of another call's work for the same key.
    pub fn run(&self, key: &str, work: impl FnOnce() -> T) -> T {
        let flights = || self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        let flight = Arc::clone(flights().entry(key.to_owned()).or_default());
        // Here one works and the others wait. If its work panics, the next one tries.
        let result = flight.get_or_init(work).clone();
        // It has landed: whoever comes from now on begins anew.
        let mut flights = flights();
        if flights
            .get(key)
            .is_some_and(|current| Arc::ptr_eq(current, &flight))
        {
            flights.remove(key);
        }
        result
    }
}
// ANCHOR_END: flight

impl<T: Clone> Default for SingleFlight<T> {
    fn default() -> Self {
        SingleFlight::new()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::{panic, thread};

    use super::*;

    #[test]
    fn who_comes_while_it_is_under_way_waits_for_it() {
        let (flights, works) = (SingleFlight::new(), AtomicUsize::new(0));
        let under_way = Barrier::new(2);
        let work = || works.fetch_add(1, Ordering::SeqCst);
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                flights.run("a", || {
                    under_way.wait();
                    // Until the second call has taken hold of this flight.
                    while Arc::strong_count(&flights.flights.lock().unwrap()["a"]) < 3 {
                        thread::yield_now();
                    }
                    work()
                })
            });
            under_way.wait();
            assert_eq!(flights.run("b", || 7), 7);
            assert_eq!(flights.run("a", work), 0);
            assert_eq!(first.join().unwrap(), 0);
        });
        assert_eq!(works.load(Ordering::SeqCst), 1);
        // Nothing is remembered: that is the cache's part.
        assert_eq!(flights.run("a", work), 1);
    }

    #[test]
    fn work_that_panics_stops_nobody_else() {
        let flights = SingleFlight::new();
        let failed = panic::catch_unwind(panic::AssertUnwindSafe(|| {
            flights.run("a", || panic!("on purpose"))
        }));
        assert!(failed.is_err());
        assert_eq!(flights.run("a", || 1), 1);
    }
}
