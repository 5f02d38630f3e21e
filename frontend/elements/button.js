// <authenteq-button>.

import { AuthenteqElement } from "./element.js";
import { isElsewhere, leave } from "./leaving.js";

const noKeys = { site: null, return: null };

export class AuthenteqButton extends AuthenteqElement {
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
