// The camera on the pages that look at the face and at the document. Without this module the same
// pages upload a file, or go on with the specimen.

// The sandbox makes larger pictures this small, so more pixels would be sent in vain.
const LONGEST_SIDE = 1600;

const REASONS = {
  NotAllowedError: "The camera was not allowed.",
  SecurityError: "The camera was not allowed.",
  NotFoundError: "No camera was found.",
  OverconstrainedError: "No camera was found.",
  NotReadableError: "The camera is in use by something else.",
};
const WAY_ON = "Upload a picture, or continue with what is shown.";

// One camera at a time: phones have no more.
let open = null;
// The uploads under way; the next page waits for them.
const underway = new Set();

class Capture {
  #section;
  #view;
  #shoot;
  #close;
  #remove;
  #told;
  #form;
  #picture;
  #video = null;
  #stream = null;
  #asked = 0;
  #taken;

  constructor(section) {
    const side = section.dataset.capture;
    this.#section = section;
    this.#view = document.getElementById(`view-${side}`);
    this.#picture = this.#view.querySelector("img");
    this.#shoot = section.querySelector(`[data-test=camera-${side}]`);
    this.#close = section.querySelector("[data-close]");
    this.#remove = section.querySelector(`[data-test=specimen-${side}]`);
    this.#told = section.querySelector("[role=status]");
    this.#form = document.getElementById(`send-${side}`);
    this.#taken = !this.#remove.hidden;

    this.#shoot.addEventListener("click", () => (this.#video ? this.#take() : this.#start()));
    this.#close.addEventListener("click", () => {
      this.stop();
      this.#shoot.focus();
    });
    const input = section.querySelector("input[type=file]");
    // The camera has its own button here, and this one is for what is there already.
    input.removeAttribute("capture");
    input.addEventListener("change", () => {
      if (input.files.length > 0) this.#form.requestSubmit();
    });
    section.classList.add("scripted");
    this.#show();
  }

  async #start() {
    open?.stop();
    open = this;
    this.#tell("");
    if (!navigator.mediaDevices) {
      this.#tell(`Browsers give a camera to pages on https or localhost only. ${WAY_ON}`);
      return;
    }
    const asked = ++this.#asked;
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: this.#section.dataset.camera, width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
      // Somebody may have closed it, or left, while the browser asked for leave.
      if (asked !== this.#asked) return release(stream);
      const video = document.createElement("video");
      video.muted = true;
      video.playsInline = true;
      video.srcObject = stream;
      stream.getVideoTracks()[0].addEventListener("ended", () => {
        this.stop();
        this.#tell(`The camera was taken away. ${WAY_ON}`);
      });
      this.#stream = stream;
      this.#video = video;
      this.#picture.hidden = true;
      this.#picture.after(video);
      await video.play();
      this.#show();
    } catch (error) {
      if (stream) release(stream);
      if (asked !== this.#asked) return;
      this.stop();
      this.#tell(`${REASONS[error.name] ?? "The camera does not work."} ${WAY_ON}`);
    }
  }

  // Lets the camera go and shows the picture again, whichever it is.
  stop() {
    this.#asked += 1;
    if (this.#stream) release(this.#stream);
    this.#video?.remove();
    this.#stream = this.#video = null;
    this.#picture.hidden = false;
    if (open === this) open = null;
    this.#show();
  }

  async #take() {
    const picture = await frame(this.#video);
    const before = [this.#picture.src, this.#picture.alt];
    this.stop();
    if (!picture) return this.#tell(`The camera gave no picture. ${WAY_ON}`);
    const address = URL.createObjectURL(picture);
    this.#picture.src = address;
    this.#picture.alt = "The picture you took";
    this.#shoot.disabled = true;
    this.#tell("Sending…");
    const sending = this.#send(picture);
    underway.add(sending);
    const refused = await sending;
    underway.delete(sending);
    this.#shoot.disabled = false;
    if (refused) {
      [this.#picture.src, this.#picture.alt] = before;
      URL.revokeObjectURL(address);
    }
    this.#taken ||= !refused;
    this.#tell(refused ?? "This picture will be used.");
    this.#show();
  }

  // Answers why the sandbox does not take it, or nothing.
  async #send(picture) {
    try {
      const headers = { "Content-Type": picture.type };
      const answer = await fetch(this.#form.action, { method: "POST", headers, body: picture });
      return answer.ok ? null : await answer.text();
    } catch {
      return "The sandbox cannot be reached, so the picture was not kept.";
    }
  }

  #show() {
    const live = this.#video !== null;
    this.#shoot.hidden = false;
    this.#shoot.textContent = live ? "Take the picture" : this.#taken ? "Take another" : "Use the camera";
    this.#close.hidden = !live;
    this.#remove.hidden = live || !this.#taken;
    this.#section.classList.toggle("live", live);
    this.#view.classList.toggle("live", live);
  }

  #tell(text) {
    this.#told.textContent = text;
  }
}

function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// The visible part of the video as JPEG: it fills its frame and is cut at two edges.
function frame(video) {
  const { clientWidth, clientHeight, videoWidth, videoHeight } = video;
  const zoom = Math.max(clientWidth / videoWidth, clientHeight / videoHeight);
  const [width, height] = [clientWidth / zoom, clientHeight / zoom];
  const smaller = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * smaller);
  canvas.height = Math.round(height * smaller);
  const from = [(videoWidth - width) / 2, (videoHeight - height) / 2, width, height];
  canvas.getContext("2d").drawImage(video, ...from, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}

for (const section of document.querySelectorAll("[data-capture]")) new Capture(section);

document.getElementById("onward").addEventListener("submit", async (event) => {
  if (underway.size === 0) return;
  event.preventDefault();
  const refused = await Promise.all(underway);
  if (!refused.some(Boolean)) event.target.requestSubmit();
});
window.addEventListener("pagehide", () => open?.stop());
