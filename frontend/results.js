// Starts the program of `/results`, which is the one of <authenteq-results>.
import init, { page } from "./authenteq-results.js";

await init();
page();
