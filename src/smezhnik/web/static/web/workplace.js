// The theme is the reader's own: kept in the browser, asked of nobody.
const root = document.documentElement;
const kept = localStorage.getItem("theme");
if (kept) root.dataset.theme = kept;
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
// The search by Ctrl K, as its field says.
document.addEventListener("keydown", (event) => {
  const find = document.getElementById("find");
  if (!find || !(event.ctrlKey || event.metaKey) || event.code !== "KeyK") return;
  event.preventDefault();
  find.focus();
  find.select();
});
// Rows of a list by J and K, as the foot of the list says; not while somebody types.
document.addEventListener("keydown", (event) => {
  if (!["j", "k", "о", "л"].includes(event.key.toLowerCase()) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) return;
  const rows = [...document.querySelectorAll("table.listed td.subject a")];
  const at = rows.indexOf(document.activeElement.closest("td.subject a"));
  const next = rows[at + (["j", "о"].includes(event.key.toLowerCase()) ? 1 : -1)] || (at < 0 ? rows[0] : null);
  if (next) next.focus();
});
// How much waits behind each entry of the menu: asked for once the page stands.
const menu = document.getElementById("menu");
if (menu) fetch("/waiting/").then((answer) => (answer.ok ? answer.json() : {})).then((counts) => {
  for (const link of document.querySelectorAll("#menu a, nav.bottom a")) {
    const count = counts[link.getAttribute("href")];
    if (!count) continue;
    const shown = document.createElement("span");
    shown.className = "count";
    shown.textContent = count;
    link.append(" ", shown);
  }
}).catch(() => {});
