(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const box = byId("filter"), onlyFindings = byId("only-findings"), told = byId("shown"), tools = byId("tools");
  const matrix = byId("matrix"), table = matrix && matrix.querySelector("table");
  const findings = [...document.querySelectorAll(".list > li")];
  const folded = (text) => text.normalize("NFKC").toLowerCase();
  let index = null;

  // Read once, when it is first needed: the page of a large account has half a million cells.
  function read() {
    const columns = table ? [...table.querySelectorAll("thead th.a")] : [];
    const bars = table ? [...table.querySelectorAll("col.a")] : [];
    const accounts = columns.map((column) => folded(column.title + " " + column.textContent));
    const rows = [...document.querySelectorAll("tbody > tr")].map((row) => {
      const cells = [...row.children];
      const has = [];
      let at = 0;
      for (const cell of cells.slice(4)) {
        if (cell.firstElementChild) has.push(at);
        at += cell.colSpan;
      }
      const text = folded(row.firstElementChild.title + " " + cells.slice(0, 4).map((cell) => cell.textContent).join(" "));
      return { row, has, text, found: row.hasAttribute("data-found") };
    });
    const said = findings.map((item) => folded(item.textContent));
    return { accounts, bars, columns, rows, said };
  }

  function filter() {
    index = index || read();
    const words = folded(box.value).split(/\s+/).filter(Boolean);
    const named = words.map((word) => new Set(index.accounts.flatMap((text, at) => (text.includes(word) ? [at] : []))));
    const byName = words.map(() => false);
    const left = [];
    let count = 0;
    for (const entry of index.rows) {
      const inText = words.map((word) => entry.text.includes(word));
      const fits = words.every((_, n) => inText[n] || entry.has.some((at) => named[n].has(at)));
      const shows = fits && (entry.found || !onlyFindings.checked);
      if (entry.row.hidden === shows) entry.row.hidden = !shows;
      if (!shows) continue;
      count++;
      left.push(entry);
      inText.forEach((is, n) => { byName[n] = byName[n] || is; });
    }
    showColumns(left, named.filter((_, n) => !byName[n]), words.length > 0 || onlyFindings.checked);
    findings.forEach((item, n) => { item.hidden = !words.every((word) => index.said[n].includes(word)); });
    for (const part of document.querySelectorAll("[data-part]"))
      part.querySelector(".nothing").hidden = part.querySelector("tbody > tr:not([hidden]), .list > li:not([hidden])") !== null;
    tell(count);
  }

  // A column stays where an image that is shown is shared with it; words that name accounts leave these alone.
  function showColumns(left, wanted, isFiltered) {
    const used = new Set(left.flatMap((entry) => entry.has));
    index.bars.forEach((bar, at) => {
      const shows = !isFiltered || (used.has(at) && (!wanted.length || wanted.some((set) => set.has(at))));
      bar.classList.toggle("gone", !shows);
    });
  }

  function tell(count) {
    const shown = findings.filter((item) => !item.hidden).length;
    told.value = `${count} of ${index.rows.length} images, ${shown} of ${findings.length} findings`;
  }

  function clear() {
    box.value = "";
    onlyFindings.checked = false;
    filter();
  }

  let asked = 0;
  const soon = () => { cancelAnimationFrame(asked); asked = requestAnimationFrame(filter); };
  box.addEventListener("input", soon);
  onlyFindings.addEventListener("change", soon);
  byId("clear").addEventListener("click", () => { clear(); box.focus(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "/" && event.target !== box) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "Escape") {
      event.preventDefault();
      clear();
    }
  });
  // The way from a finding to an image that the filter hides.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".list a");
    if (link && byId(link.hash.slice(1)).hidden) clear();
  });
  if (table) {
    const columns = [...table.querySelectorAll("thead th.a")], bars = table.querySelectorAll("col.a");
    let at = -1;
    const mark = (next) => {
      if (next === at) return;
      for (const [n, is] of [[at, false], [next, true]])
        for (const part of [columns[n], bars[n]]) if (part) part.classList.toggle("at", is);
      at = next;
    };
    // Neighbours that are empty are one cell, so where the pointer is tells the column.
    table.addEventListener("pointermove", ({ clientX }) => mark(columns.findIndex((column) => {
      const { left, right } = column.getBoundingClientRect();
      return left <= clientX && clientX < right;
    })));
    table.addEventListener("pointerleave", () => mark(-1));
  }
  tools.hidden = false;
  told.value = `${document.querySelectorAll("tbody > tr").length} images, ${findings.length} findings`;
})();
