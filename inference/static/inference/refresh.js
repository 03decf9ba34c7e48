// Fetches the page again while a part of it says so (data-refresh: milliseconds), and puts the new
// part in place of the old one. Once it says so no longer, the whole page is loaded anew.

const LONGEST_PAUSE = 30_000;

function begin() {
  document.querySelectorAll("[data-refresh][id]").forEach((part) => watch(part.id, 0));
}

function watch(id, failures) {
  const part = document.getElementById(id);
  if (!part) return;
  const pause = Math.min(Number(part.dataset.refresh) * 2 ** failures, LONGEST_PAUSE);
  setTimeout(() => refresh(id, failures), pause);
}

async function refresh(id, failures) {
  const fresh = await partOf(id);
  if (!fresh) return watch(id, failures + 1);
  if (!("refresh" in fresh.dataset)) return window.location.reload();
  document.getElementById(id).replaceWith(fresh);
  return watch(id, 0);
}

async function partOf(id) {
  try {
    const response = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html").getElementById(id);
  } catch {
    return null; // no connection: asked again after a longer pause
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
