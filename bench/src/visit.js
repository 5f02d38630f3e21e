// Notes when a page can be seen and when its button works. Runs before all that is the page's own.
globalThis.bench = (() => {
  let says;
  const works = new Promise((resolve) => (says = () => resolve(performance.now())));
  const painted = new Promise((resolve) => {
    const look = (list) => {
      const [paint] = list.getEntriesByName("first-contentful-paint");
      if (paint) resolve(paint.startTime);
    };
    new PerformanceObserver(look).observe({ type: "paint", buffered: true });
  });
  // By then the script that the page names has run, and has made something of the element.
  document.addEventListener("DOMContentLoaded", () => {
    const root = document.querySelector("authenteq-button")?.shadowRoot;
    const look = () => root.querySelector("a[href]") && says();
    if (root) {
      new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true });
      look();
    }
  });
  const bench = { works: says, times: null };
  document.addEventListener("DOMContentLoaded", async () => {
    // A page without a script works when it is there.
    const whole = document.scripts.length ? works : painted;
    bench.times = await Promise.all([painted, whole]);
  });
  return bench;
})();
