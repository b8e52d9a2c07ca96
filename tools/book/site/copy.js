'use strict';
// Copies what a person would paste, with one press: a command without its prompt, a
// listing, or the whole file that it is from. A listing that is wider than its place can be
// scrolled by keyboard.

(function copying() {
    const said = document.createElement('div');
    said.className = 'said';
    said.setAttribute('role', 'status');
    document.body.append(said);

    function button(label, hint, text) {
        const element = document.createElement('button');
        element.type = 'button';
        element.className = 'copy';
        element.textContent = label;
        element.setAttribute('aria-label', hint);
        element.addEventListener('click', async () => {
            let outcome = 'Copied';
            try {
                await navigator.clipboard.writeText(await text());
            } catch {
                outcome = 'Not copied';
            }
            element.textContent = outcome;
            said.textContent = outcome;
            setTimeout(() => {
                element.textContent = label;
                said.textContent = '';
            }, 1500);
        });
        return element;
    }

    async function whole(address) {
        const answer = await fetch(address);
        if (!answer.ok) {
            throw new Error(answer.statusText);
        }
        // The marks of what pages show are no part of the program.
        const lines = (await answer.text()).split('\n');
        return lines.filter(line => !/ANCHOR(?:_END)?:/.test(line)).join('\n');
    }

    function reach(listing) {
        if (listing.scrollWidth > listing.clientWidth) {
            listing.tabIndex = 0;
        } else {
            listing.removeAttribute('tabindex');
        }
    }

    const sizes = new ResizeObserver(changes => changes.forEach(change => reach(change.target)));

    for (const place of document.querySelectorAll('[data-copy]')) {
        const command = place.querySelector('code');
        place.append(button('Copy', `Copy ${command.textContent}`, () => command.textContent));
    }
    // An example in plain words is for looking at: a button would lie on its first line.
    for (const listing of document.querySelectorAll('pre:not(.diff) > code:not(.language-text)')) {
        const pre = listing.parentElement;
        const buttons = document.createElement('div');
        buttons.className = 'copies';
        buttons.append(button('Copy', 'Copy this piece', () => listing.textContent));
        if (pre.dataset.whole) {
            buttons.append(button('Copy file', 'Copy the whole file', () => whole(pre.dataset.whole)));
        }
        (pre.closest('.listing')?.querySelector('figcaption') ?? pre).append(buttons);
    }
    for (const listing of document.querySelectorAll('pre > code')) {
        reach(listing);
        sizes.observe(listing);
    }
})();
