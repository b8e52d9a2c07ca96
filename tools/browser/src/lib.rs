//! A browser for tests.
