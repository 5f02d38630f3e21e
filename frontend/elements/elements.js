// Registers <authenteq-button> and <authenteq-results>, loads the program of each when the first one is on
// a page, and handles attributes and events. The programs are written in Rust.

/** The address of this file, where a portal serves it; the npm package has none. */
const here = import.meta.url ?? "";

// `cargo xtask post-build` puts the names in that these files have in a release: each follows the content.
// In the npm package, modules that every bundler understands hold programs and styles.
const programs = {
  "authenteq-button": [
    () => import("./authenteq-button.js"),
    () => fetch(new URL("./authenteq-button_bg.wasm", import.meta.url)),
    () => textOf(new URL("./button.css", import.meta.url)),
  ],
  "authenteq-results": [
    () => import("./authenteq-results.js"),
    () => fetch(new URL("./authenteq-results_bg.wasm", import.meta.url)),
    () => textOf(new URL("./components.css", import.meta.url)),
  ],
};

/** The texts of the results, of which one language is loaded; the button has all of its own. */
const texts = {
  en: () => import("./authenteq-results-en.js"),
  de: () => import("./authenteq-results-de.js"),
  fr: () => import("./authenteq-results-fr.js"),
};

/** The one of our languages that a tag like `de-AT` is of. */
const languageOf = (tag) => {
  const primary = tag.trim().split(/[-_]/)[0].toLowerCase();
  return Object.keys(texts).find((language) => language === primary);
};

const loaded = {};

/** Loads something once. */
function once(name, work) {
  return (loaded[name] ??= work()
    // While one release takes the place of another, a replica of the other may have been asked.
    .catch(() => new Promise((next) => setTimeout(next, 1000)).then(work))
    .catch((error) => {
      // The next element tries again.
      delete loaded[name];
      throw error;
    }));
}

/** The program of an element, and its styles. */
const load = (tag) => once(tag, () => loadNow(tag));

async function loadNow(tag) {
  const [program, binary, rules] = await Promise.all(programs[tag].map((part) => part()));
  await program.default({ module_or_path: binary });
  return [program, rules];
}

async function textOf(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.text();
}

/** Whether the browser has what the programs need; the rest is checked when they are loaded. */
const isSupported = () => globalThis.WebAssembly && globalThis.CSSStyleSheet?.prototype.replaceSync;

/** Another tab or window, or a file to save: the link does that. */
const isElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

/** Fails when it takes so many seconds. */
const within = (seconds, work) =>
  Promise.race([work, new Promise((_, fail) => setTimeout(fail, 1000 * seconds))]);

/**
 * Begins a sign-up on this page and leaves, or returns the code of the failure. Follows `link` instead if
 * the redirect URI has another origin, where the sign-up has to begin, or if the program fails to load or
 * stops.
 */
async function leave(element, site, back, link) {
  try {
    const [program] = await within(5, load("authenteq-button"));
    // Longer than the backend may take; a program that stopped never answers.
    const url = await within(30, program.prepare(element.base, site, back));
    // A page that removed the button meanwhile wants the visitor to stay.
    if (element.isConnected) location.assign(url);
  } catch (code) {
    if (typeof code === "string" && code !== "REDIRECT_ELSEWHERE") return code;
    if (element.isConnected) location.assign(link);
  }
}

/** The messages of an element without a program, as `languages/` has them. */
const notLoaded = {
  en: [
    "This part of the page could not be loaded completely.",
    "Reload the page",
    "This part of the page needs a newer browser.",
  ],
  de: [
    "Dieser Teil der Seite konnte nicht vollständig geladen werden.",
    "Seite neu laden",
    "Dieser Teil der Seite braucht einen neueren Browser.",
  ],
  fr: [
    "Cette partie de la page n’a pas pu être chargée entièrement.",
    "Recharger la page",
    "Cette partie de la page nécessite un navigateur plus récent.",
  ],
};

/** The base of both elements. Importing this file without a DOM does nothing. */
class AuthenteqElement extends (globalThis.HTMLElement ?? Object) {
  root = this.attachShadow({ mode: "open" });
  program = null;
  view = null;
  /** The backend's address when the view was drawn. */
  drawnAt = null;
  isPlaced = false;

  constructor() {
    super();
    // The page's own content shows until the program has loaded.
    this.root.append(document.createElement("slot"));
  }

  async connectedCallback() {
    this.isPlaced = true;
    try {
      for (const name of this.constructor.observedAttributes.map(propertyOf)) {
        // Set by a framework before the element was known.
        if (this.hasOwnProperty(name)) {
          const value = this[name];
          delete this[name];
          this[name] = value;
        }
      }
      if (this.program) return this.dress();
      if (!this.base) return this.fail("BASE_URL_INVALID");
      if (!isSupported()) return this.fail("BROWSER_TOO_OLD");
      const [[program, rules]] = await Promise.all([load(this.localName), this.loadTexts?.()]);
      await this.opened?.();
      if (!this.isConnected || this.program || !this.base) return;
      this.root.replaceChildren();
      this.rules = rules;
      this.dress();
      this.program = program;
      this.drawnAt = this.base;
      this.draw();
    } catch (error) {
      this.stop(error);
    }
  }

  /** Puts the styles on. A move into another document takes them off, and a document takes no sheet of another. */
  dress() {
    const view = this.ownerDocument.defaultView;
    // A document without a window shows nothing.
    if (!view) return;
    // Made here, so that no policy of the page is in its way.
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(this.rules);
    this.root.adoptedStyleSheets = [sheet];
  }

  disconnectedCallback() {
    // One that was moved is connected again by then, and goes on.
    queueMicrotask(() => this.isConnected || this.settle());
  }

  /** Removes a view that belongs to another place or backend, and draws it again. */
  settle() {
    // A code is exchanged once, so a request under way ends first; its event calls this again.
    if (this.root.querySelector("[data-outcome=checking]")) return;
    if (this.program && this.isConnected && this.base === this.drawnAt) return;
    this.clear();
    if (this.isConnected) this.connectedCallback();
  }

  /** Removes the view, and shows the page's own content. */
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

  /** After an exception: removes the view, and shows the reason. */
  stop(error) {
    console.error(`<${this.localName}> stopped`, error);
    // The program has drawn the card and sent the event itself.
    if (this.root.querySelector("[data-reason=CRASHED]")) return;
    const code = this.program ? "CRASHED" : "LOAD_FAILED";
    this.clear();
    this.fail(code);
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "base-url" && this.isPlaced) {
      // Not within an event of this element: a listener for errors may change the address.
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
    try {
      const base = new URL(this.said("base-url") ?? new URL("./", here), document.baseURI);
      if (/^https?:$/.test(base.protocol)) return base.origin + base.pathname.replace(/\/*$/, "/");
    } catch {
      // No address.
    }
  }

  /** Language tags, the preferred first. */
  get languages() {
    const page = document.documentElement.dataset.lang;
    // An extension may have replaced the browser's list.
    return [this.said("lang"), page].concat(navigator.languages).join();
  }

  /** The first of these tags that is of one of our languages. */
  get tag() {
    return this.languages.split(",").find(languageOf) ?? "en";
  }

  /** An attribute's value, unless it is missing or empty. */
  said(name) {
    return this.getAttribute(name) || undefined;
  }

  fail(code) {
    console.warn(`<${this.localName}> ${code}`, this.base);
    if (!this.program) this.say(code);
    this.emit("authenteq-error", { code, supportCode: code });
  }

  /** Shows a failure without a program. */
  say(code) {
    const [sentence, reload, tooOld] = notLoaded[languageOf(this.tag)];
    const place = document.createElement("p");
    place.setAttribute("role", "alert");
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = reload;
    place.append(`${code === "BROWSER_TOO_OLD" ? tooOld : sentence} `, link, ` (${code})`);
    this.root.replaceChildren(place);
  }

  emit(name, detail, cancelable = false) {
    return this.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, cancelable, detail }),
    );
  }
}

const noKeys = { site: null, return: null };

class AuthenteqButton extends AuthenteqElement {
  static observedAttributes = ["base-url", "site", "return", "sign-up", "lang", "variant", "disabled"];
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
    const handle = this.said("sign-up");
    if (handle) address.hash = `sign_up=${handle}`;
    for (const name of ["site", "return"]) {
      // The site's server has named both for its sign-up.
      if (this.said(name) && handle) console.warn(`<${this.localName}> ignores ${name} with sign-up`);
      else if (this.said(name)) address.searchParams.set(name, this.said(name));
    }
    link.className = `authenteq-button ${this.variant === "accessible" ? "authenteq-button--accessible" : ""}`;
    const off = this.disabled;
    // Without `href`, only the role makes it a link to a screen reader.
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
    // Other content of the page keeps its own behaviour.
    const start = new URL("start", this.base);
    const isStart = link.origin === start.origin && link.pathname === start.pathname;
    return isStart && !link.target ? link : undefined;
  }

  async #press(event) {
    const link = this.base && !event.defaultPrevented && this.#linkOf(event);
    if (!link) return;
    if (
      (this.#busy && !isElsewhere(event)) ||
      this.disabled ||
      // A page that is drawn ahead begins nothing.
      document.prerendering ||
      !this.emit("authenteq-start", this.signUp ? noKeys : { site: this.site, return: this.return }, true)
    ) {
      return event.preventDefault();
    }
    // A sign-up of the site's server begins at the portal, which says what it is for.
    if (isElsewhere(event) || this.said("sign-up")) return;
    event.preventDefault();
    this.#tell("");
    link.setAttribute("aria-busy", "true");
    this.#setBusy(true);
    const code = await leave(this, this.said("site"), this.said("return"), link.href);
    link.removeAttribute("aria-busy");
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
      place.setAttribute("part", "message");
      place.setAttribute("role", "alert");
      place.textContent = message;
      this.root.append(place);
    }
  }
}

class AuthenteqResults extends AuthenteqElement {
  // `lang`, `site` and `return` are read when the element is put on the page: a code is exchanged once.
  static observedAttributes = ["base-url", "site", "return", "lang"];
  #texts;

  constructor() {
    super();
    this.root.addEventListener("click", (event) => this.#startAgain(event));
    for (const end of ["authenteq-verified", "authenteq-error"]) {
      // Not within the event: this may remove the view that sends it.
      this.addEventListener(end, () => queueMicrotask(() => this.program && this.settle()));
    }
  }

  /** Waits for the visitor to open a page that the browser has drawn ahead: a code is exchanged once. */
  opened() {
    return (
      document.prerendering &&
      new Promise((next) => document.addEventListener("prerenderingchange", next, { once: true }))
    );
  }

  /** In the language of the element now: `lang` may change before the texts are there. */
  async loadTexts() {
    const tag = this.tag.trim();
    const file = await once(`${languageOf(tag)} texts`, texts[languageOf(tag)]);
    this.#texts = [tag, file.default];
  }

  draw() {
    this.view = this.program.mount(this, this.root, this.base, ...this.#texts);
  }

  /** Here and not where the link leads: the state has to be kept on the origin that compares it. */
  async #startAgain(event) {
    const link = event.target.closest("[data-test=start-again]");
    if (!link || isElsewhere(event)) return;
    const query = new URL(link.href).searchParams;
    // A sign-up of the site's server begins at the portal.
    if (query.has("kept")) return;
    event.preventDefault();
    const key = (name) => query.get(name) ?? undefined;
    // After a failure, the page behind the link explains it.
    if (await leave(this, key("site"), key("return"), link.href)) location.assign(link.href);
  }

  /** A copy of the data as `GET /api/details` has it, while it is shown. */
  get verification() {
    const isShown = this.root.querySelector("[data-outcome=shown]");
    return isShown ? JSON.parse(JSON.stringify(this.view.verification())) : null;
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
        const given = this.getAttribute(attribute);
        // React 18 writes `disabled={false}` as text.
        return isFlag ? given !== null && given !== "false" : (given ?? byDefault);
      },
      set(value) {
        const given = isFlag ? (value ? "" : null) : value;
        if (given == null) this.removeAttribute(attribute);
        else this.setAttribute(attribute, given);
      },
      configurable: true,
      enumerable: true,
    });
  }
  customElements.define(tag, element);
}

define("authenteq-button", AuthenteqButton);
define("authenteq-results", AuthenteqResults);
