//! Who is at the other end, and who else can read it? What the programs of chapter 6
//! share.
