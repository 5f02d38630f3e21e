// <authenteq-button> and <authenteq-results>. What they do is written in Rust; this registers them,
// loads the program of each when the first one is on a page, and speaks with the page around it.

const here = new URL("./", import.meta.url).href;

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
  const [script, binary, style] = programs[tag];
  return (loaded[tag] ??= Promise.all([script(), fetch(binary()), fetch(style())])
    .then(async ([program, response, rules]) => {
      if (!rules.ok) throw new Error(`${rules.url}: ${rules.status}`);
      await program.default({ module_or_path: response });
      // Made here, so that no policy of the page is in its way.
      return [program, await new CSSStyleSheet().replace(await rules.text())];
    })
    .catch((error) => {
      // The next element tries again.
      delete loaded[tag];
      throw error;
    }));
}

/** What both elements are. Importing this file where there are no elements does nothing. */
class AuthenteqElement extends (globalThis.HTMLElement ?? Object) {
  root = this.attachShadow({ mode: "open" });
  program = null;

  constructor() {
    super();
    // What the page put inside shows until the program is there, and if it never comes.
    this.root.append(document.createElement("slot"));
  }

  async connectedCallback() {
    for (const name of this.constructor.observedAttributes.map(propertyOf)) {
      // Set by a framework before the element was known.
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    try {
      const [program, sheet] = await load(this.localName);
      if (this.isConnected && !this.program) {
        this.root.replaceChildren();
        this.root.adoptedStyleSheets = [sheet];
        this.program = program;
        this.draw();
      }
    } catch (error) {
      console.error(`<${this.localName}> could not be loaded`, error);
      this.emit("authenteq-error", { code: "LOAD_FAILED" });
    }
  }

  attributeChangedCallback(_name, before, after) {
    if (this.program && before !== after) this.update();
  }

  /** Where the backend is, with a slash at the end. */
  get base() {
    const given = this.getAttribute("base-url");
    if (!given) return here;
    const base = new URL(given.replace(/\/*$/, "/"), document.baseURI);
    return /^https?:$/.test(base.protocol) ? base.href : here;
  }

  /** An attribute that says something. */
  said(name) {
    return this.getAttribute(name) || undefined;
  }

  emit(name, detail, cancelable = false) {
    return this.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, cancelable, detail }),
    );
  }
}

class AuthenteqButton extends AuthenteqElement {
  static observedAttributes = ["base-url", "site", "return", "lang", "variant", "disabled"];
  #view;
  #link;
  #busy = false;

  draw() {
    this.#view = this.program.mount(this.root);
    this.#link = this.root.querySelector("a");
    this.#link.addEventListener("click", (event) => this.#press(event));
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
    this.root.querySelector("slot[name=caption]").textContent = this.program.text(this.said("lang"));
  }

  async #press(event) {
    if (
      this.#busy ||
      this.disabled ||
      !this.emit("authenteq-start", { site: this.site, return: this.return }, true)
    ) {
      return event.preventDefault();
    }
    // Another tab or window, or a file to save: that is the link's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#tell("");
    this.#setBusy(true);
    try {
      location.assign(await this.program.prepare(this.base, this.said("site"), this.said("return")));
    } catch (code) {
      // The visitor comes back to another origin, so the sign-up begins there; and whatever is wrong
      // with this program, the link works.
      if (typeof code !== "string" || code === "REDIRECT_ELSEWHERE") {
        location.assign(this.#link.href);
      } else {
        this.#tell(`${this.program.text(this.said("lang"), code)} (${code})`);
        this.emit("authenteq-error", { code });
      }
    }
    this.#setBusy(false);
  }

  #setBusy(busy) {
    this.#busy = busy;
    this.update();
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
  static observedAttributes = ["base-url", "site", "return", "lang"];
  #view;

  draw() {
    this.#view = this.program.mount(this, this.root, this.base);
  }

  update() {
    this.#clear();
    this.draw();
  }

  disconnectedCallback() {
    // One that was moved is connected again by then, and goes on.
    queueMicrotask(() => {
      if (this.isConnected || !this.program) return;
      this.program = null;
      this.#clear();
      this.root.append(document.createElement("slot"));
    });
  }

  #clear() {
    this.#view.free();
    this.root.replaceChildren();
  }

  /** The data as `GET /api/details` has it, while it is shown. */
  get verification() {
    return (this.program && this.#view.verification()) ?? null;
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
