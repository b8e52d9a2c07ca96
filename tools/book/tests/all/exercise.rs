//! An exercise on its page.

use browser::fantoccini::Client;
use serde_json::json;

use super::site::{run, until};

/// What helps unfolds a piece at a time, and what is to be typed is copied with a press.
pub(crate) async fn unfolds_a_hint_at_a_time(client: &Client, address: &str) {
    let page = format!("{address}05-framing/exercises.html");
    client.goto(&page).await.unwrap();
    let first = "const exercise = document.querySelector('.exercise');";
    let shown = |css: &str| {
        format!(
            "{first} return [...exercise.querySelectorAll('{css}')]
                .filter(element => element.checkVisibility()).length"
        )
    };
    for open in 0..4 {
        assert_eq!(run(client, &shown(".hint > summary")).await, open + 1);
        assert_eq!(run(client, &shown(".hint > p")).await != json!(0), open > 0);
        let next = format!("{first} exercise.querySelectorAll('.hint > summary')[{open}].click()");
        run(client, &next).await;
    }
    assert_eq!(run(client, &shown(".hint > pre")).await, 1);
    // Neither the solution nor what shows a part of it.
    assert_eq!(run(client, &shown(".solution pre")).await, 0);
    assert_eq!(run(client, &shown(".mistakes details")).await, 0);
    run(
        client,
        &format!("{first} exercise.querySelector('.mistakes > summary').click()"),
    )
    .await;
    let all = format!("{first} return exercise.querySelectorAll('.mistakes details').length");
    let all = run(client, &all).await;
    assert!(all.as_u64().unwrap() > 20, "{all}");
    assert_eq!(run(client, &shown(".mistakes details")).await, all);
    assert_eq!(run(client, &shown(".diff")).await, 0);
    // A link to one opens what it is in.
    client.goto("about:blank").await.unwrap();
    client
        .goto(&format!("{page}#length_prefix-little_endian"))
        .await
        .unwrap();
    until(
        client,
        "return document.querySelector('#length_prefix-little_endian').checkVisibility()",
    )
    .await;
    for (at, text) in [
        "chapters/05-framing/exercises/delimiter.rs",
        "just check 5.1",
    ]
    .iter()
    .enumerate()
    {
        run(
            client,
            &format!("{first} exercise.querySelectorAll('.facts .copy')[{at}].click()"),
        )
        .await;
        until(client, &format!("return window.copied === '{text}'")).await;
    }
}
