// Hides the rows that do not contain all words of the search.

const field = document.querySelector("#search");
const rows = [...document.querySelectorAll(field.dataset.rows)].map((row) => [row, row.textContent.toLowerCase()]);
const count = document.querySelector("#count");

function search() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
  count.value = `${rows.filter(([row]) => !row.hidden).length} of ${rows.length}`;
}

field.addEventListener("input", search);
search();
