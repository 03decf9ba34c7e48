// "이 답변에 사용한 정보": what one answer was made from, and a way to put a fact of the pet right.

import { api } from "./api.js";
import { element } from "./draw.js";

// Fields of the profile that can be corrected here: how they are asked, and how they are sent.
const asList = (value) => value.split(",").map((one) => one.trim()).filter(Boolean);
const FIELDS = {
  weight_kg: { type: "number", step: "0.01", min: "0.01", label: "몸무게(kg)", send: (value) => value || null },
  birth_date: { type: "date", label: "생일", send: (value) => value || null },
  breed: { type: "text", label: "품종", send: (value) => value },
  allergies: { type: "text", label: "알레르기 (쉼표로 나눠 주세요)", send: asList },
  conditions: { type: "text", label: "앓는 병 (쉼표로 나눠 주세요)", send: asList },
  medicines: { type: "text", label: "먹는 약 (쉼표로 나눠 주세요)", send: asList },
  sex: { options: { male: "수컷", female: "암컷", unknown: "모름" }, label: "성별", send: (value) => value },
  is_neutered: { options: { true: "했음", false: "안 했음" }, label: "중성화", send: (value) => value === "true" },
};

export async function showBasis(body, reply, pet, again) {
  body.replaceChildren(element("p", {}, "불러오고 있어요"));
  try {
    const basis = await api("GET", `/api/v1/messages/${reply}/basis`);
    body.replaceChildren(...sections(basis, pet, again));
  } catch (error) {
    body.replaceChildren(element("p", { className: "error" }, error.message));
  }
}

function sections(basis, pet, again) {
  const talk = basis.turns ? [`이 상담에서 앞서 나눈 메시지 ${basis.turns}개`] : [];
  return [
    ...part("아이 정보", basis.profile.map((fact) => factRow(fact, pet, again))),
    ...part("의료 기록", basis.records.map(({ text }) => element("li", {}, text))),
    ...part("지난 상담 노트", basis.notes.map(({ text }) => element("li", {}, text))),
    ...part("찾아본 지식 문서", basis.passages.map((one) =>
      element("li", {}, `${one.title} · ${one.heading}${one.is_cited ? " (답변에 인용)" : ""}`))),
    ...part("나눈 대화", talk.map((line) => element("li", {}, line))),
    ...(basis.summary ? [element("h3", {}, "오래된 대화의 요약"), element("p", { className: "quote" }, basis.summary)] : []),
  ];
}

function part(title, rows) {
  return rows.length ? [element("h3", {}, title), element("ul", { className: "basis" }, ...rows)] : [];
}

function factRow(fact, pet, again) {
  const row = element("li", {}, `${fact.label}: ${fact.text}`);
  if (FIELDS[fact.field]) {
    // From the pet as it is now: the answer may be older than the profile.
    const open = async () => row.replaceChildren(form(fact, await api("GET", `/api/v1/pets/${pet}`), row, again));
    row.append(" ", element("button", { type: "button", className: "link", onclick: open }, "고치기"));
  }
  return row;
}

function form(fact, pet, row, again) {
  const field = FIELDS[fact.field];
  const now = pet[fact.field];
  const input = field.options
    ? element("select", {}, ...Object.entries(field.options).map(([value, label]) =>
        element("option", { value, selected: value === String(now) }, label)))
    : element("input", { type: field.type, value: Array.isArray(now) ? now.join(", ") : now ?? "", required: field.type !== "text" });
  if (field.step) Object.assign(input, { step: field.step, min: field.min });
  const problem = element("p", { className: "error", hidden: true });
  const save = async (event) => {
    event.preventDefault();
    try {
      await api("PATCH", `/api/v1/pets/${pet.id}`, { [fact.field]: field.send(input.value) });
      const label = field.options ? field.options[input.value] : input.value;
      const anew = element("button", { type: "button", className: "button small", onclick: again }, "고친 정보로 다시 답변받기");
      row.replaceChildren(`${fact.label}: ${label} (고쳤어요) `, anew);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  };
  return element("form", { className: "fix", onsubmit: save },
    element("label", {}, field.label, input),
    element("button", { type: "submit", className: "button small" }, "저장"), problem);
}
