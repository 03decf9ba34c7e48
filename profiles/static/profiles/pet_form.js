// The form of a pet: only breeds of the chosen species are offered, and an age takes the place of
// a birthday that nobody knows.

const part = (name) => document.getElementById(`id_${name}`);
const list = document.getElementById("breeds");
const all = [...list.options].map((option) => ({
  value: option.value,
  label: option.label,
  species: option.dataset.species,
}));

function offer() {
  const species = part("species").value;
  const fitting = all.filter((breed) => breed.species === species);
  list.replaceChildren(
    ...fitting.map(({ value, label }) => Object.assign(document.createElement("option"), { value, label })),
  );
}

// Of a birthday and an age the one that was told last counts.
function onlyOne() {
  const ages = [part("age_years"), part("age_months")];
  part("birth_date").addEventListener("input", () => ages.forEach((age) => (age.value = "")));
}

part("species").addEventListener("change", offer);
offer();
onlyOne();
