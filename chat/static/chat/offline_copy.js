// Hands the words of the open consultation to the service worker, to be read without a network.
// Only what is drawn here: no photos, no recordings, no sources.

import { account, tell } from "../drmaum/worker_link.js";

const SETTLED = 1500;
const log = document.getElementById("log");
const title = document.querySelector(".chat-head h1").textContent;
let again = 0;
let last = "";

function words(node, selector) {
  return Array.from(node.querySelectorAll(selector), (one) => one.textContent.trim()).filter(Boolean);
}

function said() {
  const all = Array.from(log.querySelectorAll(":scope > .said:not([aria-busy])"));
  return all.map((node) =>
    node.classList.contains("owner")
      ? { who: "owner", lines: [(node.querySelector(".words") ?? node).textContent.trim()] }
      : { who: "assistant", lines: words(node, ":scope > p, :scope > ul:not(.sources) > li, :scope > .byline > .badge") });
}

async function hand() {
  const banner = document.getElementById("banner");
  const danger = banner.hidden ? [] : words(banner, "#banner-head h2, #banner-head p, #banner-advice h3, #banner-advice li");
  const talk = { title, urgency: banner.dataset.urgency ?? "", danger, said: said() };
  const now = JSON.stringify(talk);
  if (!talk.said.length || now === last) return;
  last = now;
  const kept_at = new Date().toISOString();
  await navigator.serviceWorker.ready;
  await tell({ type: "keep", account, path: location.pathname, talk: { ...talk, kept_at } });
}

function soon() {
  clearTimeout(again);
  again = setTimeout(() => hand().catch(() => {}), SETTLED);
}

if (account && "serviceWorker" in navigator) {
  new MutationObserver(soon).observe(log, { childList: true, subtree: true });
  soon();
}
