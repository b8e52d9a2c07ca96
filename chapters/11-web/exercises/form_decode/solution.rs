//! Forms: `application/x-www-form-urlencoded`, read as the WHATWG URL Standard says
//! (section 5.1).

/// What a form may cost whoever reads it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The octets of the whole body.
    pub octets: usize,
    /// The pairs of name and value.
    pub pairs: usize,
}

/// Why a form was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More octets than allowed; the number is the limit.
    #[error("a form of more than {0} octets")]
    TooLong(usize),
    /// More pairs than allowed; the number is the limit.
    #[error("a form of more than {0} pairs")]
    TooManyPairs(usize),
}

// ANCHOR: form
/// The pairs of name and value in a form, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    ///
    /// When it is more than `limits` allow. Nothing else is an error.
    pub fn decode(body: &[u8], limits: Limits) -> Result<Form, Error> {
        if body.len() > limits.octets {
            return Err(Error::TooLong(limits.octets));
        }
        let mut pairs = Vec::new();
        for pair in body.split(|&octet| octet == b'&') {
            if pair.is_empty() {
                continue;
            }
            if pairs.len() == limits.pairs {
                return Err(Error::TooManyPairs(limits.pairs));
            }
            let mut halves = pair.splitn(2, |&octet| octet == b'=');
            let name = decode(halves.next().unwrap_or_default());
            let value = decode(halves.next().unwrap_or_default());
            pairs.push((name, value));
        }
        Ok(Form { pairs })
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    /// All values of this name, in their order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.pairs.iter().filter(|pair| pair.0 == name);
        named.map(|pair| pair.1.as_str()).collect()
    }

    /// All pairs, in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }
}

/// The text of a name or value: a plus is a space, a percent sign and two digits are an
/// octet, and the octets are UTF-8.
fn decode(half: &[u8]) -> String {
    let mut octets = Vec::with_capacity(half.len());
    let mut rest = half;
    while let [first, after @ ..] = rest {
        rest = after;
        octets.push(match (first, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    rest = behind;
                    16 * high + low
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    String::from_utf8_lossy(&octets).into_owned()
}

fn digit(octet: u8) -> Option<u8> {
    let value = char::from(octet).to_digit(16)?;
    u8::try_from(value).ok()
}
// ANCHOR_END: form
