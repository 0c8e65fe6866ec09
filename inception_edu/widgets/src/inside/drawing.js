// A picture that the reader draws, with a pointer or with keys.
import { h } from "../shared/dom.js";
import { pen } from "./reading.js";

const SIDE = 192;
const COLOURS = {
  black: "#161616",
  white: "#ffffff",
  red: "#c8342b",
  green: "#3f8f3f",
  blue: "#4d8fd6",
  brown: "#8a5a33",
};

/**
 * @param {HTMLElement} place
 * @param {(canvas: HTMLCanvasElement | null) => void} done
 */
export function openPad(place, done) {
  const pad = h("canvas", {
    class: "in-pad",
    width: SIDE,
    height: SIDE,
    tabindex: 0,
    role: "application",
    "aria-label": "A sheet to draw on: arrow keys move the brush, the space bar paints.",
  });
  const context = pen(pad);
  context.fillStyle = "#bcd7ee";
  context.fillRect(0, 0, SIDE, SIDE);
  let colour = COLOURS.black;
  /** @type {[number, number] | null} */
  let last = null;
  let [x, y] = [SIDE / 2, SIDE / 2];
  /** @param {number} toX @param {number} toY */
  const stroke = (toX, toY) => {
    context.strokeStyle = colour;
    context.lineWidth = Number(brush.value);
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...(last ?? [toX, toY]));
    context.lineTo(toX, toY + 0.01);
    context.stroke();
    last = [toX, toY];
  };
  /** @param {PointerEvent} event */
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    stroke(((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height);
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    last = null;
    at(event);
  });
  pad.addEventListener("pointermove", (event) => event.buttons && at(event));
  let down = false;
  pad.addEventListener("keyup", (event) => {
    if (event.key === " ") down = false;
  });
  pad.addEventListener("keydown", (event) => {
    const [right, below] =
      { ArrowRight: [8, 0], ArrowLeft: [-8, 0], ArrowDown: [0, 8], ArrowUp: [0, -8], " ": [0, 0] }[event.key] ?? [];
    if (right === undefined || below === undefined) return;
    event.preventDefault();
    if (event.key === " ") {
      down = true;
      last = null;
    }
    [x, y] = [Math.min(Math.max(x + right, 0), SIDE), Math.min(Math.max(y + below, 0), SIDE)];
    if (down) stroke(x, y);
  });
  const brush = h("input", { type: "range", min: 2, max: 60, value: 16, "aria-label": "Width of the brush" });
  const colours = Object.entries(COLOURS).map(([name, value]) => {
    const button = h("button", {
      type: "button",
      class: "in-colour",
      style: `background: ${value}`,
      "aria-label": name,
      "aria-pressed": String(value === colour),
      onclick: () => {
        colour = value;
        for (const each of colours) each.setAttribute("aria-pressed", String(each === button));
      },
    });
    return button;
  });
  const use = h(
    "button",
    { type: "button", class: "iw-primary", "data-action": "use", onclick: () => done(pad) },
    "Show it to the network",
  );
  const back = h("button", { type: "button", "data-action": "close", onclick: () => done(null) }, "Cancel");
  place.append(pad, h("div", { class: "in-buttons" }, h("span", { class: "in-colours" }, colours), brush, use, back));
  pad.focus();
}
