"use strict";
(() => {
  const table = document.getElementById("packages");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => ({ row, text: row.textContent.toLowerCase() }));
  const words = document.getElementById("words");
  const verdict = document.getElementById("verdict");
  const count = document.getElementById("count");
  const order = { block: 0, hold: 1, allow: 2 };

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      const fits = (!verdict.value || row.dataset.verdict === verdict.value) && wanted.every((one) => text.includes(one));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
  };

  const key = (row, column) => {
    if (column === 0) return String(order[row.dataset.verdict]);
    return row.cells[column].dataset.key || row.cells[column].textContent.trim();
  };
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const head = button.parentElement;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((one) => ({ one, key: key(one.row, head.cellIndex) }));
    keyed.sort((a, b) => compare(a.key, b.key) * (down ? -1 : 1));
    const parts = document.createDocumentFragment();
    for (const { one } of keyed) parts.append(one.row);
    body.append(parts);
  });

  words.addEventListener("input", filter);
  verdict.addEventListener("change", filter);
  document.getElementById("filter").hidden = false;
  filter();
})();
