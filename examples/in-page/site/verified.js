// The shop goes on only when the visitor is verified.
const results = document.querySelector("authenteq-results");
const next = document.querySelector("#next");
results.addEventListener("authenteq-verified", () => (next.hidden = false));
results.addEventListener("authenteq-error", () => (next.hidden = true));
results.addEventListener("authenteq-ended", () => (next.hidden = true));
