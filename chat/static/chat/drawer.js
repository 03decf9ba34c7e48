// The drawer beside the talk: the passage behind a number, and what an answer was made from.

import { api } from "./api.js";
import { showBasis } from "./basis.js";
import { element } from "./draw.js";

const drawer = document.getElementById("source");

export async function openSource(source) {
  const body = open("근거");
  body.replaceChildren(element("p", {}, "불러오고 있어요"));
  try {
    const passage = await api("GET", `/api/v1/passages/${source.passage}`);
    const { article } = passage;
    body.replaceChildren(
      element("p", { className: "meta" }, `[${source.number}] ${article.title} · ${passage.heading}`),
      element("blockquote", { className: "quote" }, passage.text.replaceAll(/^- /gm, "· ")),
      element("p", { className: "meta" }, element("strong", { className: "standing" }, article.label)),
      element("ul", { className: "meta" }, ...article.sources.map((one) => element("li", {}, origin(one)))),
      element("a", { href: `/articles/${article.slug}#${passage.section}`, target: "_blank", rel: "noopener" }, "문서 전체 보기"),
    );
  } catch (error) {
    body.replaceChildren(element("p", { className: "error" }, error.message));
  }
}

export function openBasis(reply, pet, again) {
  const ask = () => {
    drawer.close();
    return again();
  };
  return showBasis(open("이 답변에 사용한 정보"), reply, pet, ask);
}

// Where an article comes from, as a link when its address is one.
function origin({ publisher, title, year, url }) {
  const text = `${publisher}, ${title}${year ? ` (${year})` : ""}`;
  if (!/^https?:\/\//i.test(url ?? "")) return text;
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}

function open(title) {
  document.getElementById("source-title").textContent = title;
  drawer.showModal();
  return document.getElementById("source-body");
}

document.getElementById("source-close").addEventListener("click", () => drawer.close());
drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
