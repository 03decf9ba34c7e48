// Thumbs under an answer, with the reasons of a thumb down. Every tap is stored at once and can
// be taken back.

import { api } from "./api.js";
import { element } from "./draw.js";

const REASONS = {
  wrong: "내용이 틀렸어요",
  missed_emergency: "응급을 놓쳤어요",
  frightening: "불안하게 해요",
  unhelpful: "물어본 것과 달라요",
  hard: "이해하기 어려워요",
  too_long: "너무 길어요",
};

export function rating(reply, given, failed) {
  const row = element("div", { className: "rating" });
  let now = given ?? null;

  async function say(next) {
    const before = now;
    now = next;
    draw();
    try {
      const path = `/api/v1/messages/${reply}/feedback`;
      if (next) await api("PUT", path, next);
      else await api("DELETE", path);
    } catch (error) {
      now = before;
      draw();
      failed(error);
    }
  }

  function thumb(isHelpful, label, sign) {
    const isOn = now?.is_helpful === isHelpful;
    const act = () => say(isOn ? null : { is_helpful: isHelpful, reasons: [] });
    const button = element("button", { type: "button", className: "thumb", onclick: act }, sign);
    button.setAttribute("aria-label", label);
    button.setAttribute("aria-pressed", String(isOn));
    return button;
  }

  function chip(reason, label) {
    const isOn = now.reasons.includes(reason);
    const reasons = isOn ? now.reasons.filter((one) => one !== reason) : [...now.reasons, reason];
    const act = () => say({ is_helpful: false, reasons });
    const button = element("button", { type: "button", className: "chip", onclick: act }, label);
    button.setAttribute("aria-pressed", String(isOn));
    return button;
  }

  function draw() {
    row.replaceChildren(thumb(true, "도움이 됐어요", "👍"), thumb(false, "아쉬워요", "👎"));
    if (now?.is_helpful === true) row.append(element("span", { className: "meta" }, "고마워요."));
    if (now?.is_helpful === false) {
      const chips = Object.entries(REASONS).map(([reason, label]) => chip(reason, label));
      row.append(element("div", { className: "chips" }, element("span", { className: "meta" }, "무엇이 아쉬웠나요?"), ...chips));
    }
  }

  draw();
  return row;
}
