//! Values in the order in which they were last used: a doubly linked list whose
//! links are places in a vector, so that every step costs the same however many
//! values there are.

/// The place of no value.
const NOWHERE: u32 = u32::MAX;

// ANCHOR: recency
/// Values from the newest to the oldest. A value keeps its place, a number, until it is
/// removed; then the place goes to another.
#[derive(Debug)]
pub struct Recency<T> {
    slots: Vec<Slot<T>>,
    /// Places whose values are gone, linked by `older`.
    free: u32,
    newest: u32,
    oldest: u32,
    len: usize,
}

#[derive(Debug)]
struct Slot<T> {
    value: Option<T>,
    newer: u32,
    older: u32,
}
// ANCHOR_END: recency

impl<T> Default for Recency<T> {
    fn default() -> Self {
        Recency {
            slots: Vec::new(),
            free: NOWHERE,
            newest: NOWHERE,
            oldest: NOWHERE,
            len: 0,
        }
    }
}

impl<T> Recency<T> {
    /// How many values there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The places that have been given away so far are all below this number.
    pub fn places(&self) -> usize {
        self.slots.len()
    }

    /// The place of the value that has not been used for the longest time.
    pub fn oldest(&self) -> Option<usize> {
        (self.oldest != NOWHERE).then_some(self.oldest as usize)
    }

    /// The value at a place.
    pub fn get(&self, place: usize) -> Option<&T> {
        self.slots.get(place)?.value.as_ref()
    }

    /// The value at a place, to be changed.
    pub fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        self.slots.get_mut(place)?.value.as_mut()
    }

    /// All values, in the order of their places.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|slot| slot.value.as_ref())
    }

    /// Adds a value as the newest, and returns its place.
    ///
    /// # Panics
    ///
    /// When there are four thousand million of them.
    pub fn push(&mut self, value: T) -> usize {
        let place = self.free;
        let place = match self.slots.get_mut(place as usize) {
            Some(slot) => {
                self.free = slot.older;
                slot.value = Some(value);
                place
            }
            None => {
                // Doubling, as a vector does by itself, would hold up to twice the
                // memory that is used.
                if self.slots.len() == self.slots.capacity() {
                    self.slots.reserve_exact(self.slots.len() / 8 + 8);
                }
                assert!(self.slots.len() < NOWHERE as usize, "too many values");
                let (newer, older) = (NOWHERE, NOWHERE);
                let value = Some(value);
                self.slots.push(Slot {
                    value,
                    newer,
                    older,
                });
                (self.slots.len() - 1) as u32
            }
        };
        self.link(place);
        self.len += 1;
        place as usize
    }

    // ANCHOR: touch
    /// Makes the value at `place` the newest.
    pub fn touch(&mut self, place: usize) {
        let place = place as u32;
        if place != self.newest && self.get(place as usize).is_some() {
            self.unlink(place);
            self.link(place);
        }
    }
    // ANCHOR_END: touch

    /// Takes the value out of its place.
    pub fn remove(&mut self, place: usize) -> Option<T> {
        let value = self.slots.get_mut(place)?.value.take()?;
        self.unlink(place as u32);
        self.slots[place].older = self.free;
        self.free = place as u32;
        self.len -= 1;
        Some(value)
    }

    fn link(&mut self, place: u32) {
        let before = self.newest;
        let slot = &mut self.slots[place as usize];
        (slot.newer, slot.older) = (NOWHERE, before);
        match self.slots.get_mut(before as usize) {
            Some(slot) => slot.newer = place,
            None => self.oldest = place,
        }
        self.newest = place;
    }

    fn unlink(&mut self, place: u32) {
        let Slot { newer, older, .. } = self.slots[place as usize];
        match self.slots.get_mut(newer as usize) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
        match self.slots.get_mut(older as usize) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the oldest to the newest, by emptying a list.
    fn drain(mut list: Recency<char>) -> String {
        let mut all = String::new();
        while let Some(place) = list.oldest() {
            all.extend(list.remove(place));
        }
        assert!(list.is_empty());
        all
    }

    #[test]
    fn the_oldest_is_what_was_not_touched() {
        let mut list = Recency::default();
        let places: Vec<usize> = "abcd".chars().map(|value| list.push(value)).collect();
        list.touch(places[0]);
        list.touch(places[2]);
        list.touch(places[2]);
        assert_eq!(drain(list), "bdac");
    }

    #[test]
    fn a_place_is_given_away_again() {
        let mut list = Recency::default();
        let places: Vec<usize> = "abc".chars().map(|value| list.push(value)).collect();
        assert_eq!(list.remove(places[1]), Some('b'));
        assert_eq!(list.remove(places[1]), None);
        list.touch(places[1]); // nothing is there
        assert_eq!(list.push('d'), places[1]);
        assert_eq!((list.len(), list.places()), (3, 3));
        assert_eq!(list.iter().collect::<String>(), "adc");
        assert_eq!(drain(list), "acd");
    }
}
