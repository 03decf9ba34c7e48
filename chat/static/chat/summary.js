// "병원에 보여줄 요약": what the owner told, word by word, in large type for the clinic's desk.

import { api } from "./api.js";
import { element } from "./draw.js";

const part = (name) => document.getElementById(`summary-${name}`);
let text = "";

export async function openSummary(consultation) {
  const body = part("body");
  text = "";
  say("");
  part("copy").disabled = true;
  part("share").hidden = true;
  body.replaceChildren(element("p", {}, "불러오고 있어요"));
  document.getElementById("summary").showModal();
  try {
    const summary = await api("GET", `/api/v1/consultations/${consultation}/summary`);
    text = summary.text;
    body.replaceChildren(...card(summary));
    part("copy").disabled = false;
    part("share").hidden = !navigator.share;
  } catch (error) {
    body.replaceChildren(element("p", { className: "error" }, error.message));
  }
}

function card({ name, facts, urgency, urgency_label, categories, told, note }) {
  const rows = facts.map(({ label, text }) => [label, text]);
  if (told.length) rows.push(["처음 적은 때", told[0].at_text]);
  return [
    element("p", { className: "name" }, name),
    urgency ? element("p", {},
      element("span", { className: `badge ${urgency}` }, urgency_label), ` ${categories.join(", ")}`,
      element("span", { className: "meta" }, " · 앱이 본 긴급도")) : "",
    element("dl", {}, ...rows.flatMap(([label, text]) => [element("dt", {}, label), element("dd", {}, text)])),
    told.length ? element("h3", {}, "보호자가 적은 말") : "",
    ...told.map((one) => element("blockquote", { className: "quote" },
      element("span", { className: "meta" }, one.at_text), element("br"), one.text)),
    element("p", { className: "note" }, note),
  ].filter(Boolean);
}

function say(words) {
  part("said").textContent = words;
}

part("close").addEventListener("click", () => document.getElementById("summary").close());

part("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(text);
    say("복사했어요. 병원에 문자로 보내거나 메모에 붙여 넣으세요.");
  } catch {
    say("복사하지 못했어요. 이 화면을 그대로 보여 주세요.");
  }
});

part("share").addEventListener("click", async () => {
  try {
    await navigator.share({ title: "병원에 보여줄 요약", text });
  } catch (error) {
    if (error.name !== "AbortError") say("공유하지 못했어요. [복사]를 눌러 주세요.");
  }
});
