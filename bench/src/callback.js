// Measures from the navigation to the results until all their pictures are painted. The page loads twice:
// with a code in its address, and then without. The page /pictures has nothing but the pictures.
(() => {
  const key = "bench.callback";
  const pictures = 4;
  // After the redirect to this page.
  const navigated = () =>
    performance.timeOrigin + performance.getEntriesByType("navigation")[0].fetchStart;
  if (!["/results", "/pictures"].includes(location.pathname)) return;
  if (new URLSearchParams(location.search).has("code")) {
    sessionStorage.setItem(key, navigated());
    return;
  }
  const began = sessionStorage.getItem(key) ?? navigated();
  const frame = () => new Promise(requestAnimationFrame);
  const observer = new MutationObserver(async () => {
    const images = [...document.querySelectorAll("img[data-image]")];
    if (images.length < pictures) return;
    observer.disconnect();
    await Promise.all(images.map((image) => image.decode()));
    await frame();
    await frame();
    globalThis.benchShown = performance.timeOrigin + performance.now() - began;
  });
  observer.observe(document, { subtree: true, childList: true });
})();
