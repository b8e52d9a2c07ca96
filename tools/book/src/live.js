(() => {
    // The server says when the book is new, and what is wrong with it if it is not.
    const events = new EventSource("/.events?VERSION");
    let note = null;
    events.addEventListener("new", () => {
        events.close();
        location.reload();
    });
    events.addEventListener("broken", (event) => {
        if (!note) {
            note = document.createElement("pre");
            note.setAttribute("role", "alert");
            note.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:1000;margin:0;" +
                "padding:1em;max-height:40vh;overflow:auto;white-space:pre-wrap;" +
                "background:#5c1a1a;color:#fff;font-size:1.4rem";
            document.body.append(note);
        }
        note.textContent = "The book on disk is broken; this is what can be shown of it.\n" +
            event.data;
    });
})();
