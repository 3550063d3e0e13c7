// What stands behind and before the lines: tactics as bands, sub-periods as bars, the forecast as a fan, flags, now.

export function paintBack(chart, picture, colour) {
  clipped(chart, (pen, { x, y, left, top, right, bottom, dot }) => {
    picture.tactics.forEach(([title, verdict, start, end], place) => {
      pen.fillStyle = colour("band");
      pen.fillRect(x(start), top, x(end) - x(start), bottom - top);
      pen.fillStyle = colour("faint");
      pen.font = `${11 * dot}px system-ui, sans-serif`;
      const from = Math.max(x(start), left) + 4 * dot, room = Math.min(x(end), right) - from;
      if (room > 40 * dot) pen.fillText(cut(pen, `${title}: ${verdict}`, room), from, top + (13 + 14 * (place % 3)) * dot);
    });
    for (const [, start, end, value, low, high, kept] of picture.bars) {
      const air = (x(end) - x(start)) * 0.12, width = x(end) - x(start) - 2 * air;
      if (value !== null) {
        pen.fillStyle = colour(kept === null ? "quiet" : kept ? "good" : "bad");
        pen.globalAlpha = kept === null ? 0.55 : 0.85;
        pen.fillRect(x(start) + air, Math.min(y(value), y(0)), width, Math.abs(y(0) - y(value)));
        pen.globalAlpha = 1;
      }
      for (const bound of [low, high]) if (bound !== null) stroke(pen, [[x(start) + air / 2, y(bound)], [x(end) - air / 2, y(bound)]], colour("good"), 1.5 * dot, [6 * dot, 3 * dot]);
    }
    fan(pen, picture, x, y, colour, dot);
  });
}

export function paintFront(chart, picture, colour) {
  clipped(chart, (pen, { x, y, left, top, right, bottom, dot }) => {
    if (!picture.bars.length && picture.target !== null) stroke(pen, [[left, y(picture.target)], [right, y(picture.target)]], colour("good"), 1.5 * dot, [7 * dot, 4 * dot]);
    if (picture.now < picture.end) stroke(pen, [[x(picture.now), top], [x(picture.now), bottom]], colour("faint"), dot, []);
    pen.lineWidth = 2 * dot;
    for (const [at, value] of picture.bars.length ? [] : picture.by_hand) {
      pen.fillStyle = colour("sheet");
      pen.strokeStyle = colour("accent");
      pen.fillRect(x(at) - 4 * dot, y(value) - 4 * dot, 8 * dot, 8 * dot);
      pen.strokeRect(x(at) - 4 * dot, y(value) - 4 * dot, 8 * dot, 8 * dot);
    }
    pen.fillStyle = colour("warn");
    for (const [at] of picture.flags) {
      pen.beginPath();
      pen.moveTo(x(at), bottom - 10 * dot);
      pen.lineTo(x(at) + 6 * dot, bottom);
      pen.lineTo(x(at) - 6 * dot, bottom);
      pen.fill();
    }
  });
}

// What the last sub-period is expected to come to: the middle, and from where to where 8 of 10 cases lie.
function whisker(pen, picture, x, y, colour, dot) {
  if (!picture.forecast || picture.now >= picture.end) return;
  const [, start, end] = picture.bars.at(-1), middle = (x(start) + x(end)) / 2, half = (x(end) - x(start)) / 6;
  const [low, expected, high] = picture.forecast;
  pen.fillStyle = colour("fan");
  pen.fillRect(middle - half, y(high), 2 * half, y(low) - y(high));
  stroke(pen, [[middle - half, y(expected)], [middle + half, y(expected)]], colour("accent"), 2 * dot, [3 * dot, 3 * dot]);
}

function fan(pen, picture, x, y, colour, dot) {
  if (picture.bars.length) return whisker(pen, picture, x, y, colour, dot);
  const here = picture.points.at(-1);
  if (!picture.forecast || !here || here[1] === null) return;
  const [low, middle, high] = picture.forecast;
  pen.fillStyle = colour("fan");
  pen.beginPath();
  pen.moveTo(x(here[0]), y(here[1]));
  pen.lineTo(x(picture.end), y(high));
  pen.lineTo(x(picture.end), y(low));
  pen.fill();
  stroke(pen, [[x(here[0]), y(here[1])], [x(picture.end), y(middle)]], colour("accent"), 1.5 * dot, [3 * dot, 4 * dot]);
}

function stroke(pen, points, style, width, dash) {
  pen.strokeStyle = style;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  points.forEach(([across, down], place) => (place ? pen.lineTo(across, down) : pen.moveTo(across, down)));
  pen.stroke();
  pen.setLineDash([]);
}

function cut(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > room) length -= 1;
  return `${text.slice(0, length)}…`;
}

function clipped(chart, paint) {
  const pen = chart.ctx, { left, top, width, height } = chart.bbox;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  paint(pen, {
    x: (at) => chart.valToPos(at, "x", true), y: (value) => chart.valToPos(value, "y", true),
    left, top, right: left + width, bottom: top + height, dot: devicePixelRatio,
  });
  pen.restore();
}
