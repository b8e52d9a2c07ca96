// What is wrong with the page that is shown, as a list. Runs in the page.
const wrong = [...window.noted];
const elsewhere = performance.getEntriesByType('resource').map(entry => entry.name);
wrong.push(...elsewhere.filter(name => new URL(name).origin !== location.origin).map(name => `asks ${name}`));
if (document.cookie || document.querySelector('script[src^="http"], link[href^="http"]')) {
    wrong.push('has a cookie or an address outside');
}
if (document.documentElement.scrollWidth > innerWidth) {
    wrong.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${innerWidth}`);
}
const shown = element => element.checkVisibility();

// A scene is whole: nothing is cut, no line of its source is left, and what lies on top
// of each other is apart.
for (const scene of document.querySelectorAll('.scene-play')) {
    const title = scene.querySelector('.title').textContent;
    const stage = scene.querySelector('.stage');
    if (stage.scrollWidth > stage.clientWidth) {
        wrong.push(`"${title}" is cut`);
    }
    if (innerWidth < 700 && [...scene.querySelectorAll('.table > .line')].some(line => line.clientHeight > 30)) {
        wrong.push(`"${title}" breaks a table`);
    }
    if (/^#[:~]/m.test(scene.innerText)) {
        wrong.push(`"${title}" shows its source`);
    }
    const server = [...scene.querySelectorAll('.turn')].find(turn => /^server\b/.test(turn.querySelector('.name').textContent));
    if (server?.querySelector('.name').textContent === 'server' && !server.classList.contains('tone-1')) {
        wrong.push(`"${title}" has a server in another colour`);
    }
    const looks = new Map();
    for (const turn of scene.querySelectorAll('.turn')) {
        const name = turn.querySelector('.name').textContent;
        const look = getComputedStyle(turn.querySelector('.who')).color;
        looks.set(name, look);
    }
    if (new Set(looks.values()).size !== looks.size) {
        wrong.push(`"${title}" has two terminals that look the same`);
    }
    const tops = [...scene.querySelectorAll('.turn')].filter(shown).map(turn => turn.getBoundingClientRect().top);
    if (tops.some((top, at) => at > 0 && top < tops[at - 1])) {
        wrong.push(`"${title}" is not in the order of time`);
    }
}
if (document.querySelector('code.hljs, .language-console')) {
    wrong.push('something is coloured in the browser');
}
for (const listing of document.querySelectorAll('.listing')) {
    const lines = listing.querySelector('code').textContent.split('\n').filter(line => line.trim());
    if (!listing.querySelector('figcaption a')?.textContent || lines.every(line => line.startsWith(' '))) {
        wrong.push(`a listing is indented or has no name: ${lines[0]}`);
    }
}
for (const strong of document.querySelectorAll('blockquote:not(.callout) > p:first-child > strong:first-child')) {
    if (/^(Pitfall|Predict|From Python|On the wire)\b/.test(strong.textContent)) {
        wrong.push(`"${strong.textContent}" is no callout`);
    }
}
for (const table of document.querySelectorAll('.table-wrapper')) {
    if (table.scrollWidth > table.clientWidth + 1) {
        wrong.push(`a table scrolls: ${table.textContent.trim().slice(0, 40)}`);
    }
}

// A definition lies within the page, below its term, with no gap that a pointer falls into.
for (const term of document.querySelectorAll('.term')) {
    const definition = term.querySelector('.definition');
    if (shown(definition)) {
        wrong.push(`"${term.textContent}" shows its definition unasked`);
    }
    definition.style.display = 'block';
    const [there, here] = [definition.getBoundingClientRect(), [...term.querySelector('a').getClientRects()].at(-1)];
    const gap = there.top - here.bottom;
    if (there.left < 0 || there.right > innerWidth || shown(definition) && !(gap > -4 && gap < 9)) {
        wrong.push(`the definition of "${term.firstChild.textContent}" is cut or elsewhere: ${gap}`);
    }
    definition.style.display = '';
}

// The longest line of the text, in characters.
let longest = '';
for (const paragraph of [...document.querySelectorAll('main > p')].slice(0, 6)) {
    let line = '', top = null;
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!shown(node.parentElement)) {
            continue;
        }
        for (const word of node.data.matchAll(/\S+\s*/g)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + 1);
            const here = range.getBoundingClientRect().bottom;
            if (top !== null && here > top + 8) {
                line = '';
            }
            top = here;
            line += word[0];
            longest = line.trim().length > longest.length ? line.trim() : longest;
        }
    }
}
if (longest.length > 75) {
    wrong.push(`a line of ${longest.length} characters: ${longest}`);
}

if (!document.title.endsWith('On the Wire') || !document.querySelector('meta[name=description], base')) {
    wrong.push(`the title is ${document.title}, or there is no description`);
}
return wrong;
