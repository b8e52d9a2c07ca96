'use strict';
// A term's definition shows where the pointer or the focus rests, without a script. Escape
// puts it away until both have gone; a finger's first touch shows it, the second follows.

(function defining() {
    const terms = [...document.querySelectorAll('.term')];

    for (const term of terms) {
        const link = term.querySelector('a');
        let wasShown = true;
        const rests = () => term.matches(':hover') || term.contains(document.activeElement);
        const again = () => {
            if (!rests()) {
                term.classList.remove('put-away');
            }
        };
        term.addEventListener('pointerleave', again);
        term.addEventListener('focusout', () => setTimeout(again));
        link.addEventListener('pointerdown', event => {
            wasShown = event.pointerType !== 'touch' || document.activeElement === link;
        });
        link.addEventListener('click', event => {
            if (!wasShown) {
                event.preventDefault();
                link.focus();
            }
            wasShown = true;
        });
    }
    document.addEventListener('keydown', event => {
        if (event.key === 'Escape') {
            terms.filter(term => term.matches(':hover, :focus-within')).forEach(term => term.classList.add('put-away'));
        }
    });
})();
