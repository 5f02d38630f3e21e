// <authenteq-button> and <authenteq-results>. What they do is written in Rust; this registers them,
// loads the program of each when the first one is on a page, and speaks with the page around it.

const here = new URL("./", import.meta.url).href;

// `cargo xtask post-build` puts the names in that these files have in a release: each follows the content.
const programs = {
  "authenteq-button": [
    () => import("./authenteq-button.js"),
    () => new URL("./authenteq-button_bg.wasm", import.meta.url),
    () => new URL("./button.css", import.meta.url),
  ],
  "authenteq-results": [
    () => import("./authenteq-results.js"),
    () => new URL("./authenteq-results_bg.wasm", import.meta.url),
    () => new URL("./components.css", import.meta.url),
  ],
};

const loaded = {};

/** The program of an element, and its style sheet; loaded once. */
function load(tag) {
  return (loaded[tag] ??= loadNow(tag)
    // While one release takes the place of another, a replica of the other may have been asked.
    .catch(() => new Promise((next) => setTimeout(next, 1000)).then(() => loadNow(tag)))
    .catch((error) => {
      // The next element tries again.
      delete loaded[tag];
      throw error;
    }));
}

async function loadNow(tag) {
  const [script, binary, style] = programs[tag];
  const [program, response, rules] = await Promise.all([script(), fetch(binary()), fetch(style())]);
  if (!rules.ok) throw new Error(`${rules.url}: ${rules.status}`);
  await program.default({ module_or_path: response });
  // Made here, so that no policy of the page is in its way.
  return [program, await new CSSStyleSheet().replace(await rules.text())];
}

/** Fails when it takes so many seconds. */
const within = (seconds, work) =>
  Promise.race([work, new Promise((_, fail) => setTimeout(fail, 1000 * seconds))]);

/**
 * Begins a sign-up on this page and leaves, or answers the code of what was in the way. Follows `link`
 * if the visitor comes back to another origin, where it has to begin, or if the program does not come or
 * stopped.
 */
async function leave(element, site, back, link) {
  try {
    const [program] = await within(5, load("authenteq-button"));
    // Longer than the backend may take; a program that stopped never answers.
    const url = await within(30, program.prepare(element.base, site, back));
    // Whoever took the button away meanwhile wants the visitor to stay.
    if (element.isConnected) location.assign(url);
  } catch (code) {
    if (typeof code === "string" && code !== "REDIRECT_ELSEWHERE") return code;
    if (element.isConnected) location.assign(link);
  }
}

/** What an element says when it has no program that could. */
const notLoaded = {
  en: ["This part of the page could not be loaded completely.", "Reload the page"],
  de: ["Dieser Teil der Seite konnte nicht vollständig geladen werden.", "Seite neu laden"],
};

/** What both elements are. Importing this file where there are no elements does nothing. */
class AuthenteqElement extends (globalThis.HTMLElement ?? Object) {
  root = this.attachShadow({ mode: "open" });
  program = null;
  view = null;
  /** Where the backend is that belongs to what is drawn. */
  drawnAt = null;
  isPlaced = false;

  constructor() {
    super();
    // What the page put inside shows until the program is there, and if it never comes.
    this.root.append(document.createElement("slot"));
  }

  async connectedCallback() {
    this.isPlaced = true;
    try {
      for (const name of this.constructor.observedAttributes.map(propertyOf)) {
        // Set by a framework before the element was known.
        if (Object.hasOwn(this, name)) {
          const value = this[name];
          delete this[name];
          this[name] = value;
        }
      }
      if (this.program) return;
      if (!this.base) return this.fail("BASE_URL_INVALID");
      const [program, sheet] = await load(this.localName);
      if (!this.isConnected || this.program || !this.base) return;
      this.root.replaceChildren();
      this.root.adoptedStyleSheets = [sheet];
      this.program = program;
      this.drawnAt = this.base;
      this.draw();
    } catch (error) {
      this.stop(error);
    }
  }

  disconnectedCallback() {
    // One that was moved is connected again by then, and goes on.
    queueMicrotask(() => this.isConnected || this.settle());
  }

  /** Takes away what is drawn for a place that the element has left, and draws anew where it is. */
  settle() {
    // A return is exchanged once, so what is under way ends where it began; the element hears of its end.
    if (this.root.querySelector("[data-outcome=checking]")) return;
    if (this.program && this.isConnected && this.base === this.drawnAt) return;
    this.clear();
    if (this.isConnected) this.connectedCallback();
  }

  /** Takes away what is drawn, and shows what the page put inside. */
  clear() {
    if (!this.program) return;
    try {
      this.view?.free();
    } catch {
      // A program that stopped frees nothing any more.
    }
    this.program = this.view = null;
    this.root.replaceChildren(document.createElement("slot"));
  }

  /** After an exception: what is half drawn goes, and the visitor reads why. */
  stop(error) {
    console.error(`<${this.localName}> stopped`, error);
    // A program that noticed has drawn and told it by itself.
    if (this.root.querySelector("[data-reason=CRASHED]")) return;
    const code = this.program ? "CRASHED" : "LOAD_FAILED";
    this.clear();
    this.fail(code);
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "base-url" && this.isPlaced) {
      // Not within an event of this element: who hears of an error may change the address.
      queueMicrotask(() => this.settle());
    } else if (this.program) {
      try {
        this.update?.();
      } catch (error) {
        this.stop(error);
      }
    }
  }

  /** Where the backend is, with a slash at the end; nothing if `base-url` is no such address. */
  get base() {
    const given = this.getAttribute("base-url");
    if (!given) return here;
    if (!URL.canParse(given, document.baseURI)) return undefined;
    const base = new URL(given, document.baseURI);
    if (!/^https?:$/.test(base.protocol)) return undefined;
    return base.origin + base.pathname.replace(/\/*$/, "/");
  }

  /** The languages that come into question, the best first. */
  get languages() {
    const page = document.documentElement.dataset.lang;
    return [this.said("lang"), page, ...navigator.languages].join();
  }

  /** An attribute that says something. */
  said(name) {
    return this.getAttribute(name) || undefined;
  }

  fail(code) {
    console.warn(`<${this.localName}> ${code}`, this.base);
    if (!this.program) this.say(code);
    this.emit("authenteq-error", { code, supportCode: code });
  }

  /** Where no program is that could say it. */
  say(code) {
    const [sentence, reload] = notLoaded[/\b(de|en)\b/.exec(this.languages)?.[0] ?? "en"];
    const place = document.createElement("p");
    place.role = "alert";
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = reload;
    place.append(`${sentence} `, link, ` (${code})`);
    this.root.replaceChildren(place);
  }

  emit(name, detail, cancelable = false) {
    return this.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, cancelable, detail }),
    );
  }
}

class AuthenteqButton extends AuthenteqElement {
  static observedAttributes = ["base-url", "site", "return", "lang", "variant", "disabled"];
  #link;
  #busy = false;

  constructor() {
    super();
    // Not at the link that is drawn: the one that the page put inside can be pressed before.
    this.addEventListener("click", (event) => this.#press(event).catch((error) => this.stop(error)));
  }

  /** Unless the page put a link inside, which works without the program. */
  say(code) {
    if (!this.querySelector("a")) super.say(code);
  }

  draw() {
    this.view = this.program.mount(this.root);
    this.#link = this.root.querySelector("a");
    this.update();
  }

  update() {
    const link = this.#link;
    const address = new URL("start", this.base);
    for (const name of ["site", "return"]) {
      if (this.said(name)) address.searchParams.set(name, this.said(name));
    }
    link.className = `authenteq-button ${this.variant === "accessible" ? "authenteq-button--accessible" : ""}`;
    const off = this.disabled;
    // A link that leads nowhere is not one to a screen reader, unless it is told.
    for (const [name, value] of [
      ["href", !off && address.href],
      ["role", off && "link"],
      ["aria-disabled", off && "true"],
      ["aria-busy", this.#busy && "true"],
    ]) {
      value ? link.setAttribute(name, value) : link.removeAttribute(name);
    }
    this.root.querySelector("slot[name=caption]").textContent = this.program.text(this.languages);
  }

  /** The link that an event is about, if a sign-up begins there. */
  #linkOf(event) {
    const path = event.composedPath();
    const link = path.slice(0, path.indexOf(this)).find((node) => node.localName === "a");
    if (!link || link === this.#link) return link;
    // What else the page put inside is its own.
    const start = new URL("start", this.base);
    const isStart = link.origin === start.origin && link.pathname === start.pathname;
    return isStart && !link.target ? link : undefined;
  }

  async #press(event) {
    const link = this.base && !event.defaultPrevented && this.#linkOf(event);
    if (!link) return;
    // Another tab or window, or a file to save: that is the link's business.
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (
      (this.#busy && !isElsewhere) ||
      this.disabled ||
      !this.emit("authenteq-start", { site: this.site, return: this.return }, true)
    ) {
      return event.preventDefault();
    }
    if (isElsewhere) return;
    event.preventDefault();
    this.#tell("");
    link.ariaBusy = "true";
    this.#setBusy(true);
    const code = await leave(this, this.said("site"), this.said("return"), link.href);
    link.ariaBusy = null;
    this.#setBusy(false);
    if (code && this.program) {
      this.#tell(`${this.program.text(this.languages, code)} (${code})`);
      this.fail(code);
    }
  }

  #setBusy(busy) {
    this.#busy = busy;
    if (this.program) this.update();
  }

  #tell(message) {
    this.root.querySelector("p")?.remove();
    if (message) {
      const place = document.createElement("p");
      place.part = "message";
      place.role = "alert";
      place.textContent = message;
      this.root.append(place);
    }
  }
}

class AuthenteqResults extends AuthenteqElement {
  // `lang`, `site` and `return` are read when the element is put on the page: a return is exchanged once.
  static observedAttributes = ["base-url", "site", "return", "lang"];

  constructor() {
    super();
    this.root.addEventListener("click", (event) => this.#startAgain(event));
    for (const end of ["authenteq-verified", "authenteq-error"]) {
      // Not within the event: what sends it is what may be taken away.
      this.addEventListener(end, () => queueMicrotask(() => this.program && this.settle()));
    }
  }

  draw() {
    this.view = this.program.mount(this, this.root, this.base);
  }

  /** Here and not where the link leads: the state has to be kept on the origin that compares it. */
  async #startAgain(event) {
    const link = event.target.closest("[data-test=start-again]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const query = new URL(link.href).searchParams;
    const key = (name) => query.get(name) ?? undefined;
    // What keeps the visitor here, the page behind the link says in words.
    if (await leave(this, key("site"), key("return"), link.href)) location.assign(link.href);
  }

  /** A copy of the data as `GET /api/details` has it, while it is shown. */
  get verification() {
    const isShown = this.root.querySelector("[data-outcome=shown]");
    return (isShown && structuredClone(this.view.verification())) ?? null;
  }
}

function propertyOf(attribute) {
  return attribute.replace(/-(.)/, (_, letter) => letter.toUpperCase());
}

function define(tag, element) {
  if (!globalThis.customElements || customElements.get(tag)) return;
  for (const attribute of element.observedAttributes.filter((name) => name !== "lang")) {
    const isFlag = attribute === "disabled";
    const byDefault = attribute === "variant" ? "brand" : null;
    Object.defineProperty(element.prototype, propertyOf(attribute), {
      get() {
        return isFlag ? this.hasAttribute(attribute) : (this.getAttribute(attribute) ?? byDefault);
      },
      set(value) {
        if (isFlag) this.toggleAttribute(attribute, Boolean(value));
        else if (value == null) this.removeAttribute(attribute);
        else this.setAttribute(attribute, value);
      },
      configurable: true,
      enumerable: true,
    });
  }
  customElements.define(tag, element);
}

define("authenteq-button", AuthenteqButton);
define("authenteq-results", AuthenteqResults);
