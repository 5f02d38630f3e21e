// Starts the program of `/results`, which is the one of <authenteq-results>.
import init, { page } from "./authenteq-results.js";

// Of two programs, the second would find the callback used.
if (!window.isReloading) {
  await init();
  page();
}
