// On every page: the service worker, whose talks it may keep, and the size of the letters.

import { account, tell } from "./worker_link.js";

const SIZES = "text-size";
let isLeaving = false; // signing out: whose page this was is not told again

if ("serviceWorker" in navigator) {
  if (navigator.serviceWorker.controller) tellAccount();
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
  // What is kept goes before the server is told, so that it goes even where the server is away.
  for (const form of document.querySelectorAll("form[data-signs-out]")) form.addEventListener("submit", forget);
}

async function register() {
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    await tellAccount();
  } catch {
    // Private windows refuse it: everything works, only not without a network.
  }
}

async function tellAccount() {
  if (account !== undefined && !isLeaving) await tell({ type: "account", account });
}

async function forget(event) {
  event.preventDefault();
  isLeaving = true;
  await tell({ type: "account", account: "" }).catch(() => {});
  event.target.submit();
}

for (const button of document.querySelectorAll("[data-size]")) {
  mark(button);
  button.addEventListener("click", () => {
    document.documentElement.dataset.text = button.dataset.size;
    try {
      localStorage.setItem(SIZES, button.dataset.size);
    } catch {
      // Storage is blocked: it holds for this page.
    }
    document.querySelectorAll("[data-size]").forEach(mark);
  });
}

function mark(button) {
  button.setAttribute("aria-pressed", String(button.dataset.size === document.documentElement.dataset.text));
}
