# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script of the HTML page: filter and search. Without it the page is whole, only not filtered.

It hides and shows what is there; no text of the report is ever made into markup, and nothing is loaded or stored.
"""

from __future__ import annotations

SCRIPT = """
(() => {
  "use strict";
  const filter = document.getElementById("filter");
  if (!filter) return;
  const search = document.getElementById("search");
  const selects = [...filter.querySelectorAll("select")];
  const buttons = [...filter.querySelectorAll("button[data-kind]")];
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const groups = [...document.querySelectorAll(".account")].map((element) => ({
    element,
    cards: [...element.querySelectorAll(".card")].map((card) => ({
      element: card, kinds: card.dataset.kinds.split(" "), text: null,
    })),
  }));
  const total = groups.reduce((sum, group) => sum + group.cards.length, 0);
  let kind = "";

  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const textOf = (card, group) => {
    if (card.text === null) {
      card.text = fold(card.element.textContent + " " + group.element.firstElementChild.textContent);
    }
    return card.text;
  };
  const apply = () => {
    const words = fold(search.value).split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const group of groups) {
      const chosen = selects.every((select) => !select.value || group.element.dataset[select.name] === select.value);
      let inGroup = 0;
      for (const card of group.cards) {
        const fits = chosen && (!kind || card.kinds.includes(kind))
          && (!words.length || words.every((word) => textOf(card, group).includes(word)));
        if (card.element.hidden === fits) card.element.hidden = !fits;
        if (fits) inGroup += 1;
      }
      if (group.element.hidden !== (inGroup === 0)) group.element.hidden = inGroup === 0;
      shown += inGroup;
    }
    nothing.hidden = shown > 0;
    count.textContent = shown.toLocaleString("en") + " of " + total.toLocaleString("en")
      + (total === 1 ? " resource" : " resources") + " shown";
  };
  const choose = (button) => {
    kind = button.dataset.kind;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    apply();
  };
  const clear = () => {
    search.value = "";
    for (const select of selects) select.value = "";
    choose(buttons[0]);
  };
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  });
  for (const select of selects) select.addEventListener("change", apply);
  for (const button of buttons) button.addEventListener("click", () => choose(button));
  document.getElementById("clear").addEventListener("click", () => { clear(); search.focus(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement === search) clear();
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    search.focus();
  });
  filter.hidden = false;
  apply();
})();
"""
