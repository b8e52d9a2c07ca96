//! HTTP servers
