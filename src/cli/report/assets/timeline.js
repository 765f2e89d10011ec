// What happened in one episode of one plane, step by step.

const reasons = {
  failed: 'it failed', slow: 'it was slow', best: 'its return is among the best', worst: 'its return is among the worst',
  sample: 'as a sample',
};

class TimelineView {
  constructor(report) {
    this.report = report;
    this.timelines = report.timelines.map((timeline, index) => ({...timeline, index}));
    this.byPlane = new Map();
    for (const timeline of this.timelines) {
      const key = this.key(timeline.recording, timeline.plane);
      if (!this.byPlane.has(key)) this.byPlane.set(key, []);
      this.byPlane.get(key).push(timeline);
    }
    for (const list of this.byPlane.values()) list.sort((a, b) => a.first - b.first);
    this.keys = [...this.byPlane.keys()].sort((a, b) => {
      const [left, right] = [this.byPlane.get(a)[0], this.byPlane.get(b)[0]];
      return left.recording - right.recording || (left.plane < right.plane ? -1 : 1);
    });
    this.plane = choice('Plane', this.keys.map((key, i) => [i, this.nameOf(this.byPlane.get(key)[0])]),
      (value) => this.show(this.byPlane.get(this.keys[value])[0].index, false));
    this.episode = choice('Episode', [], (value) => this.show(Number(value), false));
    this.previous = element('button', {type: 'button', click: () => this.step(-1)}, 'Previous');
    this.next = element('button', {type: 'button', click: () => this.step(1)}, 'Next');
    this.note = element('p', {class: 'quiet', role: 'status'});
    this.body = element('div');
    const controls = element('div', {class: 'controls'}, this.plane.label, this.episode.label, this.previous, this.next);
    this.root = element('div', {}, this.keys.length > 0 ? controls : '', this.note, this.body);
    if (this.keys.length === 0) this.note.append('No episode was recorded.');
  }

  key(recording, plane) {
    return `${recording}/${plane}`;
  }

  nameOf(timeline) {
    const label = this.report.recordings.length > 1 ? `${this.report.recordings[timeline.recording].label} / ` : '';
    return label + timeline.plane;
  }

  // The episode of a plane to which these of its steps belong, or else the nearest one.
  open(recording, plane, first, last) {
    const list = this.byPlane.get(this.key(recording, plane)) ?? [];
    const distance = (one) => Math.max(one.first - last, first - (one.first + one.length - 1), 0);
    let nearest;
    for (const one of list) if (!nearest || distance(one) < distance(nearest)) nearest = one;
    if (!nearest) {
      this.body.replaceChildren();
      this.note.replaceChildren('This file has no timeline of ', named(plane), '. A report with a higher --timelines may have one.');
      document.getElementById('timeline-title').focus();
      return;
    }
    this.show(nearest.index, true, distance(nearest) > 0
      ? `This file has no timeline of the steps ${shownRange(first, last)}: this is the nearest episode that it has. ` : '');
  }

  openEpisode(recording, plane, episode) {
    const found = this.byPlane.get(this.key(recording, plane))?.find((one) => one.episode === episode);
    if (found) this.show(found.index, true);
  }

  step(by) {
    const list = this.byPlane.get(this.key(this.shown.recording, this.shown.plane));
    const next = list[list.indexOf(this.shown) + by];
    if (next) this.show(next.index, false);
  }

  show(index, isFocused, note = '') {
    if (!this.timelines[index]) return;
    this.display(this.timelines[index], note);
    history.replaceState(null, '', `#timeline=${index}`);
    if (isFocused) document.getElementById('timeline-title').focus();
  }

  display(timeline, note = '') {
    this.shown = timeline;
    const key = this.key(timeline.recording, timeline.plane);
    const list = this.byPlane.get(key);
    this.plane.select.value = this.keys.indexOf(key);
    setOptions(this.episode.select, list.map((one) => [one.index, `${one.episode}${one.errors ? ' (failed)' : ''}`]));
    this.episode.select.value = timeline.index;
    this.previous.disabled = list[0] === timeline;
    this.next.disabled = list.at(-1) === timeline;
    this.note.replaceChildren(note, ...this.summary(timeline));
    const steps = timeline.steps.map((step) => stepItem(step));
    if (timeline.left_out) {
      const gap = element('li', {class: 'gap'}, `${counted(timeline.left_out, 'step is', 'steps are')} left out here`);
      steps.splice(40, 0, gap);
    }
    this.body.replaceChildren(element('h3', {}, named(this.nameOf(timeline)), `, episode ${timeline.episode}`),
      element('ol', {class: 'steps'}, steps));
  }

  summary(timeline) {
    const parts = [counted(timeline.length, 'step', 'steps')];
    if (timeline.total !== undefined) parts.push(`return ${shownNumber(timeline.total)}`);
    if (timeline.slowest_ms !== undefined) parts.push(`slowest step ${shownMs(timeline.slowest_ms)}`);
    if (timeline.errors) parts.push(counted(timeline.errors, 'error', 'errors'));
    return [`${parts.join(', ')}. It is in this file because ${reasons[timeline.reason] ?? timeline.reason}.`.replace('because as', 'as')];
  }
}

function stepItem(step) {
  const numbers = element('span', {class: 'number'},
    step.reward === undefined ? '' : element('span', {}, `reward ${shownNumber(step.reward)}`),
    step.ms === undefined ? '' : element('span', {}, shownMs(step.ms)));
  const head = element('div', {class: 'step-head'}, element('strong', {}, `Step ${step.step}`),
    step.action ? element('code', {}, named(step.action)) : '', numbers);
  const error = step.error
    ? element('div', {class: 'bad'}, element('strong', {}, named(step.error)), step.message ? [': ', named(step.message)] : '') : '';
  return element('li', {class: step.error ? 'failed' : undefined}, head, error, changesOf(step));
}

function changesOf(step) {
  if (step.not_compared) return element('div', {class: 'quiet'}, named(step.not_compared));
  if (!step.changes) return element('div', {class: 'quiet'}, 'nothing changed');
  const items = step.changes.map((change) => element('li', {},
    element('span', {class: change.type}, change.type), ' ', named(change.resource), ' ', element('strong', {}, named(change.name)),
    change.fields ? element('ul', {}, change.fields.map(fieldItem), moreItem(change.more_fields, 'field', 'fields')) : ''));
  return element('ul', {class: 'changes'}, items, moreItem(step.more_changes, 'object', 'objects'));
}

function fieldItem([pointer, before, after]) {
  const values = before || after
    ? [': ', before ? element('code', {}, named(before)) : 'nothing', ' → ', after ? element('code', {}, named(after)) : 'nothing'] : [];
  return element('li', {}, element('code', {}, named(pointer)), values);
}

function moreItem(count, one, many) {
  return count ? element('li', {class: 'quiet'}, `and ${counted(count, `more ${one}`, `more ${many}`)}`) : '';
}
