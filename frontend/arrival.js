// Takes the callback's parameters out of the page's address before the rest of the page loads. The history
// entry carries them; src/sign_up/callback/address.rs reads them there, and has the same list of parameters.
// The browser's own record of the navigation (performance.getEntries()) keeps them while the page is open.
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
    }
  };
  // Not before the visitor opens a page that the browser has drawn ahead.
  if (document.prerendering) document.addEventListener("prerenderingchange", arrive, { once: true });
  else arrive();
}
