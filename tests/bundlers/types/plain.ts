import "authenteq-elements";
import type { AuthenteqErrorDetail } from "authenteq-elements";

const button = document.createElement("authenteq-button");
button.disabled = false;
button.variant = "accessible";
// The elements' own events and those of every element have their types.
button.addEventListener("authenteq-start", (event) => event.detail.site?.length);
button.addEventListener("click", (event) => event.clientX.toFixed());
const results = document.querySelector("authenteq-results");
results?.addEventListener("authenteq-error", ({ detail }: CustomEvent<AuthenteqErrorDetail>) => detail.code.length);
results?.addEventListener("keydown", (event) => event.key.length);

// @ts-expect-error There is no such variant.
button.variant = "loud";
