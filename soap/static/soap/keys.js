// Keyboard shortcuts: one letter does one thing, unless somebody is typing.

const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

export function isTyping(target) {
  return target instanceof Element && target.closest(TYPED) !== null;
}

export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const name = event.shiftKey && event.key === "Enter" ? "Shift+Enter" : event.key;
    const act = acts[name] ?? acts[KOREAN[event.key]];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

// The same keys while the keyboard writes Korean.
const KOREAN = { ㅓ: "j", ㅏ: "k", ㅁ: "a", ㄷ: "e", ㄱ: "r", ㅊ: "c", ㅅ: "t", ㅂ: "q", ㅌ: "x" };

export function showShortcuts() {
  document.getElementById("shortcuts")?.showModal();
}
