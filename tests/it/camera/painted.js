// A camera that is painted: what it shows follows from `window.scene`, and where, from the mask on the
// page. Its pictures show no real person or document.

window.scene = {};
window.streams = [];

function paintDocument(context, { left, top, width, height }, { shade = "#d8d2c4" } = {}) {
  context.fillStyle = shade;
  context.fillRect(left, top, width, height);
  context.fillStyle = "#5b4634";
  context.fillRect(left + width * 0.06, top + height * 0.3, width * 0.25, height * 0.5);
  context.fillStyle = "#20242c";
  context.font = `${Math.round(height / 16)}px sans-serif`;
  for (let line = 0; line < 6; line++) {
    context.fillText("SPECIMEN UTOPIA 1234", left + width * 0.36, top + height * (0.2 + line * 0.12));
  }
  context.fillText("P<UTOSPECIMEN<<NOBODY<<<<<<<<<<<<<", left + width * 0.06, top + height * 0.95);
}

function paintFace(context, { left, top, width, height }, { shade = "#c58f6b" } = {}) {
  const [x, y] = [left + width / 2, top + height / 2];
  const ellipse = (dx, dy, across, down, colour) => {
    context.fillStyle = colour;
    context.beginPath();
    context.ellipse(x + dx * width, y + dy * height, across * width, down * height, 0, 0, 7);
    context.fill();
  };
  ellipse(0, 0, 0.46, 0.46, shade);
  ellipse(0, -0.38, 0.4, 0.12, "#3a2a1e");
  for (const side of [-0.17, 0.17]) {
    ellipse(side, -0.08, 0.09, 0.035, "#ffffff");
    ellipse(side, -0.08, 0.035, 0.035, "#1b1512");
    ellipse(side, -0.16, 0.1, 0.014, "#3a2a1e");
  }
  ellipse(0, 0.24, 0.13, 0.03, "#8d3f3a");
}

// Paints `kind` into the box of the mask, with its fault if one is asked for.
window.paint = (context, box, { kind, wrong }) => {
  const { width, height } = context.canvas;
  context.filter = wrong === "blur" ? `blur(${Math.round(width / 60)}px)` : "none";
  context.fillStyle = kind === "face" ? "#7d8a96" : "#4a3f38";
  context.fillRect(-width, -height, 3 * width, 3 * height);
  const place = { ...box };
  if (wrong === "far") {
    place.left += box.width * 0.29;
    place.top += box.height * 0.29;
    place.width *= 0.42;
    place.height *= 0.42;
  }
  if (wrong === "cut" && kind === "face") place.top -= box.height * 0.35;
  if (wrong === "cut" && kind === "document") place.left += box.width * 0.4;
  if (wrong !== "absent") (kind === "face" ? paintFace : paintDocument)(context, place);
  context.filter = "none";
  if (wrong === "glare") {
    context.fillStyle = "#ffffff";
    context.beginPath();
    context.ellipse(box.left + box.width * 0.55, box.top + box.height * 0.45, box.width * 0.22, box.height * 0.25, 0, 0, 7);
    context.fill();
  }
  if (wrong === "dark" || wrong === "bright") {
    context.fillStyle = wrong === "dark" ? "rgb(0 0 0 / 88%)" : "rgb(255 255 255 / 98%)";
    context.fillRect(0, 0, width, height);
  }
};

// Where the mask of the page lies in the video.
function masked(video, mask) {
  const [outer, inner] = [video.getBoundingClientRect(), mask.getBoundingClientRect()];
  const zoom = Math.max(outer.width / video.videoWidth, outer.height / video.videoHeight);
  const at = (length, shift) => length / 2 + shift / zoom;
  const middle = (one) => [(one.left + one.right) / 2, (one.top + one.bottom) / 2];
  const [dx, dy] = [0, 1].map((axis) => middle(inner)[axis] - middle(outer)[axis]);
  const [width, height] = [inner.width / zoom, inner.height / zoom];
  const left = at(video.videoWidth, dx) - width / 2;
  const top = at(video.videoHeight, dy) - height / 2;
  return { left, top, width, height };
}

if (navigator.mediaDevices) {
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (window.scene.refused) throw new DOMException("played", window.scene.refused);
    const canvas = document.createElement("canvas");
    const isUpright = innerHeight > innerWidth;
    [canvas.width, canvas.height] = isUpright ? [720, 1280] : [1280, 720];
    const context = canvas.getContext("2d");
    const draw = () => {
      const root = document.querySelector("[data-capture]");
      const video = root.querySelector("video");
      const kind = root.dataset.task === "face" ? "face" : "document";
      if (video.videoWidth && video.clientWidth) {
        window.paint(context, masked(video, root.querySelector(".mask")), { kind, ...window.scene });
      } else {
        context.fillRect(0, 0, 1, 1);
      }
    };
    draw();
    const timer = setInterval(draw, 50);
    const stream = canvas.captureStream(20);
    const [track] = stream.getVideoTracks();
    window.streams.push({ facing: wish.video.facingMode, stop: () => (track.stop(), track.dispatchEvent(new Event("ended"))), track });
    window.addEventListener("pagehide", () => clearInterval(timer));
    return stream;
  };
}
