// Registers <authenteq-button> and <authenteq-results>. The programs that draw them are written in Rust.

import { AuthenteqButton } from "./button.js";
import { propertyOf } from "./element.js";
import { AuthenteqResults } from "./results.js";

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
