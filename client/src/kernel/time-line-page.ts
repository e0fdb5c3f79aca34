/** The page of the time line: a lane for each thread, with when it ran and what it told. */
import { COLOURS } from './colours';
import type { Lane } from './lanes';
import { duration } from './rows';

/** Of the drawing, whose width is stretched to the page's. */
const WIDTH = 10_000;
const LANE_HEIGHT = 26;
const TICKS = 5;

export function timeLinePage(lanes: readonly Lane[], nonce: string): string {
  const times = lanes.flatMap(({ runs, marks }) => [
    ...runs.flatMap(({ start, end }) => [start, end]),
    ...marks.map(({ time }) => time),
  ]);
  const first = times.reduce((least, time) => Math.min(least, time), times[0] ?? 0);
  const span = Math.max(1, times.reduce((most, time) => Math.max(most, time), first) - first);
  const x = (time: number) => Math.round(((time - first) / span) * WIDTH);
  const height = lanes.length * LANE_HEIGHT;
  const drawn = lanes.map((lane, i) => drawLane(lane, i, x)).join('\n');
  const names = lanes.map(({ thread }) => `<div class="name">${escaped(thread)}</div>`).join('');
  const ticks = Array.from({ length: TICKS }, (_, i) => {
    const at = first + (span * i) / TICKS;
    return `<span style="left:${(100 * i) / TICKS}%">${escaped(duration(Math.round(at)))}</span>`;
  }).join('');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<title>Trace Time Line</title>
<style>${STYLE}</style>
</head>
<body>
<label>Zoom <input id="zoom" type="range" min="0" max="10" step="0.1" value="0" aria-label="Zoom"></label>
<div class="page">
<div class="names"><div class="name"></div>${names}</div>
<div class="scroll"><div id="inner">
<div class="axis">${ticks}</div>
<svg viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" style="height:${height}px" role="img" aria-label="When each thread ran">
${drawn}
</svg>
</div></div>
</div>
<script nonce="${nonce}">
const inner = document.getElementById('inner');
document.getElementById('zoom').addEventListener('input', ({ target }) => {
  const scroll = inner.parentElement;
  const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / inner.clientWidth;
  inner.style.width = 100 * 2 ** Number(target.value) + '%';
  scroll.scrollLeft = middle * inner.clientWidth - scroll.clientWidth / 2;
});
</script>
</body>
</html>`;
}

function drawLane({ thread, runs, marks }: Lane, index: number, x: (time: number) => number): string {
  const top = index * LANE_HEIGHT;
  const colour = COLOURS[index % COLOURS.length]?.name;
  const bars = runs.map(({ start, end }) => {
    const told = `${thread} ran for ${duration(end - start)}, from ${duration(start)} after boot`;
    const width = Math.max(1, x(end) - x(start));
    return `<rect class="run ${colour}" x="${x(start)}" y="${top + 5}" width="${width}" height="16"><title>${escaped(told)}</title></rect>`;
  });
  const lines = marks.map(({ time, words }) => {
    const told = `${words}\n${thread}, ${duration(time)} after boot`;
    return `<path class="mark" d="M${x(time)} ${top + 1}V${top + 25}"><title>${escaped(told)}</title></path>`;
  });
  return [...bars, ...lines].join('\n');
}

const STYLE = `
body { padding: 8px; color: var(--vscode-foreground); font: var(--vscode-font-size) var(--vscode-font-family); }
.page { display: flex; margin-top: 8px; }
.names { flex: none; padding-right: 10px; }
.name { height: ${LANE_HEIGHT}px; line-height: ${LANE_HEIGHT}px; white-space: nowrap; }
.scroll { flex: 1; overflow-x: auto; }
#inner { width: 100%; }
.axis { position: relative; height: ${LANE_HEIGHT}px; color: var(--vscode-descriptionForeground); }
.axis span { position: absolute; white-space: nowrap; padding-left: 3px; border-left: 1px solid; }
svg { display: block; width: 100%; }
.mark { stroke: var(--vscode-foreground); stroke-width: 2px; vector-effect: non-scaling-stroke; }
${COLOURS.map(({ name, theme }) => `.${name} { fill: var(--vscode-${theme.replace('.', '-')}); }`).join('\n')}
`;

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
