// Measures when a page is painted, when its button works, and when the button has its final look. Runs
// before the page's own scripts.
globalThis.bench = (() => {
  const moment = () => {
    let is;
    const when = new Promise((resolve) => (is = () => resolve(performance.now())));
    return [when, is];
  };
  const [works, isWorking] = moment();
  const [drawn, isDrawn] = moment();
  const painted = new Promise((resolve) => {
    const look = (list) => {
      const [paint] = list.getEntriesByName("first-contentful-paint");
      if (paint) resolve(paint.startTime);
    };
    new PerformanceObserver(look).observe({ type: "paint", buffered: true });
  });
  // By then the script has run and attached the handler of the element.
  document.addEventListener("DOMContentLoaded", () => {
    const root = document.querySelector("authenteq-button")?.shadowRoot;
    const look = () => root.querySelector("a[href]") && isDrawn();
    if (root) {
      isWorking();
      new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true });
      look();
    }
  });
  const bench = { works: isWorking, times: null };
  document.addEventListener("DOMContentLoaded", async () => {
    // A page without a script works once it is painted, and only our button changes its look.
    const whole = document.scripts.length ? works : painted;
    const last = document.querySelector("authenteq-button") ? drawn : whole;
    bench.times = await Promise.all([painted, whole, last]);
  });
  return bench;
})();
