// Where in the talk a page stands.

export function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 120;
}

// The end of the talk, but never past the head of the newest reply: it is read from its top.
export function scrollToEnd(log) {
  const newest = log.lastElementChild;
  const top = newest?.classList.contains("assistant") ? newest.offsetTop - log.offsetTop - 8 : Infinity;
  log.scrollTop = Math.min(log.scrollHeight, top);
}

// The message that a search has led to.
export function showSought() {
  const sought = location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
  if (!sought) return false;
  sought.classList.add("sought");
  sought.scrollIntoView({ block: "center" });
  return true;
}
