# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The style sheet of the HTML page: system fonts, light and dark, narrow screens, paper. It loads nothing."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f5f1; --card: #ffffff; --ink: #1c2126; --soft: #565e66; --line: #dedbd3; --accent: #23577f;
  --good: #1f633e; --good-tint: #e2f1e7; --warn: #7d4a00; --warn-tint: #fbecd0; --bad: #97232b; --bad-tint: #fae3e1;
  --odd: #45479a; --odd-tint: #e8e8f8; --calm: #4d545b; --calm-tint: #eceae4;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1d2125; --ink: #e9e7e2; --soft: #a5abb2; --line: #32383e; --accent: #8cc0ea;
    --good: #86d3a5; --good-tint: #1c3527; --warn: #efc276; --warn-tint: #3a2d14; --bad: #f5a39f; --bad-tint: #43211f;
    --odd: #b7b8f5; --odd-tint: #2b2c4d; --calm: #b9bec4; --calm-tint: #2b3035;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 9rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main, header, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, h3, h4, p, ul, dl, dd, table { margin: 0; padding: 0; }
h1 { font-size: clamp(1.7rem, 1.1rem + 2.4vw, 2.6rem); line-height: 1.15; letter-spacing: -.02em; font-weight: 650;
  text-wrap: balance; }
h2 { font-size: 1.25rem; letter-spacing: -.01em; font-weight: 650; margin: 3rem 0 1rem; }
h3 { font-size: 1rem; font-weight: 650; }
h4 { font-size: 1.0625rem; line-height: 1.35; font-weight: 600; }
code, .value, .ch { font-family: ui-monospace, "SF Mono", "Cascadia Code", "Segoe UI Mono", Menlo, Consolas,
  "Liberation Mono", monospace; font-size: .875rem; }
.ch { direction: ltr; unicode-bidi: isolate; font-style: normal; font-size: .8em; color: var(--odd);
  background: var(--odd-tint); border-radius: .2rem;
  padding: 0 .15em; }
.soft { color: var(--soft); }
.sr { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 9; background: var(--card); padding: .5rem 1rem; border-radius: .5rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }

header { padding-top: clamp(2rem, 6vw, 4.5rem); }
.eyebrow { color: var(--soft); font-size: .875rem; margin-bottom: 1rem; }
.verdict { display: flex; gap: 1.25rem; align-items: flex-start; }
.sign { flex: none; width: clamp(2.75rem, 8vw, 3.75rem); aspect-ratio: 1; border-radius: 50%; display: grid;
  place-items: center; }
.sign svg { width: 52%; height: 52%; fill: none; stroke: currentColor; stroke-width: 2.6; stroke-linecap: round;
  stroke-linejoin: round; }
.verdict p { color: var(--soft); margin-top: .5rem; max-width: 46rem; font-size: 1.0625rem; }
.clean .sign { color: var(--good); background: var(--good-tint); }
.drift .sign { color: var(--warn); background: var(--warn-tint); }
.failed .sign { color: var(--bad); background: var(--bad-tint); }
.incomplete .sign { color: var(--odd); background: var(--odd-tint); }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem;
  margin-top: 2.25rem; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1.1rem; }
.tiles dt { color: var(--soft); font-size: .875rem; }
.tiles dd { font-size: 1.9rem; line-height: 1.2; font-weight: 600; letter-spacing: -.02em; }
.tiles .zero dd { color: var(--soft); font-weight: 400; }
.tiles .warn dd { color: var(--warn); } .tiles .bad dd { color: var(--bad); } .tiles .odd dd { color: var(--odd); }

.panel { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { text-align: left; padding: .65rem 1.1rem; border-top: 1px solid var(--line); vertical-align: baseline; }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 11rem; }
.number { text-align: right; }
.none { color: var(--soft); font-style: italic; }
.bar { width: 7rem; height: .45rem; border-radius: .25rem; display: block; background: var(--calm-tint); }
.bar .is-drifted { fill: var(--warn); } .bar .is-waived { fill: var(--odd); }
.bar .is-clean { fill: var(--good); opacity: .4; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: .75rem;
  margin-top: .75rem; align-items: start; }

.notes { list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.notes li { padding: .8rem 1.1rem; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
.notes li + li { border-top: 1px solid var(--line); }
.notes div { flex: 1 1 20rem; min-width: 0; }
.badge { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .8125rem; font-weight: 550;
  white-space: nowrap; color: var(--calm); background: var(--calm-tint); border: 1px solid transparent; }
.badge.different { color: var(--warn); background: var(--warn-tint); }
.badge.missing, .badge.failed { color: var(--bad); background: var(--bad-tint); }
.badge.unexpected, .badge.unknown { color: var(--odd); background: var(--odd-tint); }
.badge.corrected { color: var(--good); background: var(--good-tint); }

.filter { position: sticky; top: 0; z-index: 2; background: var(--page); border-bottom: 1px solid var(--line);
  margin: 0 -1.5rem; padding: .75rem 1.5rem; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
.filter[hidden], [hidden] { display: none; }
.filter input, .filter select, button { font: inherit; font-size: .9375rem; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .7rem; min-height: 2.4rem; }
.filter label { flex: 1 1 15rem; }
.filter input { width: 100%; }
.filter select { max-width: min(18rem, 100%); }
.kinds { display: flex; flex-wrap: wrap; gap: .35rem; }
.kinds button { border-radius: 1.2rem; padding: .25rem .8rem; cursor: pointer; }
.kinds button b { font-weight: 400; color: var(--soft); margin-left: .2rem; }
.kinds button[aria-pressed="true"] { background: var(--ink); color: var(--page); border-color: var(--ink); }
.kinds button[aria-pressed="true"] b { color: inherit; }
.count { flex-basis: 100%; color: var(--soft); font-size: .875rem; }

.account > h3 { padding: 1.75rem 0 .6rem; }
.account > h3 span { font-weight: 400; color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.1rem;
  margin-bottom: .6rem; content-visibility: auto; contain-intrinsic-size: auto 8rem; }
.card > .head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; }
.card > .head > * { min-width: 0; }
.card .head p:not(:last-child), .card .head div > p { color: var(--soft); font-size: .875rem; }
.fields { list-style: none; margin-top: .6rem; }
.fields li { border-top: 1px solid var(--line); padding: .6rem 0 .1rem; margin-top: .5rem; display: grid;
  grid-template-columns: minmax(7rem, 13rem) minmax(0, 1fr) 1.25rem minmax(0, 1fr); gap: .25rem .75rem;
  align-items: start; }
.fields .wide { grid-column: 2 / -1; color: var(--soft); font-size: .9375rem; }
.fields .all { grid-column: 1 / -1; color: var(--soft); font-size: .9375rem; }
.arrow { color: var(--soft); padding-top: 1.25rem; }
.side > small { display: block; color: var(--soft); font-size: .75rem; line-height: 1.25rem; }
.value { white-space: pre-wrap; border-radius: .35rem; padding: .1rem .4rem; display: inline-block; max-width: 100%;
  background: var(--calm-tint); }
.from .value { background: var(--bad-tint); } .to .value { background: var(--good-tint); }
.waived .value, .side .none { background: var(--calm-tint); }
summary { cursor: pointer; color: var(--accent); font-size: .875rem; }
.value summary { font-family: inherit; color: inherit; }
.value summary span { color: var(--accent); text-decoration: underline; }
.value[open] summary span { display: none; }
.clean-list { columns: 16rem; column-gap: 2rem; list-style: none; font-size: .9375rem; padding: .25rem 1.1rem 1rem; }
.clean-list li { break-inside: avoid; padding: .1rem 0; }
details.panel > summary { padding: .8rem 1.1rem; }
.nothing { padding: 2rem 0; color: var(--soft); }
footer { color: var(--soft); font-size: .8125rem; padding-top: 3rem; padding-bottom: 4rem; }
footer p { margin-top: .25rem; }

@media (max-width: 40rem) {
  main, header, footer { padding-left: 1rem; padding-right: 1rem; }
  .filter { margin: 0 -1rem; padding: .6rem 1rem; }
  .filter label { flex-basis: 100%; }
  .filter select { flex: 1 1 0; min-width: 0; }
  .kinds { flex-wrap: nowrap; overflow-x: auto; max-width: 100%; padding: 3px; margin: -3px; }
  .kinds button { flex: none; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
  .tiles dd { font-size: 1.5rem; }
  th, td { padding: .6rem .8rem; }
  .extra { display: none; }
  tbody th { min-width: 0; }
  .fields li { grid-template-columns: minmax(0, 1fr); }
  .fields .wide { grid-column: 1; }
  .arrow { display: none; }
}
@media (prefers-reduced-motion: no-preference) {
  .kinds button { transition: background-color .12s, color .12s; }
}
@media (forced-colors: active) {
  .badge, .sign { border: 1px solid; }
}
@media print {
  :root { color-scheme: light; --page: #ffffff; }
  body { font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  header { padding-top: 0; }
  .filter { position: static; margin: 0; padding: 0; border: 0; }
  .filter label, .filter select, .kinds, .skip, .value summary span { display: none; }
  .card { content-visibility: visible; }
  .tiles { grid-template-columns: repeat(6, 1fr); gap: .4rem; margin-top: 1.25rem; }
  .tiles div { padding: .4rem .6rem; }
  .tiles dd { font-size: 1.4rem; }
  th, td { padding: .35rem .5rem; }
  tbody th { min-width: 0; }
  .bar { width: 3.5rem; }
  .scroll { overflow: visible; }
  .pair { grid-template-columns: 1fr 1fr; break-inside: avoid; }
  .fields li, .tiles div, .notes li, tr { break-inside: avoid; }
  .head { break-inside: avoid; break-after: avoid; }
  h2 { margin: 1.75rem 0 .6rem; }
  h2, h3 { break-after: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""
