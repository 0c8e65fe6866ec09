// Where pictures come from: those supplied, the reader's files (chosen, dropped or pasted), the camera, a drawing.
import { channelsOf, view } from "../engine/prepare.js";
import { h } from "../shared/dom.js";
import { openCamera } from "./camera.js";
import { openPad } from "./drawing.js";
import { pen, readPicture, square, Unreadable } from "./reading.js";

/**
 * @typedef {object} Photo
 * @property {string} name
 * @property {string} title
 * @property {string | null} label the true class, where it is known
 * @property {HTMLCanvasElement} canvas square
 * @property {Uint8ClampedArray} pixels as the network sees it
 */

/** @param {HTMLCanvasElement} canvas @param {{size: number, native: number | null}} about */
function seen(canvas, { size, native }) {
  const { data } = pen(canvas).getImageData(0, 0, canvas.width, canvas.height);
  return view(channelsOf(data), [3, canvas.height, canvas.width], size, native);
}

/** A supplied picture, decoded. @returns {Promise<Photo>} */
export async function supplied({ name, title, label, href }, about) {
  const image = new Image();
  image.src = href;
  await image.decode();
  const canvas = square(image, image.naturalWidth, image.naturalHeight);
  return { name, title, label, canvas, pixels: seen(canvas, about) };
}

/**
 * The strip of pictures.
 *
 * @param {object} about
 * @param {any} about.data of the widget
 * @param {HTMLElement} about.root where files may be dropped
 * @param {(photo: Photo) => void} about.take a picture of the reader's
 * @param {(name: string) => void} about.pick one of those supplied
 * @param {(text: string) => void} about.tell
 */
export function photoStrip({ data, root, take, pick, tell }) {
  let count = 0;
  /** @type {Map<string, HTMLButtonElement>} */
  const tiles = new Map();
  const strip = h("div", { class: "in-strip", role: "group", "aria-label": "Pictures" });
  const panel = h("div", { class: "in-panel", hidden: true });
  const input = h("input", {
    type: "file",
    accept: "image/*",
    class: "in-file",
    tabindex: -1,
    "aria-label": "A picture of yours",
  });

  /** @param {string} name @param {string} title @param {Element} picture @param {() => void} act */
  const tile = (name, title, picture, act) => {
    const button = h(
      "button",
      {
        type: "button",
        class: "in-photo",
        "data-picture": name,
        "aria-pressed": "false",
        "aria-label": title,
        title,
        onclick: act,
      },
      picture,
    );
    tiles.set(name, button);
    return button;
  };
  for (const { name, title, href } of data.pictures) {
    strip.append(tile(name, title, h("img", { src: href, alt: "", width: 48, height: 48 }), () => pick(name)));
  }

  /** @param {HTMLCanvasElement} canvas @param {string} title @param {string} [note] */
  const add = (canvas, title, note = "") => {
    count += 1;
    const photo = { name: `own-${count}`, title, label: null, canvas, pixels: seen(canvas, data) };
    const small = h("canvas", { width: 48, height: 48 });
    pen(small).drawImage(canvas, 0, 0, 48, 48);
    strip.insertBefore(
      tile(photo.name, title, small, () => take(photo)),
      more[0],
    );
    tell(note);
    take(photo);
  };
  /** @param {File | null | undefined} file */
  const read = async (file) => {
    if (!file) return;
    tell("");
    try {
      const { canvas, note } = await readPicture(file);
      add(canvas, file.name.slice(0, 40), note);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      tell(error.message);
    }
  };

  input.addEventListener("change", () => {
    read(input.files?.[0]);
    input.value = "";
  });
  root.addEventListener("dragover", (event) => {
    event.preventDefault();
    root.classList.add("in-over");
  });
  root.addEventListener("dragleave", (event) => {
    if (!root.contains(/** @type {Node | null} */ (event.relatedTarget))) root.classList.remove("in-over");
  });
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("in-over");
    const files = event.dataTransfer?.files ?? [];
    if (files.length) read(files[0]);
    else tell("That was no file: save the picture first, then drop it here.");
  });
  root.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (file) read(file);
  });

  /** @param {string} name @param {string} sign @param {string} text @param {() => void} act */
  const source = (name, sign, text, act) =>
    h(
      "button",
      { type: "button", class: "in-source", "data-action": name, onclick: act },
      h("b", { "aria-hidden": "true" }, sign),
      text,
    );
  /** @param {(place: HTMLElement, done: (canvas: HTMLCanvasElement | null) => void) => Promise<void> | void} open @param {string} title */
  const panelFor = (open, title) => async () => {
    tell("");
    panel.replaceChildren();
    panel.hidden = false;
    try {
      await open(panel, (canvas) => {
        panel.hidden = true;
        panel.replaceChildren();
        if (canvas) add(canvas, title);
      });
    } catch (error) {
      panel.hidden = true;
      tell(error instanceof Error ? error.message : String(error));
    }
  };
  const more = [
    source("file", "+", "Drop or choose your own", () => input.click()),
    source("camera", "◉", "Camera", panelFor(openCamera, "From the camera")),
    source("draw", "✎", "Draw", panelFor(openPad, "Your drawing")),
  ];
  strip.append(...more, input);
  return {
    element: h("div", { class: "in-sources" }, strip, panel),
    /** @param {string} name */
    show(name) {
      for (const [each, button] of tiles) button.setAttribute("aria-pressed", String(each === name));
    },
  };
}
