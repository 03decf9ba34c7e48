// What an answer asks back, as chips under it: a tap leads to the field with the question in sight.
// The question itself is not sent: its words would be heard as the owner's.

import { element } from "./draw.js";

const MOST = 3;
const QUESTION = /[?？]$/;

export class AskBack {
  constructor(log, field) {
    this.log = log;
    this.field = field;
    this.placeholder = field.placeholder;
  }

  // Only the newest answer asks.
  chips(text) {
    this.stop();
    const questions = questionsIn(text);
    if (!questions.length) return [];
    const row = element("div", { className: "chips asked" }, ...questions.map((question) => this.chip(question)));
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "답해 주시면 더 정확해져요");
    return [row];
  }

  chip(question) {
    const answer = () => {
      this.field.placeholder = question;
      this.field.focus();
    };
    return element("button", { type: "button", className: "chip", onclick: answer }, question);
  }

  stop() {
    this.log.querySelector(".asked")?.remove();
    this.field.placeholder = this.placeholder;
  }
}

function questionsIn(text) {
  const bare = (line) => line.replace(/^[-*•\s]+/, "").replace(/\s*\[\d+\]/g, "").trim();
  const lines = text.split(/\n+|(?<=[.!?])\s+/).map(bare);
  return lines.filter((line) => QUESTION.test(line) && line.length <= 80).slice(0, MOST);
}
