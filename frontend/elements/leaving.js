// Leaves the page for a sign-up.

import { load } from "./loading.js";

/** Another tab or window, or a file to save: the link does that. */
export const isElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

/** Fails when it takes so many seconds. */
const within = (seconds, work) =>
  Promise.race([work, new Promise((_, fail) => setTimeout(fail, 1000 * seconds))]);

/**
 * Begins a sign-up on this page and leaves, or returns the code of the failure. Follows `link` instead if
 * the redirect URI has another origin, where the sign-up has to begin, or if the program fails to load or
 * stops.
 */
export async function leave(element, site, back, link) {
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
