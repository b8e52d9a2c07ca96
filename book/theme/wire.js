'use strict';

// Makes scenes and callouts easier to read. Without it they are the plain text
// that they are written as.

(function scenes() {
    // NAME$ command, NAME> (more output), NAME< text, NAME^C, NAME^D; in a scene
    // with one terminal, the same without a name.
    const STEP = /^([a-z][a-z0-9-]*)?(?:(\$) (.*)|(<) (.*)|(>|\^C|\^D|<))$/;
    const ENDED = /^\[(?:exit|signal) \d+\]$/;
    const KEYS = { '^C': 'Ctrl-C', '^D': 'Ctrl-D' };

    function span(kind, text) {
        const element = document.createElement('span');
        element.className = kind;
        element.textContent = text;
        return element;
    }

    // The names of the octets 0 to 32, whose pictures begin at U+2400; many fonts
    // lack the pictures.
    const CONTROLS = ('NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 ' +
        'DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US SP DEL').split(' ');

    // Control characters are no letters of the text, and look it.
    function addOutput(row, text) {
        for (const part of text.split(/([\u2400-\u2421]|\\x[0-9a-fA-F]{2})/)) {
            const name = part.length === 1 ? CONTROLS[part.charCodeAt(0) - 0x2400] : undefined;
            if (name) {
                row.append(span('control', name));
            } else if (/^\\x[0-9a-fA-F]{2}$/.test(part)) {
                row.append(span('control', part.slice(1)));
            } else if (part) {
                row.append(part);
            }
        }
    }

    // The pattern says which numbers of the line are this machine's own.
    function addOwn(row, text, pattern) {
        // Behind a backslash, a star is one.
        const pieces = pattern.split(/(?<!\\)\*/).map(piece => piece.replaceAll('\\*', '*'));
        const escaped = pieces.map(piece => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
        const match = new RegExp('^' + escaped.join('([0-9][0-9.,]*)') + '$').exec(text);
        if (!match) {
            addOutput(row, text);
        } else {
            pieces.forEach((piece, n) => {
                addOutput(row, piece);
                if (n + 1 < pieces.length) {
                    row.append(span('own', match[n + 1]));
                }
            });
        }
        row.append(span('own-mark', 'differs on your machine'));
    }

    // A line that begins with `>` or `<` is output where the terminals have names, as is
    // that of a name that none of them has: curl -v prints many.
    function stepOf(line, terminals) {
        const step = STEP.exec(line);
        const known = step && terminals.includes(step[1] || '');
        return step && (step[2] || known || step[1] && step[6] in KEYS) ? step : null;
    }

    function show(code) {
        const lines = code.textContent.replace(/\n$/, '').split('\n');
        const pre = code.parentElement;
        const terminals = [];
        const rows = [];
        let title = null;
        let current = '';
        let own = null;
        for (const [number, line] of lines.entries()) {
            if (line.startsWith('# ') && number === 0) {
                title = line.slice(2);
                continue;
            }
            if (line.startsWith('#:')) {
                continue;
            }
            if (line.startsWith('#~')) {
                own = line.slice(2).replace(/^ /, '');
                continue;
            }
            const row = span('row', '');
            const step = stepOf(line, terminals);
            if (step) {
                // Another terminal, or another command, begins a little lower.
                const turn = rows.length > 0 && (step[2] || current !== (step[1] || ''));
                current = step[1] || '';
                if (!terminals.includes(current)) {
                    terminals.push(current);
                }
                if (turn) {
                    row.classList.add('turn');
                }
                const sign = step[2] || step[4] || step[6];
                if (sign in KEYS) {
                    row.append(span('who', current ? current + ' ' : ''), span('key', KEYS[sign]));
                } else if (sign === '>') {
                    row.append(span('who', current ? current : ''), span('quiet', ' …'));
                } else if (!step[3] && !step[5]) {
                    // An empty line was typed.
                    row.append(span('who', current + sign + ' '), span('key', 'Enter'));
                } else {
                    row.append(span('who', current + sign + ' '),
                        span('typed', step[3] || step[5]));
                }
            } else if (ENDED.test(line)) {
                row.classList.add('ended');
                row.textContent = line.slice(1, -1);
            } else {
                // A backslash in front of what would be read as something else is the
                // scene's; any other is the program's.
                const bare = line.replace(/^\\+/, '');
                const hidden = /^#[~:]/.test(bare) || stepOf(bare, terminals) || ENDED.test(bare);
                const text = hidden && bare !== line ? line.slice(1) : line;
                if (own === null) {
                    addOutput(row, text);
                } else {
                    addOwn(row, text, own);
                }
                own = null;
            }
            // One terminal needs no telling apart.
            row.dataset.terminal = current;
            // An empty row would have no height.
            if (row.textContent === '') {
                row.append('\u200b');
            }
            rows.push(row);
        }
        if (terminals.some(name => name !== '')) {
            for (const row of rows) {
                const place = terminals.indexOf(row.dataset.terminal);
                if (place >= 0) {
                    row.classList.add('t' + (place % 4 + 1));
                }
            }
        }
        for (const row of rows) {
            row.append('\n');
        }
        code.replaceChildren(...rows);
        pre.classList.add('scene');
        pre.tabIndex = 0;
        // Copying what two terminals say together is of no use to anyone.
        pre.querySelector('.buttons')?.remove();
        if (title !== null) {
            const caption = document.createElement('div');
            caption.className = 'scene-title';
            caption.textContent = title;
            pre.before(caption);
            pre.setAttribute('aria-label', title);
        }
    }

    document.querySelectorAll('pre > code.language-console').forEach(show);
})();

// The frame has no landmark around its top, and its first button is a label, for the
// pointer alone.
(function frame() {
    document.getElementById('mdbook-menu-bar')?.setAttribute('role', 'banner');
    const label = document.getElementById('mdbook-sidebar-toggle');
    const box = document.getElementById(label?.getAttribute('for'));
    if (box) {
        const { id, className, title } = label;
        const button = Object.assign(document.createElement('button'), { type: 'button', id, className, title });
        button.append(...label.childNodes);
        label.replaceWith(button);
        button.addEventListener('click', () => box.click());
    }
})();

(function callouts() {
    // A pitfall may have a name of its own: `Pitfall: reading once.`
    const NAME = /^(Predict|From Python|On the wire|Pitfall)[.:,]/;
    document.querySelectorAll('.content blockquote').forEach(quote => {
        const strong = quote.firstElementChild?.firstElementChild;
        if (strong?.tagName !== 'STRONG' || strong.previousSibling?.textContent.trim()) {
            return;
        }
        const name = NAME.exec(strong.textContent.trim());
        if (name) {
            const kind = name[1].toLowerCase().replaceAll(' ', '-');
            quote.classList.add('callout', 'callout-' + kind);
        }
    });
})();
