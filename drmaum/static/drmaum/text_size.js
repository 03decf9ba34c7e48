// Blocking and tiny, so that the first letters are drawn in the size that was chosen.
(() => {
  let size = null;
  try {
    size = localStorage.getItem("text-size");
  } catch {
    // Storage is blocked.
  }
  document.documentElement.dataset.text = ["large", "largest"].includes(size) ? size : "normal";
})();
