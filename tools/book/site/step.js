'use strict';
// Steps through a scene, forward and back: what is typed, then what comes back.

(function stepping() {
    function button(sign, label, act) {
        const element = document.createElement('button');
        element.type = 'button';
        element.textContent = sign;
        element.setAttribute('aria-label', label);
        element.title = label;
        element.addEventListener('click', act);
        return element;
    }

    for (const scene of document.querySelectorAll('.scene-play')) {
        // In the order of the page, which is that of time.
        const beats = [...scene.querySelectorAll('.turn > .line:not(.wait), .turn > .output')];
        const controls = scene.querySelector('.steps');
        const count = document.createElement('span');
        count.setAttribute('aria-live', 'polite');
        let shown = beats.length;

        function show(number) {
            shown = Math.max(1, Math.min(beats.length, number));
            beats.forEach((beat, at) => beat.classList.toggle('to-come', at >= shown));
            for (const turn of scene.querySelectorAll('.turn')) {
                turn.classList.toggle('quiet', !turn.querySelector('.line:not(.wait):not(.to-come), .output:not(.to-come)'));
            }
            count.textContent = `${shown} of ${beats.length}`;
        }

        // Whoever sees all of it begins at the beginning.
        const forward = () => show(shown === beats.length ? 1 : shown + 1);
        const back = () => show(shown - 1);

        controls.setAttribute('role', 'group');
        controls.setAttribute('aria-label', 'Step through the scene');
        controls.append(
            button('‹', 'Step back', back),
            button('›', 'Step forward', forward),
            count,
        );
        controls.addEventListener('keydown', event => {
            const act = { ArrowLeft: back, ArrowRight: forward, Home: () => show(1), End: () => show(beats.length) }[event.key];
            if (act && !event.altKey && !event.ctrlKey && !event.metaKey) {
                event.preventDefault();
                act();
            }
        });
    }
})();
