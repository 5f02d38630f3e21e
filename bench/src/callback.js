// Measures from the navigation to the results until all their pictures are painted. The page /pictures has
// nothing but the pictures.
(() => {
  const pictures = 4;
  if (!["/results", "/pictures"].includes(location.pathname)) return;
  const frame = () => new Promise(requestAnimationFrame);
  const observer = new MutationObserver(async () => {
    const images = [...document.querySelectorAll("img[data-image]")];
    if (images.length < pictures) return;
    observer.disconnect();
    await Promise.all(images.map((image) => image.decode()));
    await frame();
    await frame();
    // After the redirect to this page.
    globalThis.benchShown = performance.now() - performance.getEntriesByType("navigation")[0].fetchStart;
  });
  observer.observe(document, { subtree: true, childList: true });
})();
