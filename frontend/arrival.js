// Loads the page anew without the return in its address, because a browser keeps the address with
// which a page was loaded for as long as the page is there (performance.getEntries()). Before
// anything else of the page is loaded, which would be loaded twice. Until then the entry of the
// history carries the return; src/arrival.rs finds it there, and knows the same parameters.
{
  const address = new URL(location.href);
  const parameters = address.searchParams;
  if (["code", "state", "error"].some((name) => parameters.has(name))) {
    const state = `authenteq.return:${address.search}`;
    for (const name of ["code", "state", "error", "error_description", "error_uri", "iss"]) {
      parameters.delete(name);
    }
    history.replaceState(state, "", address);
    location.reload();
  }
}
