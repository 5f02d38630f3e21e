// One camera: opened, watched, and photographed. Phones have no more than one at a time.

import { DETAIL_WIDTH, FRAME_SIDE, assess } from "./hints.js";

// The sandbox makes larger pictures this small, so more pixels would be sent in vain.
const LONGEST_SIDE = 1600;
// Of a frame in which a verifier looks for a face.
const FRAME_OF_FACE = 640;
const PAUSE = 150;
// How long all has to be well before the picture is taken.
const STEADY = 1200;
// Browsers mute a camera whose frames are late, for moments on a busy machine.
const MUTED_FOR_A_MOMENT = 2000;

const REASONS = {
  NotAllowedError: "refusedAllow",
  SecurityError: "refusedAllow",
  NotFoundError: "refusedNone",
  OverconstrainedError: "refusedNone",
  NotReadableError: "refusedBusy",
  AbortError: "refusedBusy",
};

// An iPad says that it is a Mac.
const IS_IOS =
  /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

export class Camera {
  #video;
  #stream = null;
  #facing = null;
  #asked = 0;
  #timer = null;
  #onStop;

  constructor(video, onStop) {
    this.#video = video;
    this.#onStop = onStop;
    // A phone mutes the camera of a page that was put away, and may leave it so.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.isMuted) this.#lose();
    });
  }

  get isMuted() {
    return this.#stream?.getVideoTracks()[0].muted ?? false;
  }

  #lose() {
    this.close();
    this.#onStop();
  }

  get isOpen() {
    return this.#stream !== null;
  }

  // Opens the camera of this side, unless it is open already. Answers the name of the text that says
  // why it stays closed, or null; undefined when something else has been asked for meanwhile.
  async open(facing) {
    if (this.#stream && this.#facing === facing && !this.isMuted) return null;
    this.close();
    if (!navigator.mediaDevices) return "refusedInsecure";
    const asked = ++this.#asked;
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: facing, width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
      if (asked !== this.#asked) {
        release(stream);
        return undefined;
      }
      this.#video.srcObject = stream;
      this.#video.classList.toggle("mirror", facing === "user");
      await this.#video.play();
      if (asked !== this.#asked) {
        release(stream);
        return undefined;
      }
      const [track] = stream.getVideoTracks();
      track.addEventListener("ended", () => {
        if (this.#stream === stream) this.#lose();
      });
      [this.#stream, this.#facing] = [stream, facing];
      return null;
    } catch (error) {
      if (stream) release(stream);
      if (asked !== this.#asked) return undefined;
      this.close();
      const reason = REASONS[error.name] ?? "refusedOther";
      return reason === "refusedAllow" && IS_IOS ? "refusedAllowIos" : reason;
    }
  }

  close() {
    this.#asked += 1;
    this.rest();
    if (this.#stream) release(this.#stream);
    this.#stream = this.#facing = null;
    this.#video.srcObject = null;
  }

  // Looks several times a second, says each time what it sees, and calls `onSteady` once when all has
  // been well for a moment.
  watch(kind, mask, onHint, onSteady) {
    this.rest();
    let since = null;
    const look = () => {
      const hint = this.#hint(kind, mask);
      if (hint === undefined) {
        since = null;
        return;
      }
      onHint(hint);
      const now = performance.now();
      since = hint === null ? (since ?? now) : null;
      if (since !== null && now - since >= STEADY) {
        this.rest();
        onSteady();
      }
    };
    this.#timer = setInterval(look, PAUSE);
  }

  rest() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #hint(kind, mask) {
    const seen = visible(this.#video);
    if (!seen || this.#video.readyState < 2 || this.isMuted) return undefined;
    const shares = inShares(mask, this.#video);
    const scale = FRAME_SIDE / Math.max(seen.width, seen.height);
    const frame = drawn(this.#video, seen, seen.width * scale, seen.height * scale);
    const inside = part(seen, shares);
    const detail = drawn(this.#video, inside, DETAIL_WIDTH, (DETAIL_WIDTH * inside.height) / inside.width);
    return assess(kind, pixels(frame), shares, pixels(detail));
  }

  // Whether it is muted, and stays so for longer than a moment.
  async staysMuted() {
    const end = performance.now() + MUTED_FOR_A_MOMENT;
    while (this.isMuted && performance.now() < end) await new Promise((done) => setTimeout(done, PAUSE));
    return this.isMuted;
  }

  // All that is seen, small and not mirrored, as JPEG.
  frame() {
    const seen = visible(this.#video);
    if (!seen || this.#video.readyState < 2) return null;
    const smaller = Math.min(1, FRAME_OF_FACE / Math.max(seen.width, seen.height));
    const canvas = drawn(this.#video, seen, seen.width * smaller, seen.height * smaller);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  }

  // The picture inside the mask and a little around it, as JPEG.
  take(mask, margin) {
    const seen = visible(this.#video);
    if (!seen) return null;
    const { left, top, right, bottom } = inShares(mask, this.#video);
    const [across, down] = [(right - left) * margin, (bottom - top) * margin];
    const around = {
      left: Math.max(0, left - across),
      top: Math.max(0, top - down),
      right: Math.min(1, right + across),
      bottom: Math.min(1, bottom + down),
    };
    const from = part(seen, around);
    const smaller = Math.min(1, LONGEST_SIDE / Math.max(from.width, from.height));
    const canvas = drawn(this.#video, from, from.width * smaller, from.height * smaller);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  }
}

function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// The part of the video that is seen: it fills its frame and is cut at two edges.
function visible({ clientWidth, clientHeight, videoWidth, videoHeight }) {
  if (!clientWidth || !videoWidth) return null;
  const zoom = Math.max(clientWidth / videoWidth, clientHeight / videoHeight);
  const [width, height] = [clientWidth / zoom, clientHeight / zoom];
  return { left: (videoWidth - width) / 2, top: (videoHeight - height) / 2, width, height };
}

function inShares(mask, video) {
  const [inner, outer] = [mask.getBoundingClientRect(), video.getBoundingClientRect()];
  return {
    left: (inner.left - outer.left) / outer.width,
    right: (inner.right - outer.left) / outer.width,
    top: (inner.top - outer.top) / outer.height,
    bottom: (inner.bottom - outer.top) / outer.height,
  };
}

function part(seen, { left, top, right, bottom }) {
  return {
    left: seen.left + left * seen.width,
    top: seen.top + top * seen.height,
    width: (right - left) * seen.width,
    height: (bottom - top) * seen.height,
  };
}

function drawn(video, from, width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width), Math.round(height)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, from.left, from.top, from.width, from.height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function pixels(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}
