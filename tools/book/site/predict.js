'use strict';
// Holds back the scene that answers a Predict until the reader has written an answer, or
// asks to see it. What they wrote stays beside it, in this browser alone.

(function predicting() {
    const OFF = 'wire-predict';
    const page = document.documentElement;

    function stored(name) {
        try {
            return localStorage.getItem(name);
        } catch {
            return null;
        }
    }

    function store(name, value) {
        try {
            localStorage.setItem(name, value);
        } catch { /* Then it is forgotten with the page. */ }
    }

    function element(name, properties, ...children) {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children);
        return made;
    }

    function hold(scene, at) {
        const key = `${OFF}:${location.pathname}:${at}`;

        function open(answer) {
            scene.classList.add('open');
            scene.querySelector('.hold')?.remove();
            if (answer) {
                scene.querySelector('figcaption').after(
                    element('p', { className: 'yours' }, element('b', {}, 'You wrote: '), answer));
            }
        }

        const before = stored(key);
        if (before !== null) {
            open(before);
            return;
        }
        const field = element('textarea', { rows: 2, placeholder: 'What do you think?' });
        field.setAttribute('aria-label', 'Your prediction');
        const show = element('button', { type: 'button' }, 'Show what happens');
        show.addEventListener('click', () => {
            const answer = field.value.trim();
            if (answer) {
                store(key, answer);
            }
            open(answer);
            scene.querySelector('.steps button')?.focus();
        });
        const never = element('button', { type: 'button' }, 'Never hold back');
        never.addEventListener('click', () => {
            store(OFF, 'off');
            page.classList.remove('holds-back');
        });
        scene.querySelector('.stage').append(element('div', { className: 'hold' }, field, element('div', {}, show, ' ', never)));
    }

    document.querySelectorAll('.answer').forEach(hold);

    // The way back from `Never`.
    for (const callout of document.querySelectorAll('.callout-predict')) {
        const again = element('button', { type: 'button', className: 'again' }, 'Hold answers back');
        again.addEventListener('click', () => {
            store(OFF, 'on');
            page.classList.add('holds-back');
        });
        callout.append(again);
    }
})();
