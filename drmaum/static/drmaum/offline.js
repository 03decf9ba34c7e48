// The page that stands in where the network is away: the talks that are kept on this device, and
// the one whose address was asked for.

const retry = document.getElementById("retry");
retry.addEventListener("click", () => location.reload());
// A page that was asked for and did not come is asked for again as soon as there is a network that
// really answers: a phone says "online" before it is.
if (location.pathname !== retry.dataset.home) addEventListener("online", comeBack);

async function comeBack() {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

function element(name, text, className = "") {
  const node = Object.assign(document.createElement(name), { className });
  node.textContent = text;
  return node;
}

function when(moment) {
  return new Date(moment).toLocaleString("ko-KR", { month: "long", day: "numeric", hour: "numeric", minute: "2-digit" });
}

async function keptTalks() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith("kept:")) continue;
    const kept = await caches.open(name);
    for (const request of await kept.keys()) {
      const { pathname } = new URL(request.url);
      found.unshift({ ...(await (await kept.match(request)).json()), path: pathname });
    }
  }
  return found;
}

function entry(talk) {
  const link = element("a", "", "cover");
  link.href = talk.path;
  link.append(element("strong", talk.title), element("p", `${when(talk.kept_at)}에 저장`));
  const row = element("li", "");
  row.append(link);
  return row;
}

function draw(talk) {
  document.title = `${talk.title} · Dr. 마음`;
  document.getElementById("offline-title").textContent = talk.title;
  document.getElementById("offline-words").textContent =
    `연결이 끊겨 저장된 대화를 보여 드려요. ${when(talk.kept_at)}까지의 내용이에요.`;
  const place = document.getElementById("talk");
  for (const { who, lines } of talk.said) {
    const node = element("div", "", `said ${who === "owner" ? "owner" : "assistant"}`);
    node.append(element("span", who === "owner" ? "내가 쓴 글" : "답변", "hidden"));
    node.append(...lines.map((line) => element("p", line)));
    place.append(node);
  }
  if (talk.danger.length) {
    const danger = element("section", "", `warning ${talk.urgency}`);
    danger.append(...talk.danger.map((line) => element("p", line)));
    place.before(danger);
  }
  place.hidden = false;
}

try {
  const talks = await keptTalks();
  const asked = talks.find((talk) => talk.path === location.pathname);
  if (asked) draw(asked);
  const others = talks.filter((talk) => talk !== asked);
  document.getElementById("kept-list").append(...others.map(entry));
  document.getElementById("kept").hidden = !others.length;
} catch {
  // Nothing is kept where storage is blocked.
}
