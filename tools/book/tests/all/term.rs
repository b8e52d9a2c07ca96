//! A term of the glossary and its definition.

use browser::Locator;
use browser::devtools;
use browser::fantoccini::Client;
use browser::fantoccini::key::Key;
use serde_json::{Value, json};

use super::site::{run, until};

const SHOWN: &str = "return document.querySelector('.definition').checkVisibility()";

/// A definition shows where the focus or the pointer rests, stays while the pointer is on it,
/// and goes with Escape (WCAG 2.2, 1.4.13).
pub(crate) async fn shows_its_definition(client: &Client, address: &str) {
    client
        .goto(&format!("{address}05-framing/endings.html"))
        .await
        .unwrap();
    run(
        client,
        "document.querySelector('.term').scrollIntoView({ block: 'center' })",
    )
    .await;
    assert_eq!(run(client, SHOWN).await, false);
    // By keyboard: there, away, away and back.
    let link = client.find(Locator::Css(".term > a")).await.unwrap();
    run(client, "document.querySelector('.term > a').focus()").await;
    assert_eq!(run(client, SHOWN).await, true);
    let described = "const link = document.activeElement;
        return document.getElementById(link.getAttribute('aria-describedby')).textContent";
    let text = run(client, described).await;
    assert!(text.as_str().unwrap().len() > 20, "{text}");
    link.send_keys(&char::from(Key::Escape).to_string())
        .await
        .unwrap();
    assert_eq!(run(client, SHOWN).await, false);
    run(client, "document.activeElement.blur()").await;
    until(client, "return !document.querySelector('.put-away')").await;
    run(client, "document.querySelector('.term > a').focus()").await;
    assert_eq!(run(client, SHOWN).await, true);
    run(client, "document.activeElement.blur()").await;
    assert_eq!(run(client, SHOWN).await, false);
    // By pointer: onto it, down to the definition, away.
    let way = "const link = document.querySelector('.term > a').getBoundingClientRect();
        return [link.left + link.width / 2, link.top + link.height / 2, link.bottom]";
    let way = run(client, way).await;
    let (x, top, bottom) = (&way[0], way[1].as_f64().unwrap(), way[2].as_f64().unwrap());
    for y in [top, bottom + 1.0, bottom + 3.0, bottom + 8.0, bottom + 12.0] {
        pointer(client, x, y).await;
        until(client, SHOWN).await;
    }
    let on_it = "return document.querySelector('.definition').matches(':hover')";
    assert_eq!(run(client, on_it).await, true);
    pointer(client, &json!(2), 2.0).await;
    until(client, &SHOWN.replace("return ", "return !")).await;
}

async fn pointer(client: &Client, x: &Value, y: f64) {
    let moved = json!({ "type": "mouseMoved", "x": x, "y": y });
    devtools(client, "Input.dispatchMouseEvent", moved).await;
}

/// A finger's first touch shows the definition, and the second follows the link.
pub(crate) async fn shows_its_definition_to_a_finger(phone: &Client, address: &str) {
    phone
        .goto(&format!("{address}05-framing/endings.html"))
        .await
        .unwrap();
    run(
        phone,
        "document.querySelector('.term').scrollIntoView({ block: 'center' })",
    )
    .await;
    devtools(
        phone,
        "Emulation.setTouchEmulationEnabled",
        json!({ "enabled": true }),
    )
    .await;
    let place = "const link = document.querySelector('.term > a').getBoundingClientRect();
        return { x: link.left + link.width / 2, y: link.top + link.height / 2 }";
    let place = run(phone, place).await;
    touch(phone, &place).await;
    until(phone, SHOWN).await;
    assert!(
        run(phone, "return location.pathname")
            .await
            .as_str()
            .unwrap()
            .ends_with("endings.html")
    );
    touch(phone, &place).await;
    until(
        phone,
        "return location.pathname.endsWith('glossary.html') && location.hash.length > 1",
    )
    .await;
    devtools(
        phone,
        "Emulation.setTouchEmulationEnabled",
        json!({ "enabled": false }),
    )
    .await;
}

async fn touch(phone: &Client, place: &Value) {
    for (kind, points) in [("touchStart", json!([place])), ("touchEnd", json!([]))] {
        let touch = json!({ "type": kind, "touchPoints": points });
        devtools(phone, "Input.dispatchTouchEvent", touch).await;
    }
}
