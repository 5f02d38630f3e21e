// Loads the program, styles and texts of an element.

/** The address of this file, where a portal serves it; the npm package has none. */
export const here = import.meta.url ?? "";

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
export const texts = {
  en: () => import("./authenteq-results-en.js"),
  de: () => import("./authenteq-results-de.js"),
  fr: () => import("./authenteq-results-fr.js"),
};

/** The one of our languages that a tag like `de-AT` is of. */
export const languageOf = (tag) => {
  const primary = tag.trim().split(/[-_]/)[0].toLowerCase();
  return Object.keys(texts).find((language) => language === primary);
};

const loaded = {};

/** Loads something once. */
export function once(name, work) {
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
export const load = (tag) => once(tag, () => loadNow(tag));

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
export const isSupported = () => globalThis.WebAssembly && globalThis.CSSStyleSheet?.prototype.replaceSync;
