//! Everything that is tested of chapter 14, in one program.

mod solutions;
