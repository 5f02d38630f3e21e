// <authenteq-results>.

import { AuthenteqElement } from "./element.js";
import { isElsewhere, leave } from "./leaving.js";
import { languageOf, once, texts } from "./loading.js";

export class AuthenteqResults extends AuthenteqElement {
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
