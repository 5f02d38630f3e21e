// Looks at a chosen file before it is sent. The sandbox looks again; this answer is only sooner.

const MOST_BYTES = 8 * 1024 * 1024;
const MOST_PIXELS = 12_600_000;
// Names of the first box of a HEIF file, ISO/IEC 23008-12.
const HEIF = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"];

// Answers the name of the text that says why the file is not taken, or null.
export async function refusal(file) {
  const bytes = new Uint8Array(await file.slice(0, 512 * 1024).arrayBuffer());
  const text = (from, to) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(4, 8) === "ftyp" && HEIF.includes(text(8, 12))) return "heic";
  const isPng = text(0, 8) === "\x89PNG\r\n\x1a\n";
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
  if (!isPng && !isJpeg) return "notAPicture";
  if (file.size > MOST_BYTES) return "tooHeavy";
  const size = isPng ? sizeOfPng(bytes) : sizeOfJpeg(bytes);
  if (!size) return "damaged";
  return size[0] * size[1] > MOST_PIXELS ? "tooManyPixels" : null;
}

function sizeOfPng(bytes) {
  if (bytes.length < 24) return null;
  const view = new DataView(bytes.buffer);
  return [view.getUint32(16), view.getUint32(20)];
}

// From the segment that begins the frame, whichever of its kinds it is (ITU-T T.81, table B.1).
function sizeOfJpeg(bytes) {
  const view = new DataView(bytes.buffer);
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const beginsFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (beginsFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
