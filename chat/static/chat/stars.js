// One to five stars for a consultation that is over, with reasons and a word. Changed at any time.

import { api } from "./api.js";
import { element } from "./draw.js";

const part = (name) => document.getElementById(`stars${name}`);
const REASONS = {
  good: { quick: "빨랐어요", clear: "이해하기 쉬웠어요", calming: "마음이 놓였어요", useful: "실제로 도움이 됐어요" },
  bad: { slow: "오래 걸렸어요", unclear: "이해하기 어려웠어요", frightening: "더 불안해졌어요", wrong: "실제와 달랐어요" },
};

export class Stars {
  constructor(consultation, given) {
    this.path = `/api/v1/consultations/${consultation}/rating`;
    this.now = given ?? { stars: 0, reasons: [], comment: "" };
    part("-row").addEventListener("change", ({ target }) => this.choose(Number(target.value)));
    part("-save").addEventListener("click", () => this.say({ comment: part("-comment").value.trim() }));
  }

  show() {
    part("").hidden = false;
    this.draw();
  }

  choose(stars) {
    const kept = Object.keys(this.offered(stars));
    this.say({ stars, reasons: this.now.reasons.filter((reason) => kept.includes(reason)) });
  }

  offered(stars) {
    return stars >= 4 ? REASONS.good : REASONS.bad;
  }

  async say(change) {
    const before = this.now;
    this.now = { ...this.now, ...change };
    this.draw();
    try {
      await api("PUT", this.path, this.now);
      part("-said").textContent = "고마워요. 더 나은 상담을 만드는 데 쓸게요.";
    } catch (error) {
      this.now = before;
      this.draw();
      part("-said").textContent = error.message;
    }
  }

  draw() {
    const { stars, reasons, comment } = this.now;
    for (const radio of part("-row").querySelectorAll("input")) {
      radio.checked = Number(radio.value) === stars;
      radio.parentElement.classList.toggle("on", Number(radio.value) <= stars);
    }
    part("-more").hidden = !stars;
    if (!stars) return;
    const focused = document.activeElement?.dataset?.reason;
    part("-reasons").replaceChildren(...Object.entries(this.offered(stars)).map(([reason, label]) => {
      const isOn = reasons.includes(reason);
      const next = isOn ? reasons.filter((one) => one !== reason) : [...reasons, reason];
      const chip = element("button", { type: "button", className: "chip", onclick: () => this.say({ reasons: next }) }, label);
      chip.dataset.reason = reason;
      chip.setAttribute("aria-pressed", String(isOn));
      return chip;
    }));
    part("-reasons").querySelector(`[data-reason="${focused}"]`)?.focus();
    if (document.activeElement !== part("-comment")) part("-comment").value = comment;
  }
}
