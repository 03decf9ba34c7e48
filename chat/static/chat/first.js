// Before the first word: is it an emergency? A tap says so as the owner's own message.

const node = document.getElementById("first");

export function askFirst(field, composer) {
  node.hidden = false;
  for (const chip of node.querySelectorAll("[data-say]")) {
    chip.addEventListener("click", () => {
      stopAskingFirst();
      field.value = chip.dataset.say;
      composer.requestSubmit();
    });
  }
  document.getElementById("first-none").addEventListener("click", () => {
    stopAskingFirst();
    field.focus();
  });
}

export function stopAskingFirst() {
  node.hidden = true;
}
