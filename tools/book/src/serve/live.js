'use strict';
// What a page can do where the book runs: load again when the book is new, play its scenes,
// check its exercises. The published pages know nothing of it.

(function live() {
    const ours = document.currentScript.dataset;
    const address = new URL(ours.live, location.origin);
    address.protocol = 'ws:';
    /** By the name of a scene or exercise: who hears of it. */
    const panels = new Map();
    let socket = null;
    let patience = 250;

    function element(name, properties, ...children) {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children.filter(child => child !== null));
        return made;
    }

    function button(label, hint, act) {
        const made = element('button', { type: 'button', title: hint }, label);
        made.setAttribute('aria-label', `${label}: ${hint}`);
        made.addEventListener('click', act);
        return made;
    }

    const ask = (verb, name) => socket?.send(JSON.stringify({ [verb]: name }));

    // What is wrong with all of it: the server has ended, the book is broken.
    const note = element('pre', { className: 'live-note' });
    note.setAttribute('role', 'alert');
    function say(text) {
        note.textContent = text;
        if (text) {
            document.body.append(note);
        } else {
            note.remove();
        }
    }

    function connect() {
        const fresh = new WebSocket(address);
        fresh.addEventListener('open', () => {
            socket = fresh;
            patience = 250;
            say('');
            document.documentElement.classList.add('live');
            panels.forEach(panel => panel.connected());
        });
        fresh.addEventListener('message', ({ data }) => {
            const event = JSON.parse(data);
            panels.get(event.of)?.hear(event);
        });
        fresh.addEventListener('close', () => {
            if (socket) {
                socket = null;
                document.documentElement.classList.remove('live');
                panels.forEach(panel => panel.lost());
                say('The server of this book has ended. `just book` starts it again, and this page goes on.');
            }
            setTimeout(connect, patience);
            patience = Math.min(patience * 2, 4000);
        });
    }

    panels.set('book', {
        connected() {},
        lost() {},
        hear(event) {
            if (event.event === 'new') {
                location.reload();
            } else {
                say(event.event === 'broken'
                    ? `The book on disk is broken; this is what can be shown of it.\n${event.what}` : '');
            }
        },
    });

    // What cargo is at, for one who waits.
    function progress(event) {
        switch (event.event) {
        case 'building': return `Compiling, ${event.done} of ${event.all}`;
        case 'queued': return 'Waiting for its turn';
        case 'waiting': return 'Waiting: cargo builds something else';
        case 'checking': return 'Running the checks';
        default: return null;
        }
    }

    function diff(lines) {
        const SIGNS = { same: ['span', ' '], expected: ['del', '-'], actual: ['ins', '+'] };
        const shown = lines.map(({ is, text }) => element(SIGNS[is][0], {}, `${SIGNS[is][1]} ${text}\n`));
        return element('pre', { className: 'diff', tabIndex: 0 }, '- the book   + this run\n', ...shown);
    }

    // A scene: the terminals of the book make room for those of this machine.
    function scene(figure) {
        const name = figure.dataset.scene;
        const book = figure.querySelector('.stage');
        const like = new Map();
        for (const turn of book.querySelectorAll('.turn')) {
            const who = turn.querySelector('.name')?.textContent ?? '';
            const tone = [...turn.classList].find(name => name.startsWith('tone-'));
            like.set(who, { tone, column: turn.style.gridColumnStart });
        }
        const run = button('Run', 'play this scene on this machine', press);
        run.className = 'run';
        const back = button('Book', 'show the run that the book has', () => show(false));
        back.hidden = true;
        const state = element('span', { className: 'run-state' });
        const verdict = element('div', { className: 'verdict' });
        verdict.setAttribute('role', 'status');
        figure.querySelector('figcaption').append(element('span', { className: 'runs' }, state, back, run));
        figure.append(verdict);
        let stage = null;
        let running = false;
        let judged = false;
        let turn = null;
        let last = null;
        let rows = 1;
        let height = 0;

        function show(ours) {
            book.hidden = ours;
            figure.classList.toggle('ran', ours);
            stage?.toggleAttribute('hidden', !ours);
            back.hidden = !ours;
        }

        function clear() {
            stage?.remove();
            const windows = [...book.querySelectorAll('.window')].map(window => window.cloneNode(true));
            stage = element('div', { className: 'stage ours' }, ...windows);
            // What stands below does not move while it fills.
            stage.style.minHeight = `${height}px`;
            book.after(stage);
            turn = last = null;
            rows = 1;
            show(true);
        }

        function rest(text) {
            running = false;
            run.firstChild.textContent = 'Run';
            run.setAttribute('aria-label', 'Run: play this scene on this machine');
            state.textContent = text;
        }

        function press() {
            if (running) {
                ask('stop', name);
                return;
            }
            running = true;
            judged = false;
            height = (book.hidden ? stage : book).offsetHeight;
            run.firstChild.textContent = 'Stop';
            run.setAttribute('aria-label', 'Stop: end this run');
            verdict.replaceChildren();
            state.textContent = 'Starting';
            ask('run', name);
        }

        function begin(terminal, ...action) {
            const { tone, column } = like.get(terminal) ?? { tone: 'tone-0', column: '1' };
            turn = element('div', { className: `turn ${tone}${last === terminal ? ' same' : ''}` });
            last = terminal;
            rows += 1;
            if (column) {
                turn.style.gridArea = `${rows}/${column}`;
                for (const window of stage.querySelectorAll('.window')) {
                    window.style.gridRow = `1 / span ${rows}`;
                }
            }
            const who = element('span', { className: 'who' }, element('span', { className: 'name' }, terminal), action[0]);
            const wait = action.length === 1 ? ' wait' : '';
            turn.append(element('div', { className: `line${wait}` }, who, ...action.slice(1)));
            stage.append(turn);
        }

        function output(terminal, line) {
            if (last !== terminal) {
                begin(terminal, ' …');
            }
            if (!turn.querySelector('.output')) {
                turn.append(element('div', { className: 'output' }));
            }
            turn.querySelector('.output').append(line);
        }

        function differs({ step, what, diff: lines, elsewhere }) {
            return [
                element('p', { className: 'bad' }, '✗ not as the book says'),
                element('p', {}, element('code', {}, step), element('br'), what),
                lines.length ? diff(lines) : null,
                ...elsewhere.map(({ terminal, lines }) => element('div', {}, `Meanwhile in ${terminal}:`,
                    element('pre', { tabIndex: 0 }, lines.join('\n')))),
            ].filter(part => part !== null);
        }

        function hear(event) {
            const { terminal } = event;
            const typed = () => element('code', { className: 'typed', innerHTML: event.html });
            switch (event.event) {
            case 'begun': case 'again': clear(); break;
            case 'scene': state.textContent = 'Playing'; break;
            case 'started': begin(terminal, '$ ', element('code', { className: 'typed' }, event.command)); break;
            case 'typed': begin(terminal, '< ', event.text ? typed() : element('kbd', {}, 'Enter')); break;
            case 'interrupted': begin(terminal, ' ', element('kbd', {}, 'Ctrl-C')); break;
            case 'end_of_input': begin(terminal, ' ', element('kbd', {}, 'Ctrl-D')); break;
            case 'line': output(terminal, element('div', { className: 'line', innerHTML: event.html || '<br>' })); break;
            case 'exited':
                if (event.signal ?? event.code) {
                    const how = event.signal ? `signal ${event.signal}` : `exit ${event.code}`;
                    output(terminal, element('div', { className: 'line ended' }, how));
                }
                break;
            case 'verdict':
                judged = true;
                state.textContent = '';
                if (event.is === 'differs') {
                    verdict.replaceChildren(...differs(event));
                } else {
                    const skipped = event.is === 'skipped';
                    verdict.replaceChildren(element('p', { className: skipped ? 'note' : 'good' },
                        skipped ? `· ${event.why}` : '✓ as the book says'));
                    if (skipped) {
                        show(false);
                    }
                }
                break;
            case 'stopped': rest('Stopped'); break;
            case 'ended':
                rest('');
                if (!judged) {
                    verdict.replaceChildren(element('p', { className: 'bad' }, '✗ ', 'It was not played to its end.'),
                        element('pre', { tabIndex: 0 }, event.why ?? ''));
                }
                break;
            default: state.textContent = progress(event) ?? state.textContent;
            }
        }

        panels.set(name, { hear, connected() {}, lost() { if (running) { rest('Ended with the server'); } } });
    }

    // An exercise: its verdict, its hints, the reader's file.
    const STATES = { 'not started': 'not started', 'started': '', 'done': '✓ done', 'unknown': 'not checked since it changed' };
    const states = new Map();

    function exercise(place) {
        const name = place.dataset.exercise;
        const check = button('Check', `exercise ${name}, and again whenever you save`, () => {
            watching = true;
            ask('check', name);
        });
        const stop = button('Stop', `checking exercise ${name}`, () => ask('stop', name));
        const hint = button('Hint', `the next one for exercise ${name}`, () => {
            asked = true;
            ask('hint', name);
        });
        const editor = element('a', { className: 'editor button' }, 'Open in your editor');
        const state = element('span', { className: 'run-state' });
        const verdict = element('div', { className: 'verdict' });
        verdict.setAttribute('role', 'status');
        const checks = element('div', {});
        // Each lies in the one before it.
        const hints = [...(place.closest('.exercise') ?? document.createElement('div')).querySelectorAll('.hint')];
        const summary = element('summary', {}, 'Your file');
        const code = element('code', { className: 'language-rust' });
        const file = element('details', {}, summary, element('pre', { tabIndex: 0 }, code));
        place.classList.add('bench');
        place.append(element('div', { className: 'tools' }, check, stop, hint, editor, state),
            verdict, checks, file);
        stop.hidden = hint.hidden = true;
        let watching = false;
        let judged = false;
        let seen = Infinity;
        let asked = false;

        function failure(one, open) {
            const at = one.editor ? element('p', {}, element('a', { href: one.editor }, `${one.file}:${one.line}`)) : null;
            const printed = one.printed
                ? element('div', {}, 'Your code printed', element('pre', { tabIndex: 0 }, one.printed)) : null;
            return element('details', { open }, element('summary', {}, element('b', {}, '✗ '), one.name),
                element('pre', { tabIndex: 0 }, one.message), printed, at);
        }

        function looksLike(mistakes) {
            return mistakes.flatMap(({ title, explanation }, nth) => {
                const lead = nth ? 'and' : mistakes.length > 1 ? 'This looks like two mistakes at once:' : 'This looks like';
                return [element('div', { className: 'mistake' }, lead, element('em', { innerHTML: title })),
                    element('div', { innerHTML: explanation })];
            });
        }

        function checked({ check_results: results, passed, looks_like: mistakes }) {
            const done = passed === results.length;
            const text = done
                ? results.length === 1 ? '✓ The check passes.' : `✓ All ${passed} checks pass.`
                : `${passed} of ${results.length} checks pass.`;
            verdict.replaceChildren(element('p', { className: done ? 'good' : 'note' }, text), ...looksLike(mistakes));
            let first = true;
            checks.replaceChildren(...results.map(one => {
                if (one.state === 'failed') {
                    const open = first;
                    first = false;
                    return failure(one, open);
                }
                const sign = one.state === 'passed' ? '✓' : '·';
                const rest = one.state === 'passed' ? '' : ', not written yet';
                return element('p', { className: one.state === 'passed' ? 'passed' : 'unwritten' },
                    element('b', {}, `${sign} `), one.name + rest);
            }));
        }

        function rest(text) {
            stop.hidden = !watching;
            state.textContent = text;
        }

        function hear(event) {
            switch (event.event) {
            case 'begun':
                judged = false;
                stop.hidden = false;
                state.textContent = 'Checking';
                place.setAttribute('aria-busy', 'true');
                break;
            case 'checked': judged = true; checked(event); break;
            case 'broken':
                judged = true;
                verdict.replaceChildren(element('p', { className: 'bad' }, '✗ It does not compile.'));
                checks.replaceChildren(element('pre', { tabIndex: 0 }, event.errors));
                break;
            case 'file':
                summary.textContent = `Your file, ${event.path}`;
                editor.href = event.editor;
                code.innerHTML = event.html;
                break;
            case 'stopped': watching = false; rest(''); place.removeAttribute('aria-busy'); break;
            case 'ended':
                if (!judged) {
                    verdict.replaceChildren(element('p', { className: 'bad' }, '✗ It was not checked.'));
                    checks.replaceChildren(element('pre', { tabIndex: 0 }, event.why ?? ''));
                }
                rest('Checked again whenever you save');
                place.removeAttribute('aria-busy');
                break;
            default: state.textContent = progress(event) ?? state.textContent;
            }
        }

        // How far it is, as the console knows it.
        states.set(name, about => {
            const of = about.checks === null ? '' : `${about.passed} of ${about.checks} checks pass`;
            if (!watching) {
                state.textContent = STATES[about.state] || of;
            }
            hint.hidden = about.hints_seen >= about.hints;
            seen = about.hints_seen;
            const fresh = hints.slice(0, seen).filter(one => !one.open);
            fresh.forEach(one => { one.open = true; });
            if (asked) {
                asked = false;
                fresh.at(-1)?.querySelector('summary').focus();
            }
        });
        // One that was unfolded by hand has been seen, too.
        hints.forEach((one, at) => one.addEventListener('toggle', () => {
            if (one.open && at >= seen) {
                seen += 1;
                ask('hint', name);
            }
        }));
        panels.set(name, {
            hear,
            connected() {
                ask('show', name);
                if (watching) {
                    ask('check', name);
                }
            },
            lost() { state.textContent = ''; },
        });
    }

    // How far a chapter is stands in the table of contents.
    function mark(chapter, all) {
        const done = all.filter(about => about.state === 'done').length;
        const begun = all.some(about => about.state !== 'not started');
        for (const page of ['index.html', 'exercises.html']) {
            for (const link of document.querySelectorAll(`#mdbook-sidebar a[href$="${chapter}/${page}"]`)) {
                let sign = link.parentElement.querySelector(':scope > .done');
                if (!sign) {
                    sign = element('span', { className: 'done' });
                    link.after(sign);
                }
                sign.textContent = begun ? `${done}/${all.length}` : '';
                sign.title = begun ? `${done} of ${all.length} exercises done` : '';
            }
        }
    }

    panels.set('exercises', {
        connected() {},
        lost() {},
        hear({ all }) {
            const chapters = {};
            for (const about of all) {
                (chapters[about.file.split('/')[1]] ??= []).push(about);
            }
            Object.entries(chapters).forEach(([chapter, all]) => mark(chapter, all));
            all.forEach(about => states.get(about.id)?.(about));
        },
    });

    if ('runs' in ours) {
        document.querySelectorAll('.scene-play[data-scene]').forEach(scene);
        document.querySelectorAll('[data-exercise]').forEach(exercise);
    }
    connect();
})();
