// What is wrong with the figures of the page on a phone. Runs in the page.
const asked = new XMLHttpRequest();
asked.open('GET', 'print.html', false);
asked.send();
const book = new DOMParser().parseFromString(asked.responseText, 'text/html');
// Among themselves: to lay out the whole book takes longer than all the rest.
document.querySelector('main').replaceChildren(...book.querySelectorAll('.figure'));
const wrong = [];
const edges = box => [box.x, box.y, box.x + box.width, box.y + box.height];
const drawings = document.querySelectorAll('.figure svg');
for (const drawing of drawings) {
    const name = drawing.querySelector('title').textContent;
    const say = what => wrong.push(`"${name}": ${what}`);
    const { x, y, width, height } = drawing.viewBox.baseVal;
    const all = [x, y, x + width, y + height];
    const scale = drawing.getBoundingClientRect().width / width;
    const inside = ([l, t, r, b], [left, top, right, bottom]) =>
        l > left - 1 && t > top - 1 && r < right + 1 && b < bottom + 1;
    const boxes = [...drawing.querySelectorAll('rect')].map(rect => edges(rect.getBBox()));
    const seen = [];
    for (const text of drawing.querySelectorAll('text')) {
        const said = text.textContent;
        const size = parseFloat(getComputedStyle(text).fontSize);
        if (size * scale < 11) {
            say(`${said} has ${(size * scale).toFixed(1)} pixels`);
        }
        const box = text.getBBox();
        const place = edges(box);
        // Above its letters and below them there is air.
        place[1] += size * 0.25;
        place[3] -= size * 0.2;
        if (!inside(place, all)) {
            say(`${said} is cut`);
        }
        const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
        for (const rect of boxes) {
            const [left, top, right, bottom] = rect;
            if (cx > left && cx < right && cy > top && cy < bottom && !inside(place, rect)) {
                say(`${said} leaves its box`);
            }
        }
        for (const [other, [left, top, right, bottom]] of seen) {
            if (place[0] < right && left < place[2] && place[1] < bottom && top < place[3]) {
                say(`${said} lies on ${other}`);
            }
        }
        seen.push([said, place]);
    }
    if (!drawing.querySelector('desc').textContent) {
        say('no description');
    }
}
for (const figure of document.querySelectorAll('.figure')) {
    if (!figure.querySelector('figcaption').checkVisibility()) {
        wrong.push('a figure without a caption');
    }
}
return { count: drawings.length, wrong };
