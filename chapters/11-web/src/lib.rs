//! The web: what the programs of chapter 11 share.
//!
//! | module | what it is | exercise |
//! |---|---|---|
//! | [`form_decode`] | `application/x-www-form-urlencoded` | 11.1 |
//! | [`escape_html`] | text safe in each place of a page | 11.2 |
//! | [`signed_cookie`] | a cookie nobody can forge | 11.3 |
//! | [`csrf_token`] | a form that only our own pages can send | 11.4 |
//! | [`frontier`] | what a crawler visits next | 11.5 |
//! | [`mac`] | the key that signs cookies and tokens | |
//! | [`robots`] | `robots.txt` | |

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as web;

#[path = "../exercises/csrf_token/solution.rs"]
pub mod csrf_token;
#[path = "../exercises/escape_html/solution.rs"]
pub mod escape_html;
#[path = "../exercises/form_decode/solution.rs"]
pub mod form_decode;
#[path = "../exercises/frontier/solution.rs"]
pub mod frontier;
#[path = "../exercises/signed_cookie/solution.rs"]
pub mod signed_cookie;

pub mod bank;
pub mod chat;
pub mod client;
pub mod crawl;
pub mod html;
pub mod mac;
pub mod robots;
pub mod server;
