"use strict";
// One WebSocket a page. What others say is put into the page as text, never as HTML.
const log = document.getElementById("log");
const say = document.getElementById("say");
const name = new URL(location.href).searchParams.get("name");

function show(from, text) {
  const line = document.createElement("li");
  line.textContent = from ? `${from}: ${text}` : text;
  line.className = from ? "said" : "told";
  log.append(line);
  line.scrollIntoView();
}

const scheme = location.protocol === "https:" ? "wss" : "ws";
const room = new WebSocket(`${scheme}://${location.host}/room?name=${encodeURIComponent(name)}`);
room.addEventListener("open", () => { say.elements.text.disabled = false; });
room.addEventListener("message", (event) => {
  const line = JSON.parse(event.data);
  show(line.from, line.text);
});
room.addEventListener("close", (event) => {
  say.elements.text.disabled = true;
  show("", `Closed: ${event.code} ${event.reason}`);
});
say.addEventListener("submit", (event) => {
  event.preventDefault();
  if (say.elements.text.value) room.send(say.elements.text.value);
  say.reset();
});
