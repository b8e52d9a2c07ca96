//! HTTP clients: what the programs of chapter 9 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`chunk_encoder`] | a body in chunks, for who sends one | Where does a body end? | | `bodies-chunked` |

pub mod chunk_encoder;
