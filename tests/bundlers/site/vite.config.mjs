// The pages of one site, and nothing that a test would have to wait for.
export default {
  base: "./",
  clearScreen: false,
  // Where nothing else keeps anything: another version of Vite has its own.
  cacheDir: process.env.WEBKYC_TEST_CACHE,
  build: {
    rollupOptions: {
      input: ["index.html", "verified.html"].map((page) => `${import.meta.dirname}/${page}`),
    },
  },
};
