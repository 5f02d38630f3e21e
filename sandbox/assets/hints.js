// Says what is wrong with a picture of the camera, by arithmetic alone: the same pixels give the same
// hint. It finds no face and reads no document.

// In `assess`, the frame is all that the visitor sees, at most this long on its longer side, and the
// detail is what lies inside the mask, at this width.
export const FRAME_SIDE = 192;
export const DETAIL_WIDTH = 640;

const LIMITS = {
  // Brightness, from 0 to 255.
  dark: 55,
  white: 250,
  // Shares of the mask that are white: a reflection, and too much light everywhere.
  glare: { face: 0.12, document: 0.025 },
  bright: 0.6,
  // The steepest edges, over two pixels of the detail, as a share of all its contrast.
  sharp: { face: 0.16, document: 0.3 },
  // Less contrast than this is a wall, a table, or nothing.
  contrast: 24,
  // The difference of neighbours that makes an edge, and the share of a line that has it.
  edge: 18,
  line: 0.5,
  // How far a side of the document may lie from the side of the mask, as a share of the mask.
  tolerance: 0.1,
  // A face narrower than this share of the oval is too far away.
  narrow: 0.55,
  // Difference from the background, in one colour, that makes a figure.
  figure: 26,
};

// Answers "dark", "bright", "glare", "absent", "far", "cut", "blur", or null when all is well. The mask
// is `{ left, top, right, bottom }` in shares of the frame; a face's is the ellipse inside.
export function assess(kind, frame, mask, detail) {
  const picture = grey(frame);
  const box = {
    left: Math.round(mask.left * picture.width),
    right: Math.round(mask.right * picture.width) - 1,
    top: Math.round(mask.top * picture.height),
    bottom: Math.round(mask.bottom * picture.height) - 1,
  };
  return (
    light(kind, picture, box) ??
    (kind === "face" ? placeOfFace(frame, box) : placeOfDocument(picture, box)) ??
    sharpness(kind, grey(detail))
  );
}

// Brightness by pixel (ITU-R BT.601).
export function grey({ data, width, height }) {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  }
  return { values, width, height };
}

function light(kind, picture, box) {
  let [count, sum, white] = [0, 0, 0];
  for (let y = box.top; y <= box.bottom; y++) {
    for (let x = box.left; x <= box.right; x++) {
      if (kind === "face" && !isInOval(x, y, box)) continue;
      const value = picture.values[y * picture.width + x];
      count += 1;
      sum += value;
      if (value >= LIMITS.white) white += 1;
    }
  }
  if (sum / count < LIMITS.dark) return "dark";
  if (white / count > LIMITS.bright) return "bright";
  if (white / count > LIMITS.glare[kind]) return "glare";
  return null;
}

function isInOval(x, y, { left, right, top, bottom }) {
  const across = (2 * (x - left)) / (right - left) - 1;
  const down = (2 * (y - top)) / (bottom - top) - 1;
  return across * across + down * down <= 1;
}

// A document has four long straight sides. Those of one that fills the mask lie along the mask.
function placeOfDocument(picture, box) {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const columns = lines(picture, box, true);
  const rows = lines(picture, box, false);
  const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const sides = [
    side(columns.filter((x) => x < middle[0]), box.left, width),
    side(columns.filter((x) => x > middle[0]), box.right, width),
    side(rows.filter((y) => y < middle[1]), box.top, height),
    side(rows.filter((y) => y > middle[1]), box.bottom, height),
  ];
  // A finger may cover one of them.
  if (sides.filter((one) => one.fits).length >= 3) return null;
  const found = sides.filter((one) => one.at !== null);
  if (found.length < 2) return "absent";
  if (found.length === 4 && sides.every((one) => one.fits || one.isInside)) {
    const ratio = (sides[1].at - sides[0].at) / (sides[3].at - sides[2].at) / (width / height);
    if (ratio > 0.7 && ratio < 1.4) return "far";
  }
  return "cut";
}

// The line that belongs to one side of the mask: the nearest one.
function side(lines, place, length) {
  let at = null;
  for (const line of lines) {
    if (at === null || Math.abs(line - place) < Math.abs(at - place)) at = line;
  }
  const away = at === null ? 1 : Math.abs(at - place) / length;
  return { at, fits: away <= LIMITS.tolerance, isInside: away > LIMITS.tolerance };
}

// The columns or rows with an edge along most of the mask's middle. Slanted lines count a little too.
function lines({ values, width, height }, box, upright) {
  const [from, to] = upright ? [box.top, box.bottom] : [box.left, box.right];
  const inset = Math.round((to - from) * 0.15);
  const found = [];
  const end = upright ? width : height;
  const at = (across, along) => (upright ? values[along * width + across] : values[across * width + along]);
  for (let across = 2; across < end - 2; across++) {
    let [hits, count] = [0, 0];
    for (let along = from + inset; along <= to - inset; along++) {
      count += 1;
      for (let shift = -2; shift <= 2; shift++) {
        const place = Math.min(end - 2, Math.max(1, across + shift));
        if (Math.abs(at(place + 1, along) - at(place - 1, along)) > LIMITS.edge) {
          hits += 1;
          break;
        }
      }
    }
    if (hits / count >= LIMITS.line) found.push(across);
  }
  return found;
}

// A face differs from what is behind it. Where the background is not of one kind, everything differs,
// and nothing is said of the distance.
function placeOfFace({ data, width }, box) {
  const middle = Math.round((box.left + box.right) / 2);
  const eyes = Math.round(box.top + (box.bottom - box.top) * 0.42);
  const background = [0, 1, 2].map((colour) => median(edgeValues(data, width, eyes, colour)));
  const differs = (x, y) =>
    background.some((value, colour) => Math.abs(data[4 * (y * width + x) + colour] - value) > LIMITS.figure);
  let widest = 0;
  for (let y = eyes - 3; y <= eyes + 3; y++) {
    let [left, right] = [null, null];
    for (let x = 0; x < width; x++) {
      if (!differs(x, y)) continue;
      left ??= x;
      right = x;
    }
    if (left !== null && left <= middle && right >= middle) widest = Math.max(widest, right - left + 1);
  }
  if (widest === 0) return "absent";
  let above = 0;
  const [from, to] = [middle - Math.round(widest / 5), middle + Math.round(widest / 5)];
  for (let x = from; x <= to; x++) if (differs(x, 1)) above += 1;
  if (widest < width * 0.95 && above > (to - from) * 0.8) return "cut";
  return widest < (box.right - box.left) * LIMITS.narrow ? "far" : null;
}

// Both edges of the frame, down to the eyes.
function edgeValues(data, width, bottom, colour) {
  const edge = [];
  for (let y = 0; y <= bottom; y++) {
    for (let x = 0; x < 4; x++) {
      for (const place of [x, width - 1 - x]) edge.push(data[4 * (y * width + place) + colour]);
    }
  }
  return edge;
}

function median(values) {
  return share(Float32Array.from(values).sort(), 0.5);
}

function share(sorted, part) {
  return sorted[Math.floor((sorted.length - 1) * part)];
}

function sharpness(kind, { values, width, height }) {
  const steps = [];
  for (let y = 0; y < height - 2; y += 2) {
    for (let x = 0; x < width - 2; x++) {
      const here = values[y * width + x];
      steps.push(Math.max(Math.abs(values[y * width + x + 2] - here), Math.abs(values[(y + 2) * width + x] - here)));
    }
  }
  const sorted = Float32Array.from(values).sort();
  const contrast = share(sorted, 0.99) - share(sorted, 0.01);
  if (contrast < LIMITS.contrast) return "absent";
  const steepest = share(Float32Array.from(steps).sort(), 0.998);
  return steepest / contrast < LIMITS.sharp[kind] ? "blur" : null;
}
