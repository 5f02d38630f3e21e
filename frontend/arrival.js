// Reloads the page without the callback's parameters in its address, because the browser keeps the address
// of a page while it is open (performance.getEntries()). It runs before the rest of the page loads, which
// would load twice. The history entry carries the parameters meanwhile; src/sign_up/callback/address.rs
// reads them there, and has the same list of parameters.
{
  const arrive = () => {
    const address = new URL(location.href);
    const parameters = address.searchParams;
    if (["code", "state", "error"].some((name) => parameters.has(name))) {
      const state = `authenteq.return:${address.search}`;
      for (const name of ["code", "state", "error", "error_description", "error_uri", "iss", "webkyc_flow"]) {
        parameters.delete(name);
      }
      history.replaceState(state, "", address);
      // Firefox runs the rest of the page before it reloads; results.js looks at this.
      window.isReloading = true;
      location.reload();
    }
  };
  // Not before the visitor opens a page that the browser has drawn ahead.
  if (document.prerendering) document.addEventListener("prerenderingchange", arrive, { once: true });
  else arrive();
}
