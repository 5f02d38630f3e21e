// Notes how long it takes from the navigation to the results until all of their pictures are seen.
// The page is loaded twice: first with a code in its address, then without.
(() => {
  const key = "bench.landing";
  const pictures = 4;
  if (location.pathname !== "/results") return;
  if (new URLSearchParams(location.search).has("code")) {
    // After the redirect that led here.
    const [{ fetchStart }] = performance.getEntriesByType("navigation");
    sessionStorage.setItem(key, performance.timeOrigin + fetchStart);
    return;
  }
  const began = sessionStorage.getItem(key);
  const frame = () => new Promise(requestAnimationFrame);
  const observer = new MutationObserver(async () => {
    const images = [...document.querySelectorAll("img[data-image]")];
    if (images.length < pictures) return;
    observer.disconnect();
    await Promise.all(images.map((image) => image.decode()));
    await frame();
    await frame();
    globalThis.benchLanded = performance.timeOrigin + performance.now() - began;
  });
  observer.observe(document, { subtree: true, childList: true });
})();
