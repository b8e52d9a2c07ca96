//! the web
