// What both elements do: take attributes, draw, show failures.

import { here, isSupported, languageOf, load } from "./loading.js";

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
export class AuthenteqElement extends (globalThis.HTMLElement ?? Object) {
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

export function propertyOf(attribute) {
  return attribute.replace(/-(.)/, (_, letter) => letter.toUpperCase());
}
