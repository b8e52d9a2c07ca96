//! The web: what the programs of chapter 11 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`form_decode`] | `application/x-www-form-urlencoded` | How does a form travel? | 11.1 | `urls-query` |
//! | [`escape_html`] | text safe in each place of a page | How does text get into a page? | 11.2 | `attacks-script` |
//! | [`signed_cookie`] | a cookie nobody can forge | Who is asking? | 11.3 | `attacks-forged-cookie` |
//! | [`csrf_token`] | a form that only our own pages can send | Whose request is it? | 11.4 | `bank-token`, `attacks-forged-form` |
//! | [`frontier`] | what a crawler visits next | What is a polite crawler? | 11.5 | `crawler` |
//! | [`robots`] | `robots.txt` | What is a polite crawler? | | `crawler-robots` |
//! | [`bank`] | a payments page, mended and not | the four in the middle | | `bank` |
//! | [`crawl`], [`html`] | pages, their tags and links, and a picture of them | What is a polite crawler? | | `crawler` |
//! | [`chat`] | a room over WebSocket | Can the server speak first? | | `chat` |
//! | [`server`] | axum's router under hyper, with limits | How does a form travel? | | |
//! | [`client`] | a client with limits, for this machine alone | What is a polite crawler? | | `attacks-elsewhere` |
//! | [`mac`] | the key that signs cookies and tokens | | | |

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
