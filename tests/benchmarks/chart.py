# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart of docs/performance.md as SVG: bars on a logarithmic axis, since the contenders lie far apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LABELS, RIGHT = 760, 250, 70
BAR, GAP, HEAD, AXIS = 18, 8, 34, 30

_STYLE = """
    text { font: 13px sans-serif; fill: #1f2328 }
    .title { font-weight: bold }
    .small { font-size: 11px; fill: #59636e }
    .ours { fill: #0969da }
    .other { fill: #8c959f }
    .grid { stroke: #d1d9e0 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .ours { fill: #4493f8 }
      .other { fill: #656c76 }
      .grid { stroke: #3d444d }
    }
"""


@dataclass(frozen=True)
class Bar:
    """One bar. ours: whether it is one of this collection."""

    label: str
    seconds: float
    ours: bool


@dataclass(frozen=True)
class Panel:
    """Bars below a title, drawn from the lowest value to the highest."""

    title: str
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        """In pixels."""
        return HEAD + len(self.bars) * (BAR + GAP) + AXIS


def chart(panels: Sequence[Panel]) -> str:
    """The panels one below the other."""
    height = sum(panel.height for panel in panels)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}">',
        f"  <title>{escape('; '.join(panel.title for panel in panels))}</title>",
        f"  <style>{_STYLE}  </style>",
    ]
    top = 0
    for panel in panels:
        lines += _drawn(panel, top)
        top += panel.height
    return "\n".join([*lines, "</svg>", ""])


def _drawn(panel: Panel, top: int) -> list[str]:
    bars = sorted(panel.bars, key=lambda bar: bar.seconds)
    lowest = math.floor(math.log10(bars[0].seconds))
    highest = math.ceil(math.log10(bars[-1].seconds))
    unit = (WIDTH - LABELS - RIGHT) / max(1, highest - lowest)
    lines = [f'  <text class="title" x="8" y="{top + 20}">{escape(panel.title)}</text>']
    bottom = top + panel.height - AXIS
    for power in range(lowest, highest + 1):
        x = LABELS + (power - lowest) * unit
        lines.append(f'  <line class="grid" x1="{x:.1f}" y1="{top + HEAD}" x2="{x:.1f}" y2="{bottom}"/>')
        lines.append(
            f'  <text class="small" x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{_time(10.0**power)}</text>'
        )
    for number, drawn in enumerate(bars):
        y = top + HEAD + number * (BAR + GAP)
        # The axis has no zero: even the shortest bar begins at the power of ten below it.
        length = max(2.0, (math.log10(drawn.seconds) - lowest) * unit)
        kind = "ours" if drawn.ours else "other"
        lines.append(f'  <text x="{LABELS - 8}" y="{y + 14}" text-anchor="end">{escape(drawn.label)}</text>')
        lines.append(f'  <rect class="{kind}" x="{LABELS}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"/>')
        lines.append(f'  <text x="{LABELS + length + 6:.1f}" y="{y + 14}">{_time(drawn.seconds)}</text>')
    return lines


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 0.0995 else f"{seconds:.3g} s"
