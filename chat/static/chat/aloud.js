// Reads a reply aloud, where the device has a Korean voice.

import { element } from "./draw.js";

const READ = "소리로 듣기";
const STOP = "그만 듣기";
const speech = window.speechSynthesis;
let speaking = null; // the button whose reply is read now

function voice() {
  return speech?.getVoices().find(({ lang }) => /^ko\b/i.test(lang.replace("_", "-")));
}

// Voices may come later than the page.
speech?.addEventListener?.("voiceschanged", () => {
  if (voice()) for (const button of document.querySelectorAll(".aloud[hidden]")) button.hidden = false;
});
addEventListener("pagehide", () => speech?.cancel());

export function aloudButton(text) {
  const button = element("button", { type: "button", className: "link aloud", hidden: !voice() }, READ);
  button.addEventListener("click", () => (speaking === button ? stop() : read(button, text)));
  return button;
}

function read(button, text) {
  stop();
  speaking = button;
  button.textContent = STOP;
  const lines = spoken(text);
  lines.forEach((line, index) => {
    const said = new SpeechSynthesisUtterance(line);
    Object.assign(said, { lang: "ko-KR", voice: voice() });
    if (index === lines.length - 1) said.addEventListener("end", () => speaking === button && stop());
    said.addEventListener("error", () => speaking === button && stop());
    speech.speak(said);
  });
}

function stop() {
  if (speaking) speaking.textContent = READ;
  speaking = null;
  speech.cancel();
}

// Line by line: long texts are cut off by some voices. Marks of sources are not words.
export function spoken(text) {
  const plain = text.replaceAll("**", "").replace(/\[\d{1,3}\]/g, "");
  return plain.split("\n").map((line) => line.replace(/^\s*-\s+/, "").trim()).filter(Boolean);
}
