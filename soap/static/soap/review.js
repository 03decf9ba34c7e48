// The review page: jumps to evidence, copies, keeps what is typed, and works by keyboard.

import { listen, showShortcuts } from "./keys.js";

const page = document.getElementById("review");
const told = document.getElementById("told");
const parts = [...document.querySelectorAll("[data-part]")];
let here = -1;

// --- Evidence ---------------------------------------------------------------------------------

function show(id) {
  document.querySelectorAll(".is-shown").forEach((one) => one.classList.remove("is-shown"));
  const place = document.getElementById(id);
  if (!place) return;
  place.classList.add("is-shown");
  place.scrollIntoView({ block: "center", behavior: "smooth" });
  if (place.matches("audio")) place.focus({ preventScroll: true }); // the space bar plays it
}

document.querySelectorAll("audio").forEach((sound) =>
  sound.addEventListener("error", () => {
    told.textContent = "녹음을 들을 수 없어요. 새로 고치면 다시 들을 수 있어요.";
  }),
);

document.querySelectorAll("a.chip").forEach((chip) =>
  chip.addEventListener("click", (event) => {
    event.preventDefault();
    show(chip.dataset.target);
  }),
);

// --- Moving -----------------------------------------------------------------------------------

function go(index) {
  parts[here]?.classList.remove("is-here");
  here = Math.min(Math.max(index, 0), parts.length - 1);
  parts[here].classList.add("is-here");
  parts[here].focus({ preventScroll: true });
  parts[here].scrollIntoView({ block: "nearest", behavior: "smooth" });
}

const current = () => parts[Math.max(here, 0)];
const press = (verb) => current().querySelector(`[data-verb="${verb}"]`)?.click();

function edit() {
  const editor = current().querySelector("details.editor");
  editor.open = true;
  editor.querySelector("textarea").focus();
}

// --- Copying ----------------------------------------------------------------------------------

async function copy(button) {
  const text = document.getElementById(button.dataset.from).value;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    told.textContent = "복사하지 못했어요. 글을 직접 골라 복사해 주세요.";
    return;
  }
  told.textContent = "복사했어요.";
  const body = new URLSearchParams({ kind: button.dataset.copy });
  await fetch(page.dataset.copied, { method: "POST", body, headers: { "X-CSRFToken": token() } });
}

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

document
  .querySelectorAll("[data-copy]")
  .forEach((button) => button.addEventListener("click", () => copy(button)));

// --- Nothing that was typed is lost -----------------------------------------------------------

let isSending = false;
document.addEventListener("submit", () => {
  isSending = true;
});

for (const form of document.querySelectorAll(".editor form")) {
  const area = form.elements.text;
  const saved = form.closest("[data-part]").querySelector("textarea[id^=plain-]").value;
  const key = `note-${page.dataset.note}-${form.elements.kind.value}`;
  const kept = sessionStorage.getItem(key);
  if (kept && kept !== area.value) {
    area.value = kept;
    form.closest("details").open = true;
    told.textContent = "저장하지 않은 글을 되살렸어요.";
  }
  area.addEventListener("input", () => sessionStorage.setItem(key, area.value));
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
  form.querySelector("[data-verb=cancel]").addEventListener("click", () => {
    area.value = saved;
    sessionStorage.removeItem(key);
    form.closest("details").open = false;
    go(parts.indexOf(form.closest("[data-part]")));
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (event.key === "Escape") form.querySelector("[data-verb=cancel]").click();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && area.value !== saved) event.preventDefault();
  });
}

// --- A section that is being written anew -----------------------------------------------------

async function wait(pause) {
  await new Promise((done) => setTimeout(done, pause));
  try {
    const answer = await fetch(page.dataset.rewrites, { headers: { Accept: "application/json" } });
    if (answer.ok && !(await answer.json()).waiting) return reloadWhenIdle();
  } catch {
    // No connection: asked again.
  }
  return wait(Math.min(pause * 1.5, 10_000));
}

function reloadWhenIdle() {
  const isWriting = document.querySelector("details.editor[open]");
  if (!isWriting) return window.location.reload();
  told.textContent = "AI가 다시 쓴 초안이 왔어요. 저장한 뒤 새로 고치면 보여요.";
}

if (page.dataset.rewrites) wait(1000);

// --- Keys -------------------------------------------------------------------------------------

document.getElementById("shortcuts-open").addEventListener("click", showShortcuts);
listen({
  j: () => go(here + 1),
  k: () => go(here - 1),
  1: () => go(0),
  2: () => go(1),
  3: () => go(2),
  4: () => go(3),
  a: () => press("accept"),
  r: () => press("rewrite"),
  e: edit,
  c: () => current().querySelector("[data-copy]").click(),
  t: () => document.getElementById("take")?.click(),
  q: () => document.getElementById("to-queue").click(),
  "Shift+Enter": () => document.querySelector("#approve [value=next]")?.click(),
  "?": showShortcuts,
});

const opened = parts.findIndex((part) => `#${part.id}` === window.location.hash);
if (opened >= 0) go(opened);
