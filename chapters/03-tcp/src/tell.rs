//! What a call on a connection gave, in a few words.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Reads once, and says what came.
pub fn read(mut stream: &TcpStream) -> String {
    match stream.read(&mut [0; 64]) {
        Ok(0) => "0 octets: the end".to_owned(),
        result => octets(result),
    }
}

/// Writes `octets` once, and says what was taken.
pub fn write(mut stream: &TcpStream, message: &[u8]) -> String {
    octets(stream.write(message))
}

fn octets(result: io::Result<usize>) -> String {
    match result {
        Ok(octets) => format!("{octets} octets"),
        Err(error) => program::io_cause(&error),
    }
}
