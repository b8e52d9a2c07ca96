//! A number of places, for threads to take and to give back.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

// ANCHOR: places
/// So many places and no more. std has no semaphore; this is one.
#[derive(Clone, Debug)]
pub struct Places(Arc<(Mutex<usize>, Condvar)>);

/// A place taken. Dropping it gives it back, also when its thread panics.
#[derive(Debug)]
pub struct Place(Places);

impl Places {
    /// `number` places, all free.
    pub fn new(number: usize) -> Places {
        Places(Arc::new((Mutex::new(number), Condvar::new())))
    }

    /// Waits until a place is free, and takes it.
    pub fn take(&self) -> Place {
        let (free, freed) = &*self.0;
        let free = free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = freed.wait_while(free, |free| *free == 0);
        *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        Place(self.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (free, freed) = &*self.0.0;
        *free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        freed.notify_one();
    }
}
// ANCHOR_END: places

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    #[test]
    fn who_finds_no_place_waits_for_one() {
        testkit::check(|| {
            let places = Places::new(2);
            let (first, _second) = (places.take(), places.take());
            let (tell, told) = channel();
            let waiting = thread::spawn({
                let places = places.clone();
                move || {
                    let _place = places.take();
                    tell.send(()).unwrap();
                }
            });
            assert!(told.try_recv().is_err());
            drop(first);
            told.recv().unwrap();
            waiting.join().unwrap();
        });
    }

    #[test]
    fn a_panic_gives_its_place_back() {
        testkit::check(|| {
            let places = Places::new(1);
            let place = places.take();
            let panicked = thread::spawn(move || {
                let _place = place;
                panic!("on purpose");
            });
            assert!(panicked.join().is_err());
            drop(places.take());
        });
    }
}
