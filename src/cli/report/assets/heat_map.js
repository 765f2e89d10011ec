// Planes by steps, as colours. The arrow keys and the mouse read its cells out; Enter and a click open a cell's timeline.

const warm = [[255, 247, 214], [253, 208, 98], [240, 140, 40], [201, 70, 30], [122, 20, 40]];
const viridis = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

const measures = {
  reward: {title: 'mean reward', colours: viridis, text: shownNumber},
  ms: {title: 'mean time of a step', colours: warm, text: shownMs},
  errors: {title: 'errors', colours: warm, text: (value) => asCount.format(value)},
};

function colourAt(colours, share) {
  const place = Math.min(1, Math.max(0, share)) * (colours.length - 1);
  const below = Math.min(colours.length - 2, Math.floor(place));
  const part = place - below;
  return colours[below].map((value, i) => Math.round(value + (colours[below + 1][i] - value) * part));
}

// Where a few values lie far out, most of the colours are for the others.
function scaleOf(rows, measure) {
  const values = [];
  for (const row of rows) {
    for (const value of row[measure] ?? []) if (value !== null) values.push(value);
  }
  if (values.length === 0) return undefined;
  values.sort((a, b) => a - b);
  if (measure === 'errors') return {low: 0, high: values.at(-1), cut: false};
  const low = values[Math.floor(0.02 * (values.length - 1))];
  const high = values[Math.ceil(0.98 * (values.length - 1))];
  return {low, high, cut: low > values[0] || high < values.at(-1)};
}

class HeatMap {
  constructor(report, open) {
    this.report = report;
    this.open = open;
    this.rows = report.heat.rows;
    this.cursor = {row: 0, column: 0};
    const known = Object.keys(measures).filter((name) => this.rows.some((row) => row[name]?.some((value) => value !== null)));
    this.measure = known[0] ?? 'reward';
    this.canvas = element('canvas', {'aria-hidden': 'true'});
    this.cell = element('div', {class: 'cell', hidden: true});
    this.map = element('div', {
      class: 'map', role: 'application', tabindex: 0, 'aria-roledescription': 'heat map',
      'aria-label': 'Planes by steps. Arrow keys move from cell to cell, Enter opens the timeline of a cell.',
      keydown: (event) => this.press(event),
      focus: () => this.read(this.cursor),
      pointermove: (event) => this.point(event, false),
      click: (event) => this.point(event, true),
    }, this.canvas, this.cell);
    this.readout = element('output', {class: 'readout'}, 'Point at a cell, or use the arrow keys in the map. A click, or Enter, opens its timeline.');
    this.scale = element('div', {class: 'scale'});
    const controls = element('div', {class: 'controls'});
    if (known.length > 1) {
      controls.append(choice('Colour', known.map((name) => [name, measures[name].title]), (name) => {
        this.measure = name;
        this.draw();
      }).label);
    }
    if (report.recordings.length > 1) {
      const recordings = [['', 'all'], ...report.recordings.map((one, i) => [i, one.label])];
      controls.append(choice('Recording', recordings, (value) => this.filter(value)).label);
    }
    controls.append(this.scale);
    this.root = element('div', {}, controls, this.map, this.readout);
    drawToFit(this, this.map);
  }

  filter(recording) {
    this.rows = this.report.heat.rows.filter((row) => recording === '' || row.recording === Number(recording));
    this.cursor = {row: 0, column: 0};
    this.draw();
  }

  layOut() {
    const rows = this.rows.length;
    const columns = Math.max(1, this.report.heat.columns);
    this.left = Math.min(150, Math.floor(this.width * 0.25));
    this.inner = Math.min(this.width - this.left, columns * 30);
    this.rowHeight = rows <= 16 ? 20 : rows <= 40 ? 14 : rows <= 100 ? 8 : 5;
    this.top = 18;
    this.columnAt = (column) => this.left + Math.floor(column * this.inner / columns);
  }

  draw() {
    this.layOut();
    this.values = scaleOf(this.rows, this.measure);
    const height = this.top + this.rows.length * this.rowHeight + 2;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${height}px`;
    const context = this.canvas.getContext('2d');
    context.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.drawLabels(context, colour('--quiet'));
    this.drawCells(context, colour('--panel'), colour('--page'), colour('--bad'));
    this.drawScale();
    this.cell.hidden = true;
  }

  drawLabels(context, colour) {
    context.fillStyle = colour;
    context.font = '12px system-ui, sans-serif';
    context.textBaseline = 'middle';
    const every = Math.ceil(13 / this.rowHeight);
    for (let i = 0; i < this.rows.length; i += every) {
      const text = fitted(context, this.rows[i].plane, this.left - 8);
      context.fillText(text, 0, this.top + (i + 0.5) * this.rowHeight);
    }
    const perColumn = this.report.heat.steps_per_column;
    const columns = this.report.heat.columns;
    for (const tick of niceTicks(0, columns * perColumn, Math.max(1, this.inner / 90))) {
      if (!Number.isInteger(tick) || tick / perColumn >= columns) continue;
      context.fillText(asCount.format(tick), this.columnAt(tick / perColumn), this.top / 2);
    }
  }

  drawCells(context, empty, page, bad) {
    const columns = Math.max(1, this.report.heat.columns);
    context.fillStyle = empty;
    this.rows.forEach((row, i) => {
      context.fillRect(this.left, this.top + i * this.rowHeight, this.columnAt(row.reward.length) - this.left, this.rowHeight);
    });
    if (this.rows.length === 0) return;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.picture(columns), this.left, this.top, this.inner, this.rows.length * this.rowHeight);
    context.fillStyle = page;
    if (this.rowHeight >= 8) {
      for (let i = 1; i <= this.rows.length; i++) context.fillRect(this.left, this.top + i * this.rowHeight - 1, this.inner, 1);
    }
    if (this.rowHeight >= 8 && this.inner / columns >= 4) {
      for (let column = 1; column <= columns; column++) context.fillRect(this.columnAt(column) - 1, this.top, 1, this.rows.length * this.rowHeight);
    }
    if (this.measure !== 'errors') this.drawErrors(context, bad);
  }

  // One pixel for each cell: the browser enlarges it in a moment, where a rectangle for each cell takes a tenth of a second.
  picture(columns) {
    const scale = this.values;
    const {colours} = measures[this.measure];
    const picture = element('canvas', {width: columns, height: this.rows.length});
    const context = picture.getContext('2d');
    const image = context.createImageData(columns, this.rows.length);
    this.rows.forEach((row, i) => (row[this.measure] ?? []).forEach((value, column) => {
      if (value === null || (this.measure === 'errors' && value === 0)) return;
      const share = scale.high > scale.low ? (value - scale.low) / (scale.high - scale.low) : 0.5;
      image.data.set([...colourAt(colours, share), 255], 4 * (i * columns + column));
    }));
    context.putImageData(image, 0, 0);
    return picture;
  }

  drawErrors(context, bad) {
    context.fillStyle = bad;
    this.rows.forEach((row, i) => (row.errors ?? []).forEach((count, column) => {
      if (count === 0) return;
      const x = this.columnAt(column);
      context.fillRect(x, this.top + (i + 1) * this.rowHeight - 4, Math.max(2, this.columnAt(column + 1) - x - 1), 3);
    }));
  }

  drawScale() {
    const {title, colours, text} = measures[this.measure];
    const scale = this.values;
    if (!scale) return this.scale.replaceChildren(`no ${title} was recorded`);
    const canvas = element('canvas', {width: 120, height: 12, 'aria-hidden': 'true'});
    const context = canvas.getContext('2d');
    for (let x = 0; x < 120; x++) {
      context.fillStyle = `rgb(${colourAt(colours, x / 119).join(' ')})`;
      context.fillRect(x, 0, 1, 12);
    }
    const hasErrors = this.measure !== 'errors' && this.rows.some((row) => row.errors);
    this.scale.replaceChildren(`${title}: ${scale.cut ? '≤ ' : ''}${text(scale.low)}`, canvas,
      `${scale.cut ? '≥ ' : ''}${text(scale.high)}`, hasErrors ? element('span', {class: 'bad'}, '▁ errors') : '');
  }

  press(event) {
    const {row, column} = this.cursor;
    const moves = {
      ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      Home: [row, 0], End: [row, Infinity], PageUp: [row - 10, column], PageDown: [row + 10, column],
    };
    if (event.key === 'Enter' || event.key === ' ') this.enter(this.cursor);
    else if (moves[event.key]) this.moveTo(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  moveTo(row, column) {
    if (this.rows.length === 0) return;
    row = Math.min(this.rows.length - 1, Math.max(0, row));
    column = Math.min(this.rows[row].reward.length - 1, Math.max(0, column));
    this.read({row, column});
  }

  point(event, isClick) {
    const box = this.map.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top - this.top) / this.rowHeight);
    const column = Math.floor((event.clientX - box.left - this.left) / this.inner * this.report.heat.columns);
    if (!this.rows[row] || column >= this.rows[row].reward.length) return;
    const place = {row, column: Math.max(0, column)};
    this.read(place);
    if (isClick) this.enter(place);
  }

  stepsOf({row, column}) {
    const per = this.report.heat.steps_per_column;
    return [column * per, Math.min((column + 1) * per, this.rows[row].steps) - 1];
  }

  read(place) {
    const row = this.rows[place.row];
    if (!row) return;
    this.cursor = place;
    const x = this.columnAt(place.column);
    Object.assign(this.cell.style, {
      left: `${x - 2}px`, top: `${this.top + place.row * this.rowHeight - 2}px`,
      width: `${Math.max(1, this.columnAt(place.column + 1) - x) + 3}px`, height: `${this.rowHeight + 3}px`,
    });
    this.cell.hidden = false;
    const [first, last] = this.stepsOf(place);
    const parts = [`${first === last ? 'step' : 'steps'} ${shownRange(first, last)}`];
    for (const [name, {title, text}] of Object.entries(measures)) {
      const value = row[name]?.[place.column];
      if (value !== null && value !== undefined && !(name === 'errors' && value === 0)) parts.push(`${title} ${text(value)}`);
    }
    const where = this.report.recordings.length > 1 ? [' of ', named(this.report.recordings[row.recording].label)] : [];
    this.readout.replaceChildren(named(row.plane), ...where, `: ${parts.join(', ')}`);
  }

  enter(place) {
    const row = this.rows[place.row];
    if (row) this.open(row.recording, row.plane, ...this.stepsOf(place));
  }
}

function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  // The end tells planes of a Fleet apart.
  let from = 1;
  while (from < text.length && context.measureText(`…${text.slice(from)}`).width > width) from++;
  return `…${text.slice(from)}`;
}
