//! remote shells, Telnet and SSH
