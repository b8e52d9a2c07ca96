//! remote procedure calls
