// The sections of the page.

const report = JSON.parse(document.getElementById('data').textContent);

function into(section, ...children) {
  document.getElementById(section).append(...children);
}

const sum = (key) => report.recordings.reduce((total, one) => total + (one[key] ?? 0), 0);

function recordingColumn() {
  return report.recordings.length > 1
    ? [{title: 'Recording', value: (row) => report.recordings[row.recording].label, show: (row) => named(report.recordings[row.recording].label)}] : [];
}

function showFigures() {
  const figures = [
    ['Recordings', asCount.format(report.recordings.length)], ['Planes', asCount.format(sum('planes'))],
    ['Episodes', asCount.format(sum('episodes'))], ['Steps', asCount.format(sum('steps'))],
    ['Failed steps', asCount.format(sum('errors'))],
  ];
  const longest = Math.max(...report.recordings.map((one) => one.seconds ?? 0));
  if (longest > 0) figures.push(['Duration', shownSeconds(longest)]);
  const servers = [...new Set(report.recordings.map((one) => one.server).filter(Boolean))];
  document.getElementById('subtitle').append(`Made ${shownTime(report.created)} by kplane ${report.kplane}`);
  if (servers.length > 0) document.getElementById('subtitle').append(' · Kubernetes ', named(servers.join(', ')));
  document.querySelector('header').after(element('dl', {class: 'figures'}, figures.map(([term, value]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, value)))));
}

function curveName(curve) {
  return curve.recording === undefined ? 'all together' : report.recordings[curve.recording].label;
}

function showLearning() {
  const curves = report.curves.filter((curve) => curve.points.length > 0);
  if (curves.length === 0) return into('learning', element('p', {}, 'No rewards were recorded.'));
  const series = curves.map((curve) => ({
    name: curveName(curve), number: curve.recording,
    points: curve.points.map(([first, last, count, mean, low, high, least, most]) => ({
      x: (first + last) / 2, y: mean, low, high,
      text: `${first === last ? 'episode' : 'episodes'} ${shownRange(first, last)}: mean return ${shownNumber(mean)}, ` +
        `10th to 90th percentile ${shownNumber(low)} to ${shownNumber(high)}, extremes ${shownNumber(least)} and ${shownNumber(most)}, ` +
        `of ${counted(count, 'episode', 'episodes')}`,
    })),
  }));
  const chart = new LineChart({label: 'Learning curve: mean return by episode number, with the 10th to 90th percentile as a band', xTitle: 'episode', yTitle: 'return', series});
  const rows = curves.flatMap((curve) => curve.points.map(([first, last, count, mean, low, high, least, most]) =>
    ({name: curveName(curve), first, range: shownRange(first, last), count, mean, low, high, least, most})));
  const columns = [
    ...(curves.length > 1 ? [textColumn('Line', 'name')] : []),
    {title: 'Episodes', value: (row) => row.first, show: (row) => row.range}, countColumn('How many', 'count'),
    numberColumn('Mean', 'mean'), numberColumn('10th percentile', 'low'), numberColumn('90th percentile', 'high'),
    numberColumn('Least', 'least'), numberColumn('Most', 'most'),
  ];
  into('learning', element('p', {class: 'quiet'}, 'The return of an episode is the sum of its rewards. Lines are means, bands reach from the 10th to the 90th percentile.' +
    (curves.length > 1 ? ' Of several lines, the one of all recordings together has the band; take it away to see those of the others.' : '')),
    chart.root, unfolded('As a table', () => table('Returns', columns, rows)));
}

function showHeat(timelines) {
  if (report.heat.rows.length === 0) return into('heat', element('p', {}, 'No steps were recorded.'));
  const map = new HeatMap(report, (...place) => timelines.open(...place));
  const per = report.heat.steps_per_column;
  const mean = (values) => {
    const known = values.filter((value) => value !== null);
    return known.length > 0 ? known.reduce((total, value) => total + value, 0) / known.length : undefined;
  };
  const rows = () => report.heat.rows.map((row) => ({...row, mean: mean(row.reward), failed: (row.errors ?? []).reduce((a, b) => a + b, 0)}));
  into('heat',
    element('p', {class: 'quiet'}, `A row is a plane, a column ${per === 1 ? 'one step' : `${per} steps`} of it, counted from its first, through all its episodes.`),
    map.root,
    unfolded('As a table', () => table('Planes of the map',
      [...recordingColumn(), planeColumn(timelines), countColumn('Steps', 'steps'), numberColumn('Mean reward', 'mean'), countColumn('Errors', 'failed')], rows())));
  return map;
}

function planeColumn(timelines) {
  return {
    title: 'Plane', value: (row) => row.plane,
    show: (row) => element('button', {type: 'button', class: 'link', click: () => timelines.open(row.recording, row.plane, 0, 0)}, named(row.plane)),
  };
}

function showPlanes(timelines) {
  const hasTimes = report.planes.some((plane) => plane.max_ms !== undefined);
  const columns = [
    ...recordingColumn(), planeColumn(timelines), countColumn('Episodes', 'episodes'), countColumn('Steps', 'steps'),
    numberColumn('Mean return', 'reward'),
    ...(hasTimes ? [numberColumn('Mean time', 'mean_ms', shownMs), numberColumn('95th percentile', 'p95_ms', shownMs), numberColumn('Longest', 'max_ms', shownMs)] : []),
    countColumn('Errors', 'errors'), textColumn('Last error', 'last_error', true),
  ];
  const all = sum('planes');
  const which = report.planes.length < all ? `${report.planes.length} of ${asCount.format(all)} planes: the slowest ones, and those with the most errors` : counted(all, 'plane', 'planes');
  into('planes', hasTimes ? '' : element('p', {class: 'quiet'}, 'How long steps took was not recorded: Step::info may have it, as rl::step_info() writes it.'),
    table(which, columns, report.planes, hasTimes ? '95th percentile' : 'Errors'));
}

function showErrors(timelines) {
  if (report.errors.length === 0) return into('errors', element('p', {}, 'No step failed.'));
  const columns = [
    textColumn('Kind', 'kind'), countColumn('Count', 'count'), countColumn('Planes', 'planes'), textColumn('For example', 'example', true),
    {
      title: 'Where', value: (row) => row.plane,
      show: (row) => element('button', {type: 'button', class: 'link', click: () => timelines.openEpisode(row.recording, row.plane, row.episode)},
        named(row.plane), `, episode ${row.episode}`),
    },
  ];
  into('errors', table('Failed steps', columns, report.errors, 'Count'),
    report.other_errors ? element('p', {class: 'quiet'}, `${counted(report.other_errors, 'error', 'errors')} of other kinds.`) : '');
}

function showThroughput() {
  const {bin_seconds: width, steps} = report.throughput;
  const line = (name, number, counts) => ({
    name, number,
    points: counts.map((count, bin) => ({
      x: bin * width, y: count / width, text: `${shownSeconds(bin * width)} after the first step: ${shownNumber(count / width)} steps/s`,
    })),
  });
  const series = steps.map((counts, i) => line(report.recordings[i].label, i, counts)).filter((one) => one.points.length > 0);
  if (series.length > 1) {
    const longest = Math.max(...steps.map((counts) => counts.length));
    series.push(line('all together', undefined, Array.from({length: longest}, (_, bin) => steps.reduce((total, counts) => total + (counts[bin] ?? 0), 0))));
  }
  if (series.length === 0) return into('throughput', element('p', {}, 'The recorded states have no times.'));
  const whole = report.recordings.map((one, i) => ({...one, recording: i, rate: one.seconds > 0 ? one.steps / one.seconds : undefined}));
  const chart = new LineChart({label: 'Throughput: steps per second by time', xTitle: 'seconds after the first step', yTitle: 'steps/s', fromZero: true, series});
  into('throughput', element('p', {class: 'quiet'}, `Steps per second, in ${width === 1 ? 'seconds' : `spans of ${width} s`} of the server's clock, which states have. Several recordings begin together here, whenever they were made.`),
    chart.root, unfolded('As a table', () => table('Throughput', [textColumn('Recording', 'label'), countColumn('Steps', 'steps'),
      numberColumn('Duration', 'seconds', (value) => value === undefined ? '–' : shownSeconds(value)), numberColumn('Steps/s', 'rate')], whole)));
}

function showRecordings() {
  into('recordings', table('Files', [
    textColumn('Recording', 'label'), {title: 'Begun', value: (row) => row.created, show: (row) => shownTime(row.created), isShort: true},
    textColumn('Kubernetes', 'server'), textColumn('Library', 'library'), countColumn('Planes', 'planes'), countColumn('Episodes', 'episodes'),
    countColumn('Steps', 'steps'), countColumn('Failed', 'errors'),
    {title: 'Info', value: (row) => row.info ?? '', show: (row) => row.info ? element('code', {}, named(row.info)) : '', isLong: true},
    {title: 'Note', value: (row) => row.torn_bytes ?? 0, show: (row) => row.torn_bytes ? `its last step is not complete: ${counted(row.torn_bytes, 'byte was', 'bytes were')} left out` : ''},
  ], report.recordings));
}

function showSampling() {
  const heat = report.heat;
  const points = report.curves.flatMap((curve) => curve.points);
  const isGrouped = points.some(([first, last]) => first !== last);
  const facts = [
    'The learning curve, the tables and the throughput count every step of the recordings.',
    isGrouped ? 'A point of the learning curve stands for several neighbouring episode numbers, so that it has a spread, and there are no more than 200.' : 'A point of the learning curve stands for all episodes of one number.',
    `The map shows ${heat.rows.length < heat.planes ? `${heat.rows.length} of ${counted(heat.planes, 'plane', 'planes')}: up to half of them those with the most errors, of the others each n-th` : `all ${counted(heat.planes, 'plane', 'planes')}`}${heat.steps_per_column > 1 ? `; a cell is the mean of ${heat.steps_per_column} steps` : ''}.`,
    report.timelines.length < report.all_episodes
      ? `${counted(report.timelines.length, 'episode has', 'episodes have')} a timeline, of ${asCount.format(report.all_episodes)}: failed ones, the slowest, those with the best and the worst returns, and a sample of each plane in the map.`
      : 'Every episode has a timeline.',
    'Long texts and long lists are cut, and say so. The values of Secrets are never shown.',
  ];
  into('sampling', element('ul', {}, facts.map((fact) => element('li', {}, fact))));
}

function setUpTheme(redraw) {
  const button = document.getElementById('theme');
  const names = ['automatic', 'light', 'dark'];
  let current = 0;
  button.addEventListener('click', () => {
    current = (current + 1) % names.length;
    button.textContent = `Theme: ${names[current]}`;
    if (current === 0) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = names[current];
    redraw();
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

function showTimelineOfAddress(timelines) {
  const found = /^#timeline=(\d+)$/.exec(location.hash);
  if (found) timelines.show(Number(found[1]), true);
}

const timelines = new TimelineView(report);
showFigures();
showLearning();
const heatMap = showHeat(timelines);
into('timeline', timelines.root);
if (report.timelines.length > 0) timelines.display(timelines.timelines[0]);
showPlanes(timelines);
showErrors(timelines);
showThroughput();
showRecordings();
showSampling();
setUpTheme(() => heatMap?.draw());
window.addEventListener('hashchange', () => showTimelineOfAddress(timelines));
showTimelineOfAddress(timelines);
