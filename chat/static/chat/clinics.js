// Animal hospitals nearby, by a typed place or by where the device is: both only when the owner
// asks for it. The last place that was found is kept on this device; a position never is.

import { api } from "./api.js";
import { element } from "./draw.js";

const KEPT = "clinics:place";
const LOCATING = { timeout: 10000, maximumAge: 60000 };
const NO_POSITION = "현재 위치를 알 수 없어요. 괜찮아요, 동네 이름을 적어 주시면 찾아 드릴게요.";
const OFFLINE = "연결이 끊겨 찾지 못했어요. 연결되면 다시 눌러 주세요.";
const NOBODY = "가까운 동물병원을 찾지 못했어요. 동네 이름을 바꿔 찾아 보거나 114에 물어봐 주세요.";

export class Clinics {
  // `root` holds the elements of clinic_finder.html; `most` is how many are shown.
  constructor(root, most) {
    this.most = most;
    this.form = root.querySelector(".finder");
    this.said = root.querySelector(".found");
    this.list = root.querySelector(".clinics");
    this.source = root.querySelector(".register");
    this.asked = 0;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.inPlace(this.form.place.value.trim());
    });
    const locate = root.querySelector(".locate");
    locate.hidden = !navigator.geolocation;
    locate.querySelector("button").addEventListener("click", () => this.here());
  }

  // Where the owner looked before, without being asked again.
  recall() {
    const place = read();
    if (!place) return;
    this.form.place.value = place;
    this.find({ place }, `‘${place}’의 동물병원`);
  }

  inPlace(place) {
    if (!place) return this.form.place.focus();
    return this.find({ place }, `‘${place}’의 동물병원`, () => {
      keep(place);
      this.reveal();
    });
  }

  here() {
    const turn = ++this.asked;
    this.said.textContent = "현재 위치를 확인하고 있어요.";
    const found = ({ coords }) => {
      if (turn !== this.asked) return; // a place was typed meanwhile
      const where = { latitude: coords.latitude.toFixed(4), longitude: coords.longitude.toFixed(4) };
      this.find(where, "가까운 동물병원", () => this.reveal());
    };
    const failed = () => {
      if (turn !== this.asked) return;
      this.said.textContent = NO_POSITION;
      this.form.place.focus();
    };
    navigator.geolocation.getCurrentPosition(found, failed, LOCATING);
  }

  async find(where, title, then = () => {}) {
    const turn = ++this.asked;
    this.said.textContent = "찾고 있어요.";
    const query = new URLSearchParams({ ...where, species: this.form.species.value, limit: this.most });
    try {
      const { clinics } = await api("GET", `/api/v1/clinics?${query}`);
      if (turn !== this.asked) return; // another search was begun meanwhile
      this.draw(clinics, clinics.length ? `${title} ${clinics.length}곳이에요. 먼저 전화하세요.` : NOBODY);
      then();
    } catch (error) {
      if (turn !== this.asked) return;
      // What was found before can still be called, until another place is known to be meant.
      if (error.isOffline || error.status >= 500) this.said.textContent = error.isOffline ? OFFLINE : error.message;
      else this.draw([], error.message);
    }
  }

  draw(clinics, words) {
    const [first] = clinics;
    this.said.textContent = words;
    this.list.replaceChildren(...clinics.map(card));
    if (first) this.source.textContent = `${first.source}, ${first.as_of} 기준`;
  }

  reveal() {
    this.list.firstElementChild?.scrollIntoView({ block: "nearest" });
  }
}

function card(clinic) {
  const known = clinic.marks.filter(({ kind }) => kind !== "not_exotic");
  return element("li", { className: "clinic" },
    element("p", {},
      element("strong", {}, clinic.name), " ",
      ...known.map(({ label }) => element("span", { className: "badge home" }, label)),
      clinic.metres === null ? "" : element("span", { className: "meta" }, ` ${distance(clinic.metres)}`)),
    element("p", { className: "meta" }, clinic.address),
    ...clinic.notes.map((note) => element("p", { className: "ask" }, note)),
    element("p", { className: "row" }, call(clinic), map(clinic)),
  );
}

function call({ name, phone, phone_url }) {
  if (!phone_url) return element("span", { className: "meta" }, "등록된 전화번호가 없어요");
  const link = element("a", { className: "button", href: phone_url }, `전화 ${phone}`);
  link.setAttribute("aria-label", `${name}에 전화하기, ${phone}`);
  return link;
}

function map({ name, map_url }) {
  const link = element("a", { className: "button quiet", href: map_url, target: "_blank", rel: "noopener" }, "지도");
  link.setAttribute("aria-label", `${name} 지도 (새 창)`);
  return link;
}

function distance(metres) {
  return metres < 1000 ? `약 ${Math.max(10, Math.round(metres / 10) * 10)}m` : `약 ${(metres / 1000).toFixed(1)}km`;
}

function read() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(place) {
  try {
    localStorage.setItem(KEPT, place);
  } catch {
    // Storage is blocked: it has to be typed again next time.
  }
}
