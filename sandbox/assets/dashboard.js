// Makes the pages live: what happens appears without a reload, and values can be copied. Without
// it everything is there, as of when the page was loaded.

const status = document.querySelector(".live");
const texts = JSON.parse(document.body.dataset.texts);
let shownChange = document.body.dataset.change;

const isOwn = (element) => element.dataset.live !== undefined;

// Puts the children of `fresh` in place of those of `old`, by their ids. Equal ones stay
// the same element: it keeps its focus, its scroll position and its selection.
function renew(old, fresh) {
  const known = new Map([...old.children].map((child) => [child.id, child]));
  const children = [...fresh.children].map((child) => {
    const before = child.id && known.get(child.id);
    if (!before || before.tagName !== child.tagName) return marked(child);
    for (const details of child.querySelectorAll("details[id]")) {
      const shown = document.getElementById(details.id);
      // Calls that failed meanwhile unfold; the others stay as the reader left them.
      if (shown && shown.dataset.failed === details.dataset.failed) details.open = shown.open;
    }
    showCopying(child);
    before.classList.remove("fresh");
    if (before.isEqualNode(child)) return before;
    if (isOwn(before) || before.querySelector("[data-live]")) {
      for (const { name, value } of child.attributes) before.setAttribute(name, value);
      renew(before, child);
      return before;
    }
    return child;
  });
  const focused = document.activeElement?.id;
  let place = old.firstElementChild;
  for (const child of children) {
    if (child === place) place = place.nextElementSibling;
    else old.insertBefore(child, place);
  }
  while (place) {
    const next = place.nextElementSibling;
    place.remove();
    place = next;
  }
  if (focused && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

function marked(child) {
  child.classList.add("fresh");
  showCopying(child);
  return child;
}

let asking;

async function reload() {
  asking?.abort();
  asking = new AbortController();
  const response = await fetch(location.href, { signal: asking.signal });
  const text = await response.text();
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const old of document.querySelectorAll("main [data-live]")) {
    const fresh = page.getElementById(old.id);
    // Those inside another were renewed with it.
    if (fresh && !old.parentElement.closest("[data-live]")) renew(old, fresh);
  }
  document.title = page.title;
  shownChange = page.body.dataset.change;
}

const tryReload = () => reload().catch((error) => {
  if (error.name !== "AbortError") say(false);
});

function say(isLive) {
  const words = isLive ? texts.live : texts.notConnected;
  status.hidden = false;
  status.dataset.state = isLive ? "on" : "off";
  if (status.textContent !== words) status.textContent = words;
}

// A hidden page holds no connection: browsers have few for one server.
let events;

function follow() {
  events?.close();
  if (document.hidden) return;
  events = new EventSource("/_sandbox/api/events");
  events.onmessage = ({ data }) => {
    say(true);
    if (String(JSON.parse(data).change) !== shownChange) tryReload();
  };
  events.onerror = () => {
    say(false);
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  };
}

if (document.body.dataset.follow !== undefined) {
  say(false);
  follow();
  document.addEventListener("visibilitychange", follow);
}

// The list follows what is typed.
const filter = document.querySelector("form[data-filter]");
let typed;
filter?.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => {
    const fields = [...new FormData(filter)].filter(([, value]) => value);
    const query = new URLSearchParams(fields);
    history.replaceState(null, "", fields.length ? `?${query}` : location.pathname);
    tryReload();
  }, 200);
});

// Copies the text of the element whose id the button names. Where that is hidden, it is taken
// from the page that shows it.
function showCopying(within) {
  for (const button of within.querySelectorAll("[data-copy]")) button.hidden = false;
}

async function textOf({ copy, from }) {
  if (!from) return document.getElementById(copy).textContent;
  const text = await (await fetch(from)).text();
  return new DOMParser().parseFromString(text, "text/html").getElementById(copy).textContent;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  try {
    await navigator.clipboard.writeText((await textOf(button.dataset)).trim());
    button.textContent = texts.copied;
  } catch {
    button.textContent = texts.notAllowed;
  }
  setTimeout(() => { button.textContent = label; }, 1500);
});

showCopying(document);
