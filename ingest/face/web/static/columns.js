// From the picture to uPlot's columns: one of times, and for each line its value at each of them.
// undefined: nothing there, the line goes on; null: unknown, the line has a gap.

export function columns(picture) {
  const value = new Map(picture.bars.length
    ? picture.bars.map(([, start, end, number]) => [Math.min((start + end) / 2, picture.end), number ?? undefined])
    : picture.points.map(([at, number]) => [at, number]));
  const path = corners(picture.path);
  const times = [...new Set([...value.keys(), ...path.keys(), picture.start, picture.end])].sort((one, other) => one - other);
  return [times, times.map((at) => (value.has(at) ? value.get(at) : undefined)), times.map((at) => path.get(at))];
}

// A step has two values at one time: the later one moves by a thousandth of a second.
function corners(path) {
  const found = new Map();
  for (const [at, number] of path) found.set(found.has(at) ? at + 0.001 : at, number);
  return found;
}

// The lowest and highest that is shown, with a little air.
export function heights(picture) {
  const numbers = picture.bars.length
    ? [0, ...picture.bars.flatMap(([, , , value, low, high]) => [value, low, high])]
    : [...picture.points.map(([, value]) => value), ...picture.path.map(([, value]) => value), picture.target];
  const known = numbers.filter((one) => Number.isFinite(one)), sign = Math.min(...known) >= 0;
  for (const one of picture.forecast ?? []) known.push(sign ? Math.max(one, 0) : one); // what was never negative is not shown so
  if (!known.length) return [0, 1];
  const low = Math.min(...known), high = Math.max(...known);
  const air = (high - low) * 0.06 || Math.max(Math.abs(high) * 0.05, 0.5);
  return [low >= 0 ? Math.max(low - air, 0) : low - air, high + air * (picture.tactics.length ? 3.5 : 1)]; // tactics have names
}
