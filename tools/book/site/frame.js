'use strict';
// What is around a page: the way past it, the table of contents, the colours, and the keys that turn it.

(function contents() {
    const page = document.documentElement;
    const sidebar = document.getElementById('mdbook-sidebar');
    const button = document.getElementById('mdbook-sidebar-toggle');
    const text = document.getElementById('mdbook-content');
    const overlays = () => innerWidth < 1080;

    function show(visible) {
        page.classList.toggle('sidebar-visible', visible);
        button.setAttribute('aria-expanded', visible);
        // What can't be seen can't be reached either.
        sidebar.inert = !visible;
    }

    // A chapter unfolds by keyboard, too.
    for (const toggle of sidebar.querySelectorAll('.chapter-fold-toggle')) {
        toggle.setAttribute('role', 'button');
        toggle.setAttribute('aria-label', 'Unfold');
        toggle.tabIndex = 0;
        toggle.addEventListener('keydown', event => {
            if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                toggle.click();
            }
        });
    }
    sidebar.querySelector('.active')?.setAttribute('aria-current', 'page');

    show(page.classList.contains('sidebar-visible'));
    button.addEventListener('click', () => {
        const visible = !page.classList.contains('sidebar-visible');
        show(visible);
        if (visible && overlays()) {
            sidebar.querySelector('a')?.focus();
        }
        try {
            localStorage.setItem('mdbook-sidebar', visible ? 'visible' : 'hidden');
        } catch { /* It is shown as asked, and forgotten. */ }
    });
    sidebar.addEventListener('keydown', event => {
        if (event.key === 'Escape' && overlays()) {
            show(false);
            button.focus();
        }
    });

    // By hand, since a page that isn't found has a base, and `#...` would lead there.
    document.querySelector('.skip').addEventListener('click', event => {
        event.preventDefault();
        text.focus();
    });
})();

(function colours() {
    const page = document.documentElement;
    const choice = document.getElementById('theme');
    const system = matchMedia('(prefers-color-scheme: dark)');
    const print = matchMedia('print');
    let printing = false;

    function apply() {
        const chosen = choice.value || (system.matches ? 'navy' : 'light');
        // Ink on paper, whatever the screen has.
        const theme = printing || print.matches ? 'light' : chosen;
        page.classList.remove('light', 'navy');
        page.classList.add(theme);
    }

    try {
        const stored = localStorage.getItem('mdbook-theme');
        choice.value = ['light', 'navy'].includes(stored) ? stored : '';
    } catch { /* As the system says. */ }
    system.addEventListener('change', apply);
    print.addEventListener('change', apply);
    addEventListener('beforeprint', () => { printing = true; apply(); });
    addEventListener('afterprint', () => { printing = false; apply(); });
    choice.addEventListener('change', () => {
        apply();
        try {
            if (choice.value) {
                localStorage.setItem('mdbook-theme', choice.value);
            } else {
                localStorage.removeItem('mdbook-theme');
            }
        } catch { /* Until the next page, then. */ }
    });
})();

(function keys() {
    const TURNS = { ArrowLeft: 'prev', ArrowRight: 'next' };
    document.addEventListener('keydown', event => {
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) {
            return;
        }
        // With the focus on anything, the arrows are for that.
        if (![document.body, document.documentElement].includes(document.activeElement)) {
            return;
        }
        const link = TURNS[event.key] && document.querySelector(`.pager a[rel=${TURNS[event.key]}]`);
        if (link) {
            event.preventDefault();
            link.click();
        }
    });
})();
