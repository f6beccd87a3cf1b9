// Tables that sort by a press on a column's name, and show only the rows that have some words; the CSV file.
"use strict";
(() => {
  const value = (cell) => (cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value));

  function compare(first, second) {
    // What has no number comes last, whichever way is sorted.
    if (Number.isNaN(first) || Number.isNaN(second)) return Number.isNaN(first) - Number.isNaN(second);
    return typeof first === "number" ? first - second : first.localeCompare(second, undefined, { numeric: true });
  }

  function sort(table, heading) {
    const descending = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [value(row.cells[heading.cellIndex]), row]);
    rows.sort(([first], [second]) => {
      const order = compare(first, second);
      return descending && !Number.isNaN(first) && !Number.isNaN(second) ? -order : order;
    });
    body.append(...rows.map(([, row]) => row));
  }

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    for (const heading of table.querySelectorAll("th[aria-sort]")) {
      heading.querySelector("button").addEventListener("click", () => sort(table, heading));
    }
    const form = document.querySelector(`[data-filters="${table.id}"]`);
    const words = form.querySelector("input");
    const choices = [...form.querySelectorAll("select")];
    const count = form.querySelector("output");
    const rows = [...table.tBodies[0].rows];

    function filter() {
      const wanted = words.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLocaleLowerCase();
        row.hidden = !(
          wanted.every((word) => text.includes(word)) &&
          choices.every((choice) => !choice.value || row.dataset[choice.name] === choice.value)
        );
        shown += !row.hidden;
      }
      count.value = count.dataset.words.replace("{shown}", shown).replace("{all}", rows.length);
    }

    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }

  document.getElementById("csv").addEventListener("click", () => {
    const { csv } = JSON.parse(document.getElementById("data").textContent);
    const link = document.createElement("a");
    // A spreadsheet takes a file without the mark for one in an old encoding.
    link.href = URL.createObjectURL(new Blob(["\ufeff", csv], { type: "text/csv" }));
    link.download = "class.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });
})();
