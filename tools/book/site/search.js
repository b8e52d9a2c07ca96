'use strict';
// Searches the book: what explains a word before what lists it. The index is loaded when
// the reader asks for the search, and never before. On the page that a result leads to,
// the words are marked.

(function searching() {
    const SHOWN = 20;
    const box = document.getElementById('mdbook-search-wrapper');
    const field = document.getElementById('mdbook-searchbar');
    const button = document.getElementById('mdbook-search-toggle');
    const results = document.getElementById('mdbook-searchresults');
    const outer = document.getElementById('mdbook-searchresults-outer');
    const header = document.getElementById('mdbook-searchresults-header');
    let index = null;

    // TIME-WAIT, TIME_WAIT and time wait are the same; of the marks, select! keeps its own.
    const SPLIT = /[^\p{L}\p{N}!]+/gu;
    const fold = text => ` ${text.toLowerCase().replace(SPLIT, ' ').trim()} `;
    const count = (text, words) => text.split(words).length - 1;

    // The more often, the more; but never without end.
    const often = times => times / (times + 2);

    // How well a section answers a phrase; nothing where a word of it is missing.
    function scoreOf(section, phrase) {
        const words = phrase.trim().split(' ').map(word => ` ${word}`);
        if (!words.every(word => section.all.includes(word))) {
            return 0;
        }
        const begins = phrase.trimEnd();
        const whole = place => (section[place].includes(phrase) ? 1 : section[place].includes(begins) ? 0.5 : 0);
        let score = 8 * whole('terms') + 6 * whole('title') + 8 * often(count(section.body, phrase)) + 4 * often(count(section.body, begins));
        for (const word of words) {
            score += (section.title.includes(word) ? 2 : 0) + often(count(section.body, word));
        }
        return score * section.weight;
    }

    function load(found) {
        index = found.sections.map(section => {
            const [title, terms, body] = [section.title, section.terms.join(' | '), section.text].map(fold);
            return { shown: section, title, terms, body, all: title + body, weight: section.weight };
        });
        index.synonyms = new Map(Object.entries(found.synonyms).map(([word, others]) => [fold(word), others.map(fold)]));
    }

    // The best section of each page, best first.
    function search(query) {
        const asked = fold(query);
        const phrases = [asked, ...index.synonyms.get(asked) || []];
        const pages = new Map();
        for (const section of index) {
            const score = Math.max(...phrases.map(phrase => scoreOf(section, phrase)));
            const page = section.shown.link.split('#')[0];
            if (score > (pages.get(page)?.score || 0)) {
                pages.set(page, { score, section: section.shown });
            }
        }
        const ranked = [...pages.values()].sort((a, b) => b.score - a.score);
        return { phrases, ranked };
    }

    function element(name, className, ...children) {
        const made = document.createElement(name);
        made.className = className;
        made.append(...children);
        return made;
    }

    // What finds one of the phrases, as `fold` makes them, in a text that isn't folded.
    function finder(phrases, flags) {
        const words = phrase => phrase.trim().split(' ').join('[^\\p{L}\\p{N}!]+');
        return new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrases.map(words).join('|')})`, flags);
    }

    // The words around the first place where one of the phrases stands.
    function teaser(text, match) {
        if (!match) {
            return [text.slice(0, 190).replace(/\S*$/, '…')];
        }
        const start = text.lastIndexOf(' ', Math.max(0, match.index - 70)) + 1;
        const end = match.index + match[0].length;
        return [text.slice(start, match.index), element('mark', '', match[0]), text.slice(end, end + 120).replace(/\S*$/, '…')];
    }

    function show() {
        const query = field.value.trim();
        outer.classList.toggle('hidden', query === '');
        if (!index || query === '') {
            return;
        }
        const { phrases, ranked } = search(query);
        const found = `${ranked.length} ${ranked.length === 1 ? 'page' : 'pages'}`;
        header.textContent = ranked.length > SHOWN ? `${found}, the best ${SHOWN} of them:`
            : ranked.length ? `${found}:` : `Nothing is found for “${query}”.`;
        results.replaceChildren(...ranked.slice(0, SHOWN).map(({ section }) => {
            const name = section.title === section.page.split(' » ').at(-1) ? section.page : `${section.page} » ${section.title}`;
            const link = element('a', '', name);
            const match = finder(phrases, 'iu').exec(section.text);
            const [page, id] = section.link.split('#');
            link.href = `${path_to_root}${page}?highlight=${encodeURIComponent(match?.[0] || query)}#${id || ''}`;
            return element('li', '', link, element('span', 'teaser', ...teaser(section.text, match)));
        }));
    }

    // The places in the text of this page where one of the phrases stands.
    function places(phrases) {
        const pattern = finder(phrases, 'giu');
        const found = [];
        const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
            for (const match of text.data.matchAll(pattern)) {
                const range = new Range();
                range.setStart(text, match.index);
                range.setEnd(text, match.index + match[0].length);
                found.push(range);
            }
        }
        return found;
    }

    const searched = fold(new URLSearchParams(location.search).get('highlight') || '');
    if (searched.trim() && CSS.highlights) {
        const whole = places([searched]);
        // They may not stand side by side.
        const marked = whole.length ? whole : places(searched.trim().split(' '));
        CSS.highlights.set('searched', new Highlight(...marked));
    }

    function open() {
        box.classList.remove('hidden');
        button.setAttribute('aria-expanded', 'true');
        field.focus();
        field.select();
        if (!index && !document.getElementById('search-index')) {
            const script = document.createElement('script');
            script.id = 'search-index';
            script.src = `${path_to_root}site/search-index.js`;
            script.addEventListener('load', () => {
                load(window.searchIndex);
                show();
            });
            document.head.append(script);
        }
    }

    function close() {
        box.classList.add('hidden');
        button.setAttribute('aria-expanded', 'false');
        button.focus();
    }

    button.addEventListener('click', () => (box.classList.contains('hidden') ? open() : close()));
    field.addEventListener('input', show);
    field.form.addEventListener('submit', event => {
        event.preventDefault();
        results.querySelector('a')?.click();
    });
    // Up and down through the results, from the field and back to it.
    box.addEventListener('keydown', event => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === 'Escape') {
            close();
        } else if (step) {
            event.preventDefault();
            const stops = [field, ...results.querySelectorAll('a')];
            stops[stops.indexOf(document.activeElement) + step]?.focus();
        }
    });
    document.addEventListener('keydown', event => {
        const typing = /^(?:input|select|textarea)$/i.test(event.target.nodeName);
        if ((event.key === '/' || event.key === 's') && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            open();
        }
    });
})();
