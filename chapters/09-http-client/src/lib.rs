//! HTTP clients
