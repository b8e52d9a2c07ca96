// What axe-core finds wrong with the page that is shown, as a list. Runs in the page.
// The first argument: whether all rules are asked, or those alone that depend on colours.
const COLOURS = { 'color-contrast': '[data-look]', 'link-in-text-block': 'a[href][data-look]' };
const whole = arguments[0];

// To measure the contrast of each word takes long, and most look like many others: it is
// measured once for each look, of all pages. Two elements look the same if their text has
// the same colour, size and weight, and what is around and beneath it is the same.
function marked() {
    const seen = new Set(JSON.parse(sessionStorage.getItem('looks')));
    const beneath = new Map([[null, '']]);
    const ground = element => {
        if (!beneath.has(element)) {
            const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
            beneath.set(element, `${ground(element.parentElement)}/${backgroundColor} ${backgroundImage} ${opacity} ${position}`);
        }
        return beneath.get(element);
    };
    const before = seen.size;
    document.querySelectorAll('[data-look]').forEach(element => delete element.dataset.look);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const element = text.parentElement;
        if (text.data.trim() && element.checkVisibility({ visibilityProperty: true })) {
            const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element);
            const around = getComputedStyle(element.parentElement).color;
            const look = `${ground(element)} ${color} ${fontSize} ${fontWeight} ${textDecorationLine} ${around}`;
            if (!seen.has(look)) {
                seen.add(look);
                element.dataset.look = '';
            }
        }
    }
    sessionStorage.setItem('looks', JSON.stringify([...seen]));
    return seen.size > before;
}

axe.configure({ rules: Object.entries(COLOURS).map(([id, selector]) => ({ id, selector })) });
const options = { resultTypes: ['violations'], selectors: false, preload: false };
if (!whole) {
    options.runOnly = { type: 'rule', values: Object.keys(COLOURS) };
}
return (async () => {
    if (!marked() && !whole) {
        return [];
    }
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(node =>
        `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message || ''}`));
})();
