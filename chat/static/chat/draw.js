// Text to nodes. Nothing from a model or a person ever becomes markup: every text is a text node.

import { aloudButton } from "./aloud.js";

export const URGENCY = {
  emergency: ["응급", "지금 바로 동물병원에 가세요"],
  urgent: ["당일 진료", "오늘 안에 진료를 받으세요"],
  soon: ["진료 예약", "며칠 안에 진료를 예약하세요"],
  home: ["집에서 관찰", "집에서 지켜보며 살펴보세요"],
};
const RESPONDER = {
  extractive: "지식 문서를 그대로 옮긴 답변 · AI가 작성하지 않음",
  none: "답변하지 못함",
};
const INCOMPLETE = {
  stopped: "멈춘 답변이에요. 이 내용만으로 판단하지 마세요.",
  cut: "중간에 끊긴 답변이에요. 이 내용만으로 판단하지 마세요.",
};

export function element(name, attributes = {}, ...children) {
  const node = Object.assign(document.createElement(name), attributes);
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

export function drawReply(node, message, open) {
  const facts = message.facts ?? {};
  const sources = new Map((facts.sources ?? []).map((source) => [source.number, source]));
  node.replaceChildren(byline(message, facts), ...blocks(message.text, sources, open));
  if (sources.size) node.append(sourceList([...sources.values()], open));
  if (message.status && message.status !== "failed") node.append(aloudButton(message.text));
}

function byline(message, facts) {
  const row = element("div", { className: "byline" });
  const urgency = URGENCY[facts.urgency];
  if (urgency) row.append(element("span", { className: `badge ${facts.urgency}` }, urgency[0]));
  if (facts.reviewer) row.append(element("strong", { className: "reviewed" }, `수의사 검토 답변 · ${facts.reviewer} · ${facts.reviewed_on}`));
  else if (facts.responder) row.append(RESPONDER[facts.responder] ?? "AI가 작성한 답변");
  const notice = INCOMPLETE[message.status];
  if (notice) row.append(element("strong", {}, notice));
  return row;
}

function blocks(text, sources, open) {
  const found = [];
  let list = null;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (!line) {
      list = null;
    } else if (line.startsWith("- ")) {
      if (!list) found.push((list = element("ul")));
      list.append(element("li", {}, ...inline(line.slice(2), sources, open)));
    } else {
      list = null;
      found.push(element("p", {}, ...inline(line, sources, open)));
    }
  }
  return found;
}

function inline(text, sources, open) {
  return text.split(/(\*\*[^*]+\*\*|\[\d{1,3}\])/).map((part) => {
    if (part.startsWith("**") && part.endsWith("**")) return element("strong", {}, part.slice(2, -2));
    const number = /^\[(\d+)\]$/.exec(part)?.[1];
    const source = number && sources.get(Number(number));
    if (!source) return part;
    const label = `근거 ${number}: ${source.title}`;
    const button = element("button", { type: "button", className: "cite", onclick: () => open(source) }, number);
    button.setAttribute("aria-label", label);
    return button;
  });
}

function sourceList(sources, open) {
  return element("ul", { className: "sources" }, ...sources.map((source) =>
    element("li", {}, element("button", { type: "button", className: "link", onclick: () => open(source) },
      `[${source.number}] ${source.title} · ${source.heading}`),
    source.label ? element("span", { className: "meta" }, ` ${source.label}`) : null)));
}
