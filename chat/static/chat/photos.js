// Photos for a message: guided by body part, looked at before they are sent, uploaded, and kept in
// a tray above the field until the message goes.

import { api, newKey } from "./api.js";
import { element } from "./draw.js";
import { DOUBTS, doubtOf } from "./photo_check.js";
import { isPassing, upload } from "./uploads.js";

export const MOST = 6;
const FULL = "사진은 한 번에 6장까지 보낼 수 있어요.";
const LARGEST = 20 * 1024 * 1024;
const part = (name) => document.getElementById(`guide-${name}`);

export class Photos {
  constructor(consultation) {
    this.consultation = consultation;
    this.items = []; // { key, file, name, part, seen: address of the picture, state, share, words, id }
    this.tray = document.getElementById("tray");
    this.said = document.getElementById("tray-said");
    this.guide = document.getElementById("guide");
    const opener = document.getElementById("photo");
    opener.hidden = false;
    opener.addEventListener("click", () => this.open());
    part("close").addEventListener("click", () => this.guide.close());
    this.guide.addEventListener("click", (event) => event.target === this.guide && this.guide.close());
    this.guide.addEventListener("close", () => this.decide?.("drop"));
    for (const choice of this.choices()) choice.addEventListener("change", () => this.advise());
    for (const input of [part("camera"), part("album")]) {
      input.addEventListener("change", () => this.take(input));
    }
    for (const answer of ["anew", "anyway"]) part(answer).addEventListener("click", () => this.decide?.(answer));
  }

  choices() {
    return [...this.guide.querySelectorAll("[name=body_part]")];
  }

  open() {
    this.complain("");
    part("ask").hidden = false;
    part("doubt").hidden = true;
    this.advise();
    this.guide.showModal();
  }

  chosen() {
    return this.choices().find(({ checked }) => checked);
  }

  advise() {
    part("advice").textContent = this.chosen().dataset.advice;
  }

  complain(words) {
    part("problem").textContent = words;
    part("problem").hidden = !words;
  }

  // One after the other: each doubtful one is asked about.
  async take(input) {
    const files = [...input.files];
    const bodyPart = this.chosen().value;
    input.value = "";
    this.complain("");
    for (const file of files) {
      if (this.items.length >= MOST) return this.complain(FULL);
      if (file.size > LARGEST) {
        this.complain("파일이 너무 커요. 20MB까지 올릴 수 있어요.");
        continue;
      }
      const answer = await this.judge(file);
      if (answer === "drop") return;
      if (answer === "anew") return this.askAgain();
      this.add(file, bodyPart);
    }
    if (files.length && part("problem").hidden) this.guide.close();
  }

  async judge(file) {
    const doubt = await doubtOf(file);
    if (!doubt || !this.guide.open) return "anyway";
    const seen = URL.createObjectURL(file);
    part("picture").src = seen;
    part("words").textContent = DOUBTS[doubt];
    part("ask").hidden = true;
    part("doubt").hidden = false;
    part("anew").focus();
    const answer = await new Promise((resolve) => (this.decide = resolve));
    this.decide = null;
    URL.revokeObjectURL(seen);
    part("ask").hidden = false;
    part("doubt").hidden = true;
    return answer;
  }

  askAgain() {
    part("camera").focus();
    part("camera").click();
  }

  add(file, bodyPart) {
    const seen = URL.createObjectURL(file);
    const item = { key: newKey(), file, name: file.name || "사진.jpg", part: bodyPart, seen, share: 0 };
    this.items.push(item);
    this.send(item);
  }

  async send(item) {
    Object.assign(item, { state: "sending", share: 0, words: "" });
    this.draw();
    try {
      const found = await upload({
        memory: item,
        consultation: this.consultation,
        kind: "photo",
        file: item.file,
        name: item.name,
        bodyPart: item.part,
        asked: (id) => (item.id = id),
        moved: (share) => this.change(item, { share }),
        late: (words) => this.change(item, { words }),
      });
      if (!this.items.includes(item)) return this.forget(found.id); // taken out meanwhile
      const isUsable = found.status === "ready";
      this.change(item, { state: isUsable ? "ready" : "refused", words: isUsable ? "" : found.message });
      if (isUsable && found.thumb_url) this.change(item, { seen: found.thumb_url });
    } catch (error) {
      const state = isPassing(error) ? "stuck" : "refused";
      this.change(item, { state, words: error.message });
      if (state === "stuck") addEventListener("online", () => item.state === "stuck" && this.send(item), { once: true });
    }
  }

  change(item, changes) {
    Object.assign(item, changes);
    this.draw();
  }

  remove(item) {
    this.items = this.items.filter((one) => one !== item);
    if (item.state !== "sending") this.forget(item.id);
    this.draw();
  }

  forget(id) {
    if (id) api("DELETE", `/api/v1/uploads/${id}`).catch(() => {}); // else it goes by itself within a day
  }

  // --- For the message

  get isEmpty() {
    return !this.items.length;
  }

  // Why the message cannot go yet; "" when it can.
  get hindrance() {
    if (this.items.some(({ state }) => state === "sending")) return "사진을 올리고 있어요. 잠시만 기다려 주세요.";
    if (this.items.some(({ state }) => state !== "ready")) return "올리지 못한 사진이 있어요. 빼거나 다시 올려 주세요.";
    return "";
  }

  handOver() {
    const ids = this.items.map(({ id }) => id);
    this.items = [];
    this.draw();
    return ids;
  }

  // Photos that are on the server and in no message: of an earlier visit, or of a refused message.
  recall(uploads, taken) {
    const known = new Set([...this.items.map(({ id }) => id), ...taken]);
    for (const { id, kind, status, sent_with: sentWith, body_part: bodyPart, thumb_url: seen } of uploads) {
      const isWaiting = kind === "photo" && status === "ready" && !sentWith && !known.has(id);
      if (isWaiting && this.items.length < MOST) this.items.push({ key: id, id, part: bodyPart, seen, state: "ready" });
    }
    this.draw();
  }

  // --- The tray

  draw() {
    this.tray.hidden = this.isEmpty;
    const known = new Map([...this.tray.children].map((node) => [node.dataset.key, node]));
    this.tray.replaceChildren(...this.items.map((item, index) => this.card(item, index, known.get(item.key))));
    const told = [...new Set(this.items.map(({ words }) => words).filter(Boolean))].join(" ");
    if (this.said.textContent !== told) this.said.textContent = told;
    this.said.hidden = !told;
  }

  card(item, index, node = element("li", { className: "shot" })) {
    const label = `사진 ${index + 1}${this.nameOf(item.part)}`;
    const { state, share, seen } = item;
    const look = [label, state, seen].join();
    const bar = node.querySelector("progress");
    if (bar && state === "sending") bar.value = share;
    if (node.dataset.look === look) return node;
    Object.assign(node.dataset, { key: item.key, look, state });
    const picture = element("img", { src: seen ?? "", alt: label, width: 72, height: 72 });
    picture.onerror = () => picture.replaceWith(element("span", { className: "blind" }, "미리보기 없음"));
    const out = element("button", { type: "button", className: "out", onclick: () => this.remove(item) }, "×");
    out.setAttribute("aria-label", `${label} 빼기`);
    node.replaceChildren(picture, out);
    if (state === "sending") {
      const moving = element("progress", { max: 1, value: share });
      moving.setAttribute("aria-label", `${label} 올리는 중`);
      node.append(moving);
    }
    if (state === "stuck") {
      node.append(element("button", { type: "button", className: "link", onclick: () => this.send(item) }, "다시 올리기"));
    }
    return node;
  }

  nameOf(bodyPart) {
    const found = this.choices().find(({ value }) => value === bodyPart);
    return found ? `, ${found.dataset.name}` : "";
  }
}
