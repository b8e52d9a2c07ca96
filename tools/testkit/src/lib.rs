//! Helpers for the workbook's tests and checks.
