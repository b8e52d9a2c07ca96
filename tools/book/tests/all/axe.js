// What axe-core finds wrong with the page that is shown, as a list. Runs in the page.
// The first argument: whether all rules are asked, or those alone that depend on colours.
const COLOURS = ['color-contrast', 'link-in-text-block'];
const whole = arguments[0];

// To measure the contrast of each word is slow, and most look like many others: it is
// measured once for each look. Two elements look the same where their text is the same in
// colour, size and weight and so is all that lies beneath it.
function looks() {
    const beneath = new Map([[null, '']]);
    const ground = element => {
        if (!beneath.has(element)) {
            const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
            beneath.set(element, `${ground(element.parentElement)}/${backgroundColor} ${backgroundImage} ${opacity} ${position}`);
        }
        return beneath.get(element);
    };
    const found = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const element = text.parentElement;
        if (text.data.trim() && element.checkVisibility({ visibilityProperty: true })) {
            const { color, fontSize, fontWeight } = getComputedStyle(element);
            const look = `${ground(element)} ${color} ${fontSize} ${fontWeight}`;
            found.set(look, found.get(look) || element);
        }
    }
    return [...found.values()];
}

const options = { resultTypes: ['violations'], selectors: false, preload: false };
const without = { rules: Object.fromEntries(COLOURS.map(rule => [rule, { enabled: false }])) };
return (async () => {
    const results = [await axe.run(looks(), { ...options, runOnly: { type: 'rule', values: COLOURS } })];
    if (whole) {
        results.push(await axe.run(document, { ...options, ...without }));
    }
    const violations = results.flatMap(result => result.violations);
    return violations.flatMap(({ id, nodes }) => nodes.map(node =>
        `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message || ''}`));
})();
