//! Caches and message queues: what the programs of chapter 8 share.
