//! What a client may ask of the server.

// ANCHOR: limits
/// What a client may ask of the server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The octets of one key or value.
    pub value: usize,
    /// The words of one command.
    pub words: usize,
    /// The octets of one command that has not come to its end.
    pub request: usize,
    /// The octets of answers that a client has not read.
    pub answers: usize,
    /// The octets that all connections may hold together.
    pub buffers: usize,
    /// The connections at a time.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            value: 1 << 20,
            words: 1 << 10,
            request: 4 << 20,
            answers: 32 << 20,
            buffers: 128 << 20,
            connections: 1000,
        }
    }
}
// ANCHOR_END: limits
