// Notes how long it takes from the navigation to the results until all of their pictures are seen.
// The page is loaded twice: first with a code in its address, then without. Beside it: a page that is
// nothing but pictures.
(() => {
  const key = "bench.landing";
  const pictures = 4;
  // After the redirect that led here.
  const asked = () =>
    performance.timeOrigin + performance.getEntriesByType("navigation")[0].fetchStart;
  if (!["/results", "/pictures"].includes(location.pathname)) return;
  if (new URLSearchParams(location.search).has("code")) {
    sessionStorage.setItem(key, asked());
    return;
  }
  const began = sessionStorage.getItem(key) ?? asked();
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
