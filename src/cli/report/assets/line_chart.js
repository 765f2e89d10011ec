// A chart of lines over numbers, with bands; arrow keys and the mouse read its points out.

function niceTicks(low, high, most) {
  const span = high - low;
  const raw = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = [1, 2, 5, 10].find((step) => step * power >= raw) * power;
  const ticks = [];
  for (let i = Math.ceil(low / unit); i * unit <= high + unit * 1e-9 && ticks.length < 50; i++) ticks.push(i * unit + 0);
  return ticks;
}

function extentOf(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  if (low < high) return [low, high];
  const margin = Math.abs(low) / 10 || 0.5;
  return [low - margin, high + margin];
}

class LineChart {
  static height = 300;
  static margin = {left: 58, right: 14, top: 12, bottom: 40};

  // series: [{name, number, points: [{x, y, low, high, text}]}]
  constructor({label, xTitle, yTitle, fromZero, series}) {
    this.xTitle = xTitle;
    this.yTitle = yTitle;
    this.fromZero = fromZero;
    // Of very many lines the one of all together is easier to see without the others.
    this.series = series.map((one) => ({...one, isShown: series.length <= 24 || one.number === undefined}));
    this.current = {series: series.length - 1, point: -1};
    this.readout = element('output', {class: 'readout'}, 'Point at the chart, or use the arrow keys in it: left and right go along a line, up and down from line to line.');
    this.drawing = svgElement('svg', {
      role: 'application', tabindex: 0, 'aria-roledescription': 'chart', 'aria-label': label, height: LineChart.height,
      keydown: (event) => this.press(event),
      pointermove: (event) => this.point(event),
    });
    this.box = element('div', {class: 'chart'}, this.drawing);
    const legend = element('div', {class: 'controls legend', role: 'group', 'aria-label': 'Lines'}, this.series.map((one) =>
      checkbox(one.name, seriesClass(one.number), one.isShown, (isShown) => {
        one.isShown = isShown;
        this.draw();
      })));
    this.root = element('div', {}, this.series.length > 1 ? legend : '', this.box, this.readout);
    drawToFit(this, this.box);
  }

  shown() {
    return this.series.filter((one) => one.isShown && one.points.length > 0);
  }

  // Many bands hide each other: beside the line of all together the others have none.
  banded() {
    const shown = this.shown();
    const all = shown.filter((one) => one.number === undefined);
    if (all.length > 0) return all;
    return shown.length <= 3 ? shown : [];
  }

  draw() {
    const {left, right, top, bottom} = LineChart.margin;
    const points = this.shown().flatMap((one) => one.points);
    const [xLow, xHigh] = extentOf(points.map((point) => point.x));
    const [yLow, yHigh] = extentOf([
      ...points.map((point) => point.y), ...this.banded().flatMap((one) => one.points).flatMap((point) => [point.low ?? point.y, point.high ?? point.y]),
      ...(this.fromZero ? [0] : [])]);
    this.x = (value) => left + (value - xLow) / (xHigh - xLow) * (this.width - left - right);
    this.y = (value) => LineChart.height - bottom - (value - yLow) / (yHigh - yLow) * (LineChart.height - top - bottom);
    this.drawing.setAttribute('viewBox', `0 0 ${this.width} ${LineChart.height}`);
    this.marks = svgElement('g');
    this.drawing.replaceChildren(
      ...this.axes(xLow, xHigh, yLow, yHigh),
      ...this.banded().map((one) => this.band(one)), ...this.shown().map((one) => this.line(one)), this.marks);
  }

  axes(xLow, xHigh, yLow, yHigh) {
    const {left, right, top, bottom} = LineChart.margin;
    const floor = LineChart.height - bottom;
    const lines = [];
    for (const tick of niceTicks(yLow, yHigh, 6)) {
      const y = this.y(tick);
      lines.push(svgElement('line', {class: 'grid', x1: left, x2: this.width - right, y1: y, y2: y}));
      lines.push(svgElement('text', {x: left - 8, y: y + 4, 'text-anchor': 'end'}, shownNumber(tick)));
    }
    for (const tick of niceTicks(xLow, xHigh, Math.min(10, this.width / 80))) {
      lines.push(svgElement('text', {x: this.x(tick), y: floor + 17, 'text-anchor': 'middle'}, shownNumber(tick)));
    }
    lines.push(svgElement('line', {class: 'axis', x1: left, x2: this.width - right, y1: floor, y2: floor}));
    lines.push(svgElement('text', {x: (left + this.width - right) / 2, y: floor + 34, 'text-anchor': 'middle'}, this.xTitle));
    lines.push(svgElement('text', {x: -(top + floor) / 2, y: 12, 'text-anchor': 'middle', transform: 'rotate(-90)'}, this.yTitle));
    return lines;
  }

  // Runs of points that have numbers: infinite ones leave gaps.
  runs(one, keys) {
    const runs = [[]];
    for (const point of one.points) {
      if (keys.every((key) => Number.isFinite(point[key]))) runs.at(-1).push(point);
      else runs.push([]);
    }
    return runs.filter((run) => run.length > 0);
  }

  path(points, key) {
    return points.map((point) => `${this.x(point.x).toFixed(1)},${this.y(point[key]).toFixed(1)}`).join('L');
  }

  line(one) {
    const data = this.runs(one, ['y']).map((run) =>
      `M${this.path(run, 'y')}${run.length === 1 ? 'h0.01' : ''}`).join('');
    return svgElement('path', {class: `curve ${seriesClass(one.number)}`, d: data, 'stroke-linecap': 'round'});
  }

  band(one) {
    const data = this.runs(one, ['low', 'high']).map((run) =>
      `M${this.path(run, 'high')}L${this.path([...run].reverse(), 'low')}Z`).join('');
    return svgElement('path', {class: `band ${seriesClass(one.number)}`, d: data});
  }

  press(event) {
    const shown = this.shown();
    if (shown.length === 0) return;
    const at = Math.max(0, shown.indexOf(this.series[this.current.series]));
    const last = shown[at].points.length - 1;
    const point = Math.min(this.current.point, last);
    const moves = {
      ArrowLeft: [at, Math.max(0, point - 1)],
      ArrowRight: [at, Math.min(last, point + 1)],
      ArrowUp: [(at + shown.length - 1) % shown.length, Math.max(0, point)],
      ArrowDown: [(at + 1) % shown.length, Math.max(0, point)],
      Home: [at, 0],
      End: [at, last],
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    const [series, index] = moves[event.key];
    this.mark(shown[series], Math.min(index, shown[series].points.length - 1));
  }

  point(event) {
    const box = this.drawing.getBoundingClientRect();
    let best;
    for (const one of this.shown()) {
      one.points.forEach((point, i) => {
        const distance = Math.hypot(this.x(point.x) - event.clientX + box.left,
          ((Number.isFinite(point.y) ? this.y(point.y) : 0) - event.clientY + box.top) / 4);
        if (!best || distance < best.distance) best = {one, i, distance};
      });
    }
    if (best) this.mark(best.one, best.i);
  }

  mark(one, index) {
    const point = one.points[index];
    this.current = {series: this.series.indexOf(one), point: index};
    const x = this.x(point.x);
    const {top, bottom} = LineChart.margin;
    this.marks.replaceChildren(
      svgElement('line', {class: 'cursor', x1: x, x2: x, y1: top, y2: LineChart.height - bottom}),
      ...(Number.isFinite(point.y) ? [svgElement('circle', {class: `dot ${seriesClass(one.number)}`, cx: x, cy: this.y(point.y), r: 5})] : []));
    this.readout.replaceChildren(...(this.series.length > 1 ? [named(one.name), ': '] : []), point.text);
  }
}
