//! Reading a form
//!
//! Difficulty: core
//! Page: 11-web/forms.md
//! Check: just check 11.1
//!
//! A browser sends what somebody typed into a form as pairs of name and value, in the
//! syntax `application/x-www-form-urlencoded`. A query behind `?` is the same. Write the
//! decoder, as the WHATWG URL Standard describes it. It takes whatever comes, since an old
//! link or a stranger's program may have written it.
//!
//! - Pairs are separated by `&`, and nothing else. Where nothing stands between two of
//!   them, there is no pair.
//! - The first `=` of a pair ends its name. A pair without one has an empty value. A name
//!   may be empty too.
//! - Then each name and each value is decoded, once. `+` is a space. `%` and two hexadecimal
//!   digits, in capitals or not, are an octet. Any other `%` stands for itself, and so does
//!   every other octet.
//! - The octets are UTF-8. What is not becomes U+FFFD, as `String::from_utf8_lossy` does it.
//! - Pairs keep their order, and a name may come more than once. `pairs` gives all pairs,
//!   `all` all values of a name, `get` the first of them.
//! - A body of more than `limits.octets` is `Error::TooLong`, whatever else is wrong with
//!   it. More than `limits.pairs` pairs are `Error::TooManyPairs`. Both say the limit.
//!   Nothing else is an error.
//!
//! ```text
//! to=alice&memo=caf%C3%A9+%2B+cake&memo=100%
//!
//! to     alice
//! memo   café + cake
//! memo   100%
//! ```

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

/// The pairs of name and value in a form, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    // Add what you need to remember.
}

impl Form {
    /// Reads a form.
    pub fn decode(body: &[u8], limits: Limits) -> Result<Form, Error> {
        todo!()
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        todo!()
    }

    /// All values of this name, in their order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        todo!()
    }

    /// All pairs, in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        todo!()
    }
}
