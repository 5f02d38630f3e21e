// Chooses the language of a page and loads the page's texts while its program loads. The program asks for them
// (src/texts/page.rs). `cargo xtask post-build` writes this for each program.
const files = {
  en: () => import("./PROGRAM-en.js"),
  de: () => import("./PROGRAM-de.js"),
  fr: () => import("./PROGRAM-fr.js"),
};

const languageOf = (tag) => {
  const primary = tag.trim().split(/[-_]/)[0].toLowerCase();
  return Object.keys(files).find((language) => language === primary);
};

/** A language tag, and after a line break its file. What the visitor chose comes first. */
async function load(choice) {
  const { dataset } = document.documentElement;
  // An extension may have replaced the browser's list.
  const given = [dataset.lang].concat(navigator.languages).filter((tag) => typeof tag === "string");
  const language = [choice, ...given].map(languageOf).find(Boolean) ?? "en";
  const tag = given.find((it) => languageOf(it) === language) ?? language;
  return `${tag.trim()}\n${(await files[language]()).default}`;
}

/** In this tab, as the sign-up that is under way. Where that is blocked, a choice lasts for the page. */
function kept(choice) {
  try {
    if (choice) sessionStorage.setItem("authenteq.language", choice);
    return sessionStorage.getItem("authenteq.language");
  } catch {
    // Blocked.
  }
}

const first = load(kept() ?? "");

globalThis.authenteqTexts = async (choice) => {
  const texts = await (choice ? load(choice) : first);
  kept(choice);
  return texts;
};
