// Lets the painted camera show a made head that follows the prompts of the page, and a drawn passport: `window.heads` are
// pictures of the head from its own right to its own left, `window.page` is the passport's, in base64.
//
// `window.scene` sets attacks and mistakes:
// - `still`: the head never turns
// - `turn: "other"`: it turns to the side opposite to the prompt
// - `turn: "shake"`: it turns from side to side and ignores the prompts
// - `print`: a flat picture turns in place of the head
// - `heads: 2`: a second head is in view
// - `pause`: the page sends one frame late
// - `order`: the page skips the number of one frame

window.sent = 0;
const send = window.fetch;
window.fetch = async (address, ...rest) => {
  const number = Number(String(address).split("/frames?seq=")[1]);
  if (Number.isNaN(number)) return send(address, ...rest);
  window.sent += 1;
  if (window.scene.pause && number === 3) await new Promise((done) => setTimeout(done, 900));
  if (window.scene.order && number === 3) return send(address.replace("seq=3", "seq=4"), ...rest);
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
  const { still, turn } = window.scene;
  const asked = still ? ahead : aims[said];
  const aim = turn === "other" && asked !== undefined ? last - asked : asked;
  if (aim === undefined) head.at = ahead;
  else if (turn === "shake") head.at = Math.round(ahead + ahead * Math.sin(window.sent / 3));
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
    const number = what.heads ?? 1;
    const zoom = height / picture.height / number;
    const [across, down] = [picture.width * zoom, height / number];
    for (let at = 0; at < number; at += 1) {
      const middle = (width * (at + 0.5)) / number;
      if (what.print) {
        const turned = across * (1 - 0.4 * Math.abs(head.at - ahead) / ahead);
        context.drawImage(heads[ahead], middle - turned / 2, 0, turned, down);
      } else {
        context.drawImage(picture, middle - across / 2, 0, across, down);
      }
    }
  } else {
    // The picture has a table around the page.
    const table = 80;
    const [across, down] = [picture.width - 2 * table, picture.height - 2 * table];
    const shown = (box.width * down) / across;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, table, table, across, down, box.left, box.top + (box.height - shown) / 2, box.width, shown);
  }
};
