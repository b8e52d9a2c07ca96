//! Asking our own servers.

use std::net::SocketAddr;

use url::Url;
use web::client::{Answer, Browser};

/// A browser at `address` that has this cookie.
pub fn visitor(address: SocketAddr, cookie: &str) -> Browser {
    let mut browser = Browser::new(&Url::parse(&format!("http://{address}/")).unwrap()).unwrap();
    browser.cookie = Some(cookie.to_owned());
    browser
}

/// What is answered to who has this cookie.
pub async fn get(address: SocketAddr, path: &str, cookie: &str) -> Answer {
    visitor(address, cookie).get(path).await.unwrap()
}

/// The same for a test that waits.
pub fn get_blocking(address: SocketAddr, path: &str, cookie: &str) -> Answer {
    program::tasks::block_on(async { Ok(get(address, path, cookie).await) }).unwrap()
}
