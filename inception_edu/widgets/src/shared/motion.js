// Numbers of a picture that go to their new values in a short time, unless the reader prefers reduced motion.

const SHORT = 220; // milliseconds

/**
 * @typedef {Record<string, number>} Numbers
 *
 * @param {() => void} draw draws the picture with what `now` says
 * @returns {{now: () => Numbers, to: (target: Numbers, atOnce?: boolean) => void, end: () => void}}
 */
export function motion(draw) {
  /** @type {Numbers} */
  let shown = {};
  let frame = 0;
  const end = () => cancelAnimationFrame(frame);
  return {
    now: () => shown,
    end,
    to(target, atOnce = false) {
      end();
      const from = shown;
      const moves = Object.keys(target).some((name) => name in from && from[name] !== target[name]);
      if (atOnce || !moves || matchMedia("(prefers-reduced-motion: reduce)").matches) {
        shown = target;
        return;
      }
      const start = performance.now();
      /** @param {number} time */
      const step = (time) => {
        const part = Math.min(Math.max((time - start) / SHORT, 0), 1);
        const eased = part * (2 - part);
        shown = Object.fromEntries(
          Object.entries(target).map(([name, value]) => {
            const before = from[name] ?? value;
            return [name, part < 1 ? before + (value - before) * eased : value];
          }),
        );
        draw();
        if (part < 1) frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
    },
  };
}
