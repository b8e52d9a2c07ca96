//! What the service knows: some places, and where they are.

use serde_json::{Value, json};

/// A place on Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What it is called.
    pub name: &'static str,
    /// The country it lies in.
    pub country: &'static str,
    /// Degrees north of the equator; south of it, less than zero.
    pub latitude: f64,
    /// Degrees east of Greenwich; west of it, less than zero.
    pub longitude: f64,
}

/// All of them, by name.
pub const PLACES: [Place; 12] = [
    place("Adelaide", "Australia", -34.9285, 138.6007),
    place("Kraków", "Poland", 50.0647, 19.945),
    place("Machu Picchu", "Peru", -13.1631, -72.545),
    place("Nairobi", "Kenya", -1.2864, 36.8172),
    place("Quito", "Ecuador", -0.1807, -78.4678),
    place("Reykjavík", "Iceland", 64.1466, -21.9426),
    place("São Paulo", "Brazil", -23.5505, -46.6333),
    place("Timbuktu", "Mali", 16.7666, -3.0026),
    place("Ulaanbaatar", "Mongolia", 47.8864, 106.9057),
    place("Wellington", "New Zealand", -41.2866, 174.7756),
    place("Zürich", "Switzerland", 47.3769, 8.5417),
    place("東京", "Japan", 35.6762, 139.6503),
];

const fn place(name: &'static str, country: &'static str, latitude: f64, longitude: f64) -> Place {
    Place {
        name,
        country,
        latitude,
        longitude,
    }
}

/// The place of that name. Capital and small letters are the same.
pub fn find(name: &str) -> Option<&'static Place> {
    let wanted = name.to_lowercase();
    PLACES
        .iter()
        .find(|place| place.name.to_lowercase() == wanted)
}

/// The names of all places.
pub fn names() -> Vec<&'static str> {
    PLACES.iter().map(|place| place.name).collect()
}

impl Place {
    /// The place as a JSON object.
    pub fn to_json(self) -> Value {
        json!({
            "name": self.name,
            "country": self.country,
            "latitude": self.latitude,
            "longitude": self.longitude,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_in_order_and_on_earth() {
        assert!(names().is_sorted());
        for place in PLACES {
            assert!((-90.0..=90.0).contains(&place.latitude), "{place:?}");
            assert!((-180.0..=180.0).contains(&place.longitude), "{place:?}");
            assert_eq!(find(&place.name.to_uppercase()), Some(&place));
        }
        assert_eq!(find("Atlantis"), None);
        assert_eq!(find(""), None);
    }
}
