// Leads through the camera on one page: face, document, front, back, one task to a screen. Without
// this module the same page has forms.

import { Camera } from "./camera.js";
import { challenge, isGone } from "./challenge.js";
import { refusal } from "./file_check.js";

const TRIES = 3;
// For each side its step, the camera of a phone, and how much around the mask is kept.
const SIDES = {
  face: { step: "liveness", facing: "user", margin: 0.12 },
  front: { step: "document", facing: "environment", margin: 0.04 },
  back: { step: "document", facing: "environment", margin: 0.04 },
};

class Capture {
  #root;
  #texts;
  #camera;
  #tasks;
  #at = 0;
  #shape = "card";
  #hasBack = true;
  #isRefused = false;
  // The sides that the sandbox has.
  #taken;
  #drawer = document.querySelector(".drawer");
  #tries = 0;
  #picture = null;
  #heard = null;
  #speaks = false;
  #asking = false;

  constructor(root) {
    this.#root = root;
    this.#texts = JSON.parse(root.dataset.texts);
    this.#camera = new Camera(this.#one("video"), () => {
      // On another screen it is opened again when it is needed.
      if (this.#root.dataset.screen === "camera") this.#film();
    });
    this.#taken = new Set(root.dataset.taken.split(" "));
    this.#tasks = root.dataset.steps
      .split(" ")
      .flatMap((step) => (step === "liveness" ? ["face"] : ["choose", "front", "turn", "back"]));

    this.#on("[data-shoot]", () => this.#shoot());
    this.#on("[data-take]", () => this.#accept());
    this.#on("[data-again]", () => this.#retake());
    this.#on("[data-retry]", () => this.#film());
    if ("reads" in root.dataset) this.#on("[data-once-more]", () => this.#film());
    this.#on("[data-to-camera]", () => this.#film());
    this.#on("[data-other]", () => this.#go(this.#tasks.indexOf("choose")));
    for (const button of root.querySelectorAll("[data-without]")) {
      button.addEventListener("click", () => this.#show("without"));
    }
    this.#on("[data-turned]", () => this.#go(this.#at + 1));
    this.#on("[data-no-back]", () => this.#complete("document"));
    this.#on("[data-zoom]", (button) => {
      const shot = this.#one(".shot");
      const isLarge = shot.classList.toggle("large");
      shot.scrollTo((shot.scrollWidth - shot.clientWidth) / 2, (shot.scrollHeight - shot.clientHeight) / 2);
      button.setAttribute("aria-pressed", isLarge);
    });
    this.#on("[data-speak]", (button) => {
      this.#speaks = !this.#speaks;
      button.setAttribute("aria-pressed", this.#speaks);
      this.#speak(this.#heading.textContent);
    });
    for (const button of root.querySelectorAll("[data-kind]")) {
      button.addEventListener("click", () => this.#choose(button.dataset.kind));
    }
    for (const input of root.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => this.#upload(input));
    }
    this.#drawer.addEventListener("toggle", () => {
      if (this.#root.dataset.screen !== "camera") return;
      if (this.#drawer.open) this.#camera.rest();
      else if (!this.#camera.isOpen) this.#film();
      else if (!this.#asking) this.#watch();
    });
    this.#one("[data-speak]").hidden = !("speechSynthesis" in window);
    window.addEventListener("pagehide", () => this.#camera.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.#go(this.#at));
    document.body.classList.add("capturing");
    root.hidden = false;
    this.#go(this.#firstTask());
  }

  // After a reload, what was shown already is not asked for again.
  #firstTask() {
    if (this.#root.dataset.step === "liveness") return this.#tasks.indexOf("face");
    const hasBack = "hasBack" in this.#root.dataset;
    if (this.#taken.has("front") && hasBack) return this.#tasks.indexOf("turn");
    return this.#tasks.indexOf("choose");
  }

  #go(at) {
    this.#at = at;
    this.#isRefused = false;
    this.#tries = 0;
    const task = this.#tasks[at];
    if (task === "choose" || task === "turn") {
      this.#camera.rest();
      this.#show(task);
    } else {
      this.#film();
    }
  }

  async #choose(kind) {
    this.#hasBack = kind !== "passport" && "hasBack" in this.#root.dataset;
    // The back of an earlier card is not a part of this document.
    if (kind === "passport" && this.#taken.has("back")) {
      const address = `${this.#root.dataset.address}/document/picture/back/remove`;
      if (!(await this.#send(address, {}, "sending"))) return;
      this.#taken.delete("back");
    }
    this.#shape = kind === "passport" ? "page" : "card";
    this.#go(this.#at + 1);
  }

  async #film() {
    const side = this.#tasks[this.#at];
    if (!SIDES[side]) return;
    this.#drop();
    const title = side === "front" && this.#shape === "page" ? "pageTitle" : `${side}Title`;
    this.#one("section[data-screen=camera] h1").textContent = this.#texts[title];
    this.#one(".stage").dataset.shape = side === "face" ? "oval" : this.#shape;
    this.#show("camera");
    this.#one("[data-shoot]").disabled = true;
    if (!this.#camera.isOpen) this.#tell(this.#texts.opening);
    const why = await this.#camera.open(SIDES[side].facing);
    // The visitor may have gone on while the browser asked.
    if (why === undefined || this.#root.dataset.screen !== "camera") return;
    if (why) return this.#refuse(why);
    this.#watch();
  }

  // Nothing is photographed behind the open drawer.
  #watch() {
    const side = this.#tasks[this.#at];
    this.#tell(this.#texts[`${side}Place`]);
    if (this.#drawer.open) return;
    this.#one("[data-shoot]").disabled = false;
    this.#camera.watch(
      side === "face" ? "face" : "document",
      this.#one(".mask"),
      (hint) => this.#hint(hint, side),
      () => this.#shoot(),
    );
  }

  // Of a card that was refused as a whole, either side may be the reason.
  #retake() {
    if (this.#isRefused && this.#tasks[this.#at] === "back") this.#go(this.#tasks.indexOf("front"));
    else this.#film();
  }

  // The same twice in a row, so that nothing flickers.
  #hint(hint, side) {
    if (this.#heard === hint) {
      this.#one(".stage").classList.toggle("good", hint === null);
      const name = hint === "absent" ? `${side}Place` : (hint ?? "good");
      this.#tell(this.#texts[name]);
    }
    this.#heard = hint;
  }

  #refuse(why) {
    this.#one("[data-why]").textContent = this.#texts[why];
    this.#show("refused");
    this.#speak(this.#texts[why]);
  }

  // A verifier looks at faces while visitors turn their heads.
  get #isAsked() {
    return this.#tasks[this.#at] === "face" && "reads" in this.#root.dataset;
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    const stage = this.#one(".stage");
    stage.classList.remove("good");
    const isHere = () =>
      this.#root.dataset.screen === "camera" && this.#camera.isOpen && this.#isAsked && !this.#drawer.open;
    const outcome = await challenge(`${this.#root.dataset.address}/liveness`, {
      frame: () => this.#camera.frame(),
      onPrompt: (prompt) => this.#tell(prompt),
      isWanted: isHere,
      unreachable: this.#texts.unreachable,
    });
    this.#asking = false;
    if (!outcome || !isHere()) return;
    if (outcome.state === "passed") return this.#complete("liveness");
    this.#one("[data-once-more]").hidden = !outcome.again;
    this.#one("[data-missed]").textContent = outcome.sentence;
    for (const part of this.#root.querySelectorAll("[data-none]")) part.hidden = outcome.again;
    this.#show("missed");
    this.#speak(outcome.sentence);
  }

  async #shoot() {
    if (!this.#camera.isOpen) return;
    this.#camera.rest();
    const side = this.#tasks[this.#at];
    this.#one("[data-shoot]").disabled = true;
    const isMuted = await this.#camera.staysMuted();
    // The visitor may have gone on, and the camera may be opening again.
    const isHere = () => this.#root.dataset.screen === "camera" && !this.#drawer.open && this.#camera.isOpen;
    if (!isHere()) return;
    if (isMuted) return this.#refuse("refusedMuted");
    if (this.#isAsked) return this.#ask();
    const picture = await this.#camera.take(this.#one(".mask"), SIDES[side].margin);
    if (!isHere()) return;
    if (!picture) return this.#refuse("refusedOther");
    this.#tries += 1;
    this.#review(picture);
  }

  async #upload(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const why = await refusal(file);
    if (why) return this.#complain(this.#texts[why]);
    this.#camera.rest();
    this.#review(file);
  }

  #review(picture) {
    this.#drop();
    this.#picture = { file: picture, address: URL.createObjectURL(picture) };
    const side = this.#tasks[this.#at];
    const image = this.#one(".shot img");
    image.src = this.#picture.address;
    this.#one(".shot").classList.remove("large");
    this.#prefer("take");
    this.#one("[data-zoom]").setAttribute("aria-pressed", "false");
    this.#one("section[data-screen=review] h1").textContent =
      side === "face" ? this.#texts.reviewFace : this.#texts.reviewDocument;
    const left = TRIES - this.#tries;
    this.#one("[data-again]").hidden = left <= 0;
    this.#one("[data-tries]").textContent =
      this.#tries === 0 ? "" : left <= 0 ? this.#texts.noTries : left === 1 ? this.#texts.lastTry : this.#texts.triesLeft;
    this.#show("review");
  }

  async #accept() {
    const side = this.#tasks[this.#at];
    const { step } = SIDES[side];
    // The page of a passport has its zone on the front; the backs of cards are known to have it.
    const hasZone = "reads" in this.#root.dataset && side === "front" && !this.#hasBack;
    const address = `${this.#root.dataset.address}/${step}/picture/${side}${hasZone ? "?zone=expected" : ""}`;
    const { file } = this.#picture;
    const request = { headers: { "Content-Type": file.type }, body: file };
    const sent = await this.#send(address, request, "reads" in this.#root.dataset ? "reading" : "sending");
    if (!sent) return;
    // The last try: the visitor has failed.
    if (sent.status === 200) return location.assign((await sent.json()).location);
    this.#taken.add(side);
    if (side === "front" && this.#hasBack) return this.#go(this.#at + 1);
    await this.#complete(step);
  }

  async #complete(step) {
    const address = `${this.#root.dataset.address}/${step}`;
    const sent = await this.#send(address, { headers: { Accept: "application/json" } }, "finishing");
    if (!sent) return;
    const { location: next, sentence } = await sent.json();
    const task = this.#tasks.findIndex((task) => SIDES[task]?.step !== step && next.endsWith(`/${SIDES[task]?.step}`));
    if (task < 0) {
      this.#camera.close();
      return location.assign(next);
    }
    this.#drop();
    this.#move(step, next);
    this.#go(this.#tasks[task - 1] === "choose" ? task - 1 : task);
    if (sentence) this.#complain(sentence);
  }

  // The page is that of another step from now on, with the forms of its drawer.
  #move(step, next) {
    history.replaceState(null, "", next);
    document.body.dataset.step = next.split("/").pop();
    for (const name of ["action", "formaction"]) {
      for (const form of document.querySelectorAll(`[${name}*="/${step}"]`)) {
        form.setAttribute(name, form.getAttribute(name).replace(`${this.#root.dataset.address}/${step}`, next));
      }
    }
  }

  // Answers the response, or nothing after saying why there is none.
  async #send(address, request, doing) {
    const buttons = this.#root.querySelectorAll("[data-take], [data-again], [data-no-back]");
    for (const button of buttons) button.disabled = true;
    this.#complain("");
    this.#isRefused = false;
    const busy = this.#one("[data-busy]");
    busy.textContent = this.#texts[doing];
    try {
      const answer = await fetch(address, { method: "POST", ...request });
      if (answer.ok) return answer;
      if (isGone(answer)) {
        location.reload();
        return null;
      }
      this.#complain(await answer.text());
      // The same picture would be refused again.
      if (answer.status === 422) {
        this.#prefer("again");
        this.#isRefused = doing === "finishing";
      }
    } catch {
      this.#complain(this.#texts.unreachable);
    } finally {
      for (const button of buttons) button.disabled = false;
      busy.textContent = "";
    }
    return null;
  }

  // Which of two buttons below a picture is the main one.
  #prefer(name) {
    this.#one("[data-take]").hidden = name === "again";
    this.#one("[data-again]").className = name === "again" ? "primary" : "second";
  }

  #drop() {
    if (this.#picture) URL.revokeObjectURL(this.#picture.address);
    this.#picture = null;
  }

  #show(screen) {
    const before = this.#root.dataset.screen;
    this.#root.dataset.screen = screen;
    this.#root.dataset.task = this.#tasks[this.#at];
    this.#heard = undefined;
    this.#one(".stage").classList.remove("good");
    if (screen !== "camera") this.#camera.rest();
    this.#complain("");
    for (const section of this.#root.querySelectorAll("[data-screen]")) {
      section.hidden = section.dataset.screen !== screen;
    }
    // The other ways stand below what may need them, and a way out below all that has none of its own.
    const isOver = screen === "missed" && this.#one("[data-once-more]").hidden;
    const isStuck = screen === "review" && this.#tries >= TRIES;
    const hasNoCamera = screen === "refused";
    const hasOthers = screen === "camera" || hasNoCamera || screen === "missed" || isStuck;
    this.#one(".ways").hidden = screen === "review" && !isStuck;
    this.#one(".ways [data-without]").hidden = !hasOthers || hasNoCamera || isOver;
    this.#one("label.upload").hidden = !hasOthers || this.#isAsked;
    this.#one("[data-other]").hidden = !hasOthers || this.#tasks[this.#at] === "face";
    this.#one("[data-leave]").hidden = screen === "camera";
    const heading = this.#heading;
    document.title = [heading.textContent, ...document.title.split(" · ").slice(1)].join(" · ");
    if (before) heading.focus({ preventScroll: true });
    this.#speak(heading.textContent);
  }

  #tell(text) {
    const status = this.#one("[role=status]");
    if (status.textContent === text) return;
    status.textContent = text;
    this.#speak(text);
  }

  #complain(text) {
    const alert = this.#one("[role=alert]");
    alert.textContent = text;
    alert.hidden = text === "";
    if (text) this.#speak(text);
  }

  #speak(text) {
    if (!("speechSynthesis" in window)) return;
    speechSynthesis.cancel();
    if (!this.#speaks) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = document.documentElement.lang;
    speechSynthesis.speak(words);
  }

  // Of the screen that is seen. The root has the name of its screen too.
  get #heading() {
    return this.#one("section[data-screen]:not([hidden]) h1");
  }

  #one(selector) {
    return this.#root.querySelector(selector);
  }

  #on(selector, act) {
    const button = this.#one(selector);
    button.addEventListener("click", () => act(button));
  }
}

for (const root of document.querySelectorAll("[data-capture]")) new Capture(root);
