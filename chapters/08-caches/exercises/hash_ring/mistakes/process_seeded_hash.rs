//! A hash that each process seeds for itself
//!
//! You use the hash of a HashMap. Its seed is random, so that nobody can send keys
//! that all land in one slot. What it says is true for one table in one process: the
//! next client computes other places for the same servers and keys, and finds
//! nothing.
//!
//! fails: a_key_belongs_to_the_next_point,
//!    keys_with_no_point_between_them_belong_together,
//!    after_the_last_point_comes_the_first, a_server_stands_at_many_points,
//!    a_weight_multiplies_the_points, a_server_of_weight_0_has_no_keys,
//!    a_greater_weight_takes_the_place_of_the_first,
//!    a_smaller_weight_takes_the_place_of_the_first,
//!    the_order_of_coming_makes_no_difference,
//!    another_process_finds_the_same_servers, two_rings_agree, a_key_is_octets,
//!    the_shares_are_even, the_shares_are_as_the_weights,
//!    a_server_that_joins_takes_keys_from_all

use std::hash::{BuildHasher, RandomState};

/// Servers on a ring of 2^64 places, each at many of them.
#[derive(Clone, Debug)]
pub struct Ring {
    /// The points of a server of weight 1.
    points_each: u32,
    /// In order around the ring. The name breaks a tie, so that the order in which
    /// servers came does not matter.
    points: Vec<(u64, String)>,
    state: RandomState,
}

impl Ring {
    /// An empty ring, on which a server gets `points_each` points for each unit of
    /// its weight: the more, the more even are the shares.
    pub fn new(points_each: u32) -> Ring {
        Ring {
            points_each,
            points: Vec::new(),
            state: RandomState::new(),
        }
    }

    /// Puts `server` on the ring, or gives it another weight. Its points are where
    /// the texts `server#0`, `server#1` ... have their hash. With weight 0 it has
    /// none.
    pub fn add(&mut self, server: &str, weight: u32) {
        self.remove(server);
        for number in 0..self.points_each.saturating_mul(weight) {
            let place = self.state.hash_one(format!("{server}#{number}").as_bytes());
            self.points.push((place, server.to_owned()));
        }
        self.points.sort();
    }

    /// Takes `server` off the ring. The others stay where they are.
    pub fn remove(&mut self, server: &str) {
        self.points.retain(|(_, name)| name != server);
    }

    /// The server that `key` belongs to: whose point is at the place of the key or
    /// is the next after it. After the last point comes the first. `None` if there
    /// are no points.
    pub fn server_of(&self, key: &[u8]) -> Option<&str> {
        let place = self.state.hash_one(key);
        let next = self.points.partition_point(|(point, _)| *point < place);
        let (_, server) = self.points.get(next).or(self.points.first())?;
        Some(server)
    }
}
