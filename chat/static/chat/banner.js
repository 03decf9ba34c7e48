// The banner of danger: what to do now, clinics nearby, what to take along. It is drawn from the
// `triage` event alone, so that it waits for no answer.

import { Clinics } from "./clinics.js";
import { URGENCY, element } from "./draw.js";
import { openSummary } from "./summary.js";

const RANK = { urgent: 1, emergency: 2 };

export class Banner {
  constructor(consultation) {
    const part = (name) => document.getElementById(name);
    this.node = part("banner");
    this.head = part("banner-head");
    this.advice = part("banner-advice");
    this.body = part("banner-body");
    this.take = part("banner-take");
    this.why = part("banner-why");
    this.foldButton = part("banner-fold");
    this.clinics = new Clinics(this.body, 5);
    this.kept = `banner:${consultation}`;
    this.seq = 0;
    this.foldButton.addEventListener("click", () => this.turn(!this.isFolded));
    part("banner-find").addEventListener("click", () => {
      this.turn(false);
      part("banner-clinics").scrollIntoView({ block: "start" });
      part("banner-clinics").focus();
    });
    part("banner-summary").addEventListener("click", () => openSummary(consultation));
  }

  show(event) {
    if (!RANK[event.urgency] || event.is_question) return;
    if ((RANK[this.node.dataset.urgency] ?? 0) > RANK[event.urgency]) return; // danger never steps down
    const [name, when] = URGENCY[event.urgency];
    this.seq = event.seq;
    this.node.dataset.urgency = event.urgency;
    this.node.className = `banner ${event.urgency}`;
    this.head.replaceChildren(
      element("h2", {}, `${name}: ${when}`),
      ...event.why.map((line) => element("p", {}, line)),
    );
    this.advice.replaceChildren(...part("지금 할 일", event.now), ...part("하지 말 일", event.avoid));
    this.take.replaceChildren(...part("챙겨 가세요", event.take ?? []));
    this.why.replaceChildren(details("왜 이렇게 판단했나요?", [
      `말씀하신 내용에서 ‘${event.categories.join("’, ‘")}’ 신호를 찾았어요.`,
      ...signature(event),
    ]));
    this.fold(event.seq <= read(this.kept));
    if (this.node.hidden) this.clinics.recall();
    this.node.hidden = false;
  }

  // The owner's own turn of it holds until a further danger is seen, over a reload too.
  turn(isFolded) {
    this.fold(isFolded);
    try {
      localStorage.setItem(this.kept, isFolded ? this.seq : 0);
    } catch {
      // Storage is blocked: it opens again with the next load.
    }
  }

  fold(isFolded) {
    this.isFolded = isFolded;
    this.foldButton.textContent = isFolded ? "펴기" : "접기";
    this.foldButton.setAttribute("aria-expanded", String(!isFolded));
    this.body.hidden = isFolded;
  }
}

// Where no list was asked (`null`), there is nothing to say of it.
function signature(event) {
  if (event.is_signed === false) return ["이 응급 신호 목록은 아직 수의사가 서명하지 않았어요."];
  if (!event.is_signed) return [];
  const [year, month, day] = event.signed_on.split("-").map(Number);
  return [`수의사 ${event.signed_by} 님이 ${year}년 ${month}월 ${day}일에 확인한 목록이에요.`];
}

function part(title, lines) {
  return lines.length ? [element("h3", {}, title), list(lines)] : [];
}

function list(lines) {
  return element("ul", {}, ...lines.map((line) => element("li", {}, line)));
}

function details(title, lines) {
  return element("details", {}, element("summary", {}, title), list(lines));
}

function read(name) {
  try {
    return Number(localStorage.getItem(name) ?? 0);
  } catch {
    return 0;
  }
}
