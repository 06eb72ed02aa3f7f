// Every table of a page: as CSV, made here without a request; and as cards where the screen is narrow.
"use strict";
(() => {
  const quoted = (words) => /[",\n]/.test(words) ? `"${words.replace(/"/g, '""')}"` : words;
  // A text that a spreadsheet would take for a formula stands behind an apostrophe, as in report/kit/data.py; what looks like a number is one.
  const NUMBER = /^[+-]?\d[\d,]*(\.\d+)?$/;
  const safe = (words) => quoted(/^[=+\-@\t\r]/.test(words) && !NUMBER.test(words) ? `'${words}` : words);
  const words = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

  function save(table, name) {
    const lines = [...table.rows].map((row) => [...row.cells].map((cell) => safe(words(cell))).join(","));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
    const stem = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);
    link.download = `${stem || say("drawn.table")}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  for (const box of document.querySelectorAll(".scroll")) {
    const button = document.createElement("button");
    const heading = box.closest("figure")?.querySelector("h3") ?? box.closest("section")?.querySelector("h2");
    button.type = "button";
    button.className = "save only-screen";
    button.textContent = say("drawn.csv");
    button.title = say("drawn.save");
    button.addEventListener("click", () => {
      const table = box.querySelector("table");
      if (table) save(table, `${document.title} ${heading?.textContent ?? ""}`);
    });
    box.after(button);
    const table = box.querySelector("table");
    if (!table || box.closest("figure")) continue;
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    if (heads.length < 4) continue;
    table.classList.add("cards");
    for (const row of table.tBodies[0].rows) [...row.cells].forEach((cell, k) => { cell.dataset.label = heads[k]; });
  }
})();
