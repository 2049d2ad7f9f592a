// The page without this script shows everything; with it: theme, print, filters, search, sorting, "show more", keys.
(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const root = document.documentElement;
  const lang = root.lang || "ru";
  const number = (value) => value.toLocaleString(lang).replace(/\u202f/g, "\u00a0");

  // Theme: the browser's wish until the reader chooses.
  const asked = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = false;
  const follow = () => { if (!chosen) root.dataset.theme = asked.matches ? "dark" : "light"; };
  follow();
  asked.addEventListener("change", follow);
  all("[data-theme-switch]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      chosen = true;
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    });
  });
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // Filters: any of one group, all of the groups, and every word that is searched for.
  const chips = all(".chip[data-group]");
  const reset = document.querySelector("[data-all]");
  const find = document.querySelector("[data-find]");
  const lists = all("[data-more]");
  const limits = new Map(lists.map((list) => [list, Number(list.dataset.more)]));
  const buttons = new Map();
  const words = new Map();
  const textOf = (element) => {
    if (!words.has(element)) words.set(element, element.textContent.toLowerCase().replace(/ё/g, "е"));
    return words.get(element);
  };
  const itemsOf = (list) => all("[data-item]", list).filter((item) => item.parentElement.closest("[data-more]") === list);

  const update = () => {
    const wanted = {};
    chips.filter((chip) => chip.getAttribute("aria-pressed") === "true")
      .forEach((chip) => { (wanted[chip.dataset.group] ||= new Set()).add(chip.dataset.value); });
    const sought = (find ? find.value : "").toLowerCase().replace(/ё/g, "е").split(/\s+/).filter(Boolean);
    const fits = (row) => Object.entries(wanted).every(([group, values]) => values.has(row.dataset[group]));
    all("[data-card]").forEach((card) => {
      const head = card.querySelector("header");
      const cardHas = (word) => textOf(head).includes(word) || (card.querySelector(".strip") && textOf(card.querySelector(".strip")).includes(word));
      all("[data-row]", card).forEach((row) => {
        row.dataset.off = fits(row) && sought.every((word) => cardHas(word) || textOf(row).includes(word)) ? "" : "1";
      });
      card.dataset.off = all("[data-row]", card).some((row) => !row.dataset.off) ? "" : "1";
    });
    lists.forEach((list) => {
      const items = itemsOf(list).filter((item) => !item.dataset.off);
      const limit = items.length <= limits.get(list) + 1 ? items.length : limits.get(list);
      itemsOf(list).forEach((item) => { item.hidden = true; });
      items.slice(0, limit).forEach((item) => { item.hidden = false; });
      showMore(list, items.length - limit);
    });
    const seen = (selector) => all(selector).filter((item) => !item.dataset.off).length;
    all("[data-shown-cards]").forEach((place) => { place.textContent = number(seen("[data-card]")); });
    all("[data-shown-rows]").forEach((place) => { place.textContent = number(seen("[data-row]")); });
    all("[data-nothing]").forEach((note) => { note.hidden = seen("[data-card]") > 0; });
    if (reset) reset.setAttribute("aria-pressed", String(!Object.keys(wanted).length && !sought.length));
    const chosenWords = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true")
      .map((chip) => chip.textContent.replace(/\s+/g, " ").trim());
    if (sought.length) chosenWords.push("«" + find.value.trim() + "»");
    all("[data-selection]").forEach((place) => {
      place.dataset.whole ||= place.textContent;
      place.textContent = chosenWords.length ? chosenWords.join(", ") : place.dataset.whole;
    });
  };

  const showMore = (list, rest) => {
    let button = buttons.get(list);
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "more-button";
      button.addEventListener("click", () => {
        const first = itemsOf(list).find((item) => item.hidden && !item.dataset.off);
        limits.set(list, list.tagName === "TABLE" ? Infinity : limits.get(list) + Number(list.dataset.more));
        update();
        const focus = first && first.querySelector("summary");
        if (focus) focus.focus();
      });
      list.after(button);
      buttons.set(list, button);
    }
    button.hidden = rest <= 0;
    const step = list.tagName === "TABLE" ? rest : Math.min(rest, Number(list.dataset.more));
    button.textContent = list.dataset.moreText.replace("{n}", number(step));
  };

  chips.forEach((chip) => {
    chip.disabled = false;
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      update();
    });
  });
  if (reset) {
    reset.disabled = false;
    reset.addEventListener("click", () => {
      chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
      if (find) find.value = "";
      update();
    });
  }
  if (find) {
    find.closest("label").hidden = false;
    find.addEventListener("input", update);
  }

  // Sorting: absent values stay last in either direction.
  all("th[data-sort]").forEach((head) => {
    // The button lies over the heading, so that paper, which repeats headings, has the words without a control.
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sorter";
    button.setAttribute("aria-label", head.textContent.replace(/\u00ad/g, "").replace(/\s+/g, " ").trim());
    head.append(button);
    button.addEventListener("click", () => {
      const key = head.dataset.sort;
      const table = head.closest("table");
      const falling = head.getAttribute("aria-sort") !== "descending";
      all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const body = table.querySelector("[data-sorted]");
      const rows = body ? Array.from(body.children) : itemsOf(table);
      const value = (row) => (row.dataset[key] === "" ? NaN : Number(row.dataset[key]));
      rows.sort((a, b) => {
        const x = value(a), y = value(b);
        if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
        return falling ? y - x : x - y;
      }).forEach((row) => (body || table).append(row));
      update();
    });
  });

  // Keys: J and K walk the candidates, Enter opens the reasons of the one in focus, "/" searches.
  all(".keys").forEach((hint) => { hint.hidden = false; });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    if (event.key === "/" && find) {
      event.preventDefault();
      find.focus();
    }
    const step = { j: 1, "о": 1, k: -1, "л": -1 }[event.key.toLowerCase()];
    if (!step) return;
    const rows = all("[data-row] summary").filter((summary) => summary.offsetParent !== null);
    const next = rows[rows.indexOf(document.activeElement) + step] || (step > 0 ? rows[0] : rows[rows.length - 1]);
    if (next) next.focus();
  });

  if (lists.length) update();
})();
