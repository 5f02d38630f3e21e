// Lets the painted camera show a made head that follows the prompts of the page, and a drawn passport: `window.heads` are
// pictures of the head from its own right to its own left, `window.page` is the passport's, in base64.

window.sent = 0;
const send = window.fetch;
window.fetch = (address, ...rest) => {
  if (String(address).includes("/frames?")) window.sent += 1;
  return send(address, ...rest);
};

// The policy of the page lets in no image from elsewhere.
const [heads, page] = [[], []];
async function load(base64, into, at) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  into[at] = await createImageBitmap(new Blob([bytes]));
}
window.heads.forEach((file, at) => load(file, heads, at));
load(window.page, page, 0);
const last = window.heads.length - 1;
const ahead = last / 2;
const aims = {
  "Turn your head to your left": last,
  "Turn your head to your right": 0,
  "Look straight ahead": ahead,
};
const head = { at: ahead, said: "", asked: 0, sent: 0 };

// A moment after a prompt, one step for each frame that was sent.
function follow() {
  const said = document.querySelector("[data-capture] [role=status]").textContent;
  if (said !== head.said) [head.said, head.asked] = [said, performance.now()];
  const aim = window.scene.still ? ahead : aims[said];
  if (aim === undefined) head.at = ahead;
  else if (performance.now() - head.asked > 350 && head.sent !== window.sent) head.at += Math.sign(aim - head.at);
  head.sent = window.sent;
  return heads[head.at];
}

const paintNoHead = window.paint;
window.paint = (context, box, what) => {
  if (what.kind === "face" && what.noHead) return paintNoHead(context, box, what);
  const { width, height } = context.canvas;
  context.fillStyle = what.kind === "face" ? "rgb(96 104 110)" : "rgb(70 60 50)";
  context.fillRect(0, 0, width, height);
  const picture = what.kind === "face" ? follow() : page[0];
  if (!picture) return;
  if (what.kind === "face") {
    const zoom = height / picture.height;
    context.drawImage(picture, (width - picture.width * zoom) / 2, 0, picture.width * zoom, height);
  } else {
    // The picture has a table around the page.
    const table = 80;
    const [across, down] = [picture.width - 2 * table, picture.height - 2 * table];
    const shown = (box.width * down) / across;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, table, table, across, down, box.left, box.top + (box.height - shown) / 2, box.width, shown);
  }
};
