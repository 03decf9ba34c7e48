// Photos under a message that was sent: small ones, each of which opens large. Their addresses end
// after a few minutes, so a large one is asked for when it is opened.

import { api } from "./api.js";
import { element } from "./draw.js";
import { uploadsOf } from "./uploads.js";

const PARTS = { eye: "눈", ear: "귀", skin: "피부", teeth: "이빨", stool: "변", gait: "걸음걸이" };
const WAIT = 300;

export class SentPhotos {
  constructor(consultation) {
    this.consultation = consultation;
    this.waiting = new Map(); // id of an upload -> the buttons that show it
    this.dialog = document.getElementById("large");
    document.getElementById("large-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  row(ids) {
    const buttons = ids.map((id, index) => this.button(id, index));
    clearTimeout(this.soon); // one question for all that are drawn now
    this.soon = setTimeout(() => this.fetch(), this.soon ? WAIT : 0);
    return element("span", { className: "shots" }, ...buttons);
  }

  button(id, index) {
    const button = element("button", { type: "button", className: "shot", onclick: () => this.open(id, button) });
    button.setAttribute("aria-label", `사진 ${index + 1} 크게 보기`);
    this.waiting.set(id, [...(this.waiting.get(id) ?? []), button]);
    return button;
  }

  async fetch() {
    const asked = this.waiting;
    this.waiting = new Map();
    try {
      const all = new Map((await uploadsOf(this.consultation)).map((one) => [one.id, one]));
      for (const [id, buttons] of asked) for (const button of buttons) show(button, all.get(id));
    } catch {
      for (const button of [...asked.values()].flat()) button.textContent = "사진 보기";
    }
  }

  async open(id, button) {
    const picture = document.getElementById("large-picture");
    const words = document.getElementById("large-words");
    picture.hidden = true;
    words.textContent = "불러오고 있어요";
    this.dialog.showModal();
    try {
      const found = await api("GET", `/api/v1/uploads/${id}`);
      picture.src = found.url;
      picture.alt = titled(button, found);
      picture.hidden = false;
      words.textContent = PARTS[found.body_part] ?? "";
    } catch (error) {
      words.textContent = error.status === 404 ? "지워진 사진이에요." : error.message;
    }
  }
}

function titled(button, found) {
  const label = button.getAttribute("aria-label").replace(" 크게 보기", "");
  return PARTS[found.body_part] ? `${label}, ${PARTS[found.body_part]}` : label;
}

function show(button, found) {
  if (!found?.thumb_url) {
    button.disabled = true;
    return button.replaceChildren("지워진 사진");
  }
  return button.replaceChildren(element("img", { src: found.thumb_url, alt: titled(button, found), width: 88, height: 88 }));
}
