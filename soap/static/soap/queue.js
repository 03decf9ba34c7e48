// The queue by keyboard: j and k move, Enter opens, x picks, / searches, ? helps.

import("./keys.js").then(({ listen, showShortcuts }) => {
  const rows = () => [...document.querySelectorAll("#changelist-form tbody tr")];
  const linkOf = (row) => row?.querySelector("th a, td.field-about a, a");
  let here = -1;

  function move(step) {
    const all = rows();
    if (!all.length) return;
    all[here]?.classList.remove("is-here");
    here = Math.min(Math.max(here + step, 0), all.length - 1);
    all[here].classList.add("is-here");
    linkOf(all[here])?.focus();
  }

  listen({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => linkOf(rows()[Math.max(here, 0)])?.click(),
    x: () => rows()[here]?.querySelector("input.action-select")?.click(),
    "/": () => document.querySelector("#searchbar, input[name=q]")?.focus(),
    "?": showShortcuts,
  });
});
