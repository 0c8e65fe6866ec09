// A picture from the camera: what it sees is shown, and taken when the reader says so.
import { h } from "../shared/dom.js";
import { square } from "./reading.js";

/**
 * @param {HTMLElement} place
 * @param {(canvas: HTMLCanvasElement | null) => void} done
 */
export async function openCamera(place, done) {
  if (!navigator.mediaDevices?.getUserMedia)
    throw new Error("This browser gives a page no camera. Choose a file instead.");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    throw new Error(
      name === "NotFoundError"
        ? "No camera was found. Choose a file instead."
        : "The camera was not allowed, or is in use elsewhere. Choose a file instead.",
    );
  }
  const video = h("video", { class: "in-video", playsinline: true, "aria-label": "What the camera sees" });
  video.muted = true;
  video.srcObject = stream;
  /** @param {HTMLCanvasElement | null} canvas */
  const close = (canvas) => {
    for (const track of stream.getTracks()) track.stop();
    done(canvas);
  };
  const take = h(
    "button",
    {
      type: "button",
      class: "iw-primary",
      "data-action": "take",
      onclick: () => close(video.videoWidth ? square(video, video.videoWidth, video.videoHeight) : null),
    },
    "Take the picture",
  );
  const back = h("button", { type: "button", "data-action": "close", onclick: () => close(null) }, "Cancel");
  place.append(video, h("div", { class: "in-buttons" }, take, back));
  await video.play();
  take.focus();
}
