import { get, post } from '../api.js';
import { button, h, show, span, state, table, when } from '../dom.js';
import { askWhy, attempt } from '../reason.js';

/** Makes a plan, shows it whole, and executes it when told to; then follows it to its end. */
export function followPlan() {
  const form = document.getElementById('reprocess-form');
  form.what.onchange = () => {
    document.getElementById('reprocess-files').hidden = form.what.value !== 'files';
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const plan = await attempt('Make a plan', () => post('reprocess', wishIn(form)));
    if (plan) show('plan-body', plan, drawPlan);
  };
}

function wishIn(form) {
  const why = form.why.value.trim();
  const what = form.what.value;
  if (what === 'definition') return { selection: { definitionChanged: true }, why };
  if (what !== 'files') return { selection: { layer: what }, why };
  const given = ['dataset', 'path', 'rule', 'batch', 'release'].map((name) => [name, form[name].value.trim()]);
  const times = ['from', 'to'].filter((name) => form[name].value).map((name) => [name, new Date(form[name].value).toISOString()]);
  const files = Object.fromEntries(given.filter(([, value]) => value !== ''));
  return { selection: { files: times.length > 0 ? { ...files, landed: Object.fromEntries(times) } : files }, why };
}

const list = (title, entries) => (entries.length === 0 ? '' : h('div', {}, h('h3', {}, title), h('ul', {}, entries.map((each) => h('li', {}, each)))));

function drawPlan(plan) {
  const { expected, expiresAt, files, irreversible, steps, tables, warnings } = plan;
  return h(
    'div',
    { class: 'plan', id: 'plan' },
    h('h3', {}, 'Plan ', h('code', {}, plan.plan)),
    h('p', {}, `${files.count} ${files.count === 1 ? 'file' : 'files'}, ${files.bytes.toLocaleString()} bytes; ${expected.rows.toLocaleString()} rows expected, `, expected.seconds === undefined ? 'time unknown' : `about ${span(expected.seconds)}`, '. Good until ', when(expiresAt), '.'),
    list('What happens', steps.map(({ how, layer }) => `${layer}: ${{ files: 'reads these files again', rebuild: 'is rebuilt from what lies below', continue: 'follows what changes' }[how]}`)),
    list('Tables computed by another definition', tables.stale),
    list('Tables it may write to', tables.touched),
    list('Not to be undone', irreversible),
    list('Warnings', warnings),
    files.count === 0 ? '' : table(files.count > files.first.length ? `The first ${files.first.length} of ${files.count} files.` : 'Its files.', [['Path', ({ path }) => path], ['ETag', ({ etag }) => h('code', {}, etag)], ['Bytes #', ({ length }) => length.toLocaleString()], ['Lines #', ({ lines }) => String(lines ?? '')]], files.first, ''),
    h('p', { id: 'execution', role: 'status' }, plan.execution ? drawExecution(plan.execution) : button('execute', 'Execute this plan', () => execute(plan))),
  );
}

const drawExecution = ({ batch, moved, outcome, state: word }) => [state(outcome ?? word), batch ? h('code', {}, ` ${batch}`) : '', ...(moved ?? []).map((each) => h('div', {}, each))];

async function execute(plan) {
  const why = await askWhy('Execute the plan', `Exactly what is shown: files ${plan.files.count}, tables ${plan.tables.touched.length}.`, 'Execute');
  if (!why) return;
  const execution = await attempt('Execute the plan', () => post(`reprocess/${plan.plan}/execute`, { why }));
  if (execution) await follow(plan, execution);
}

async function follow(plan, execution) {
  for (let now = execution; ; now = (await get(`reprocess/${plan.plan}`)).execution) {
    show('plan-body', { ...plan, execution: now }, drawPlan);
    if (['done', 'refused'].includes(now.state)) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
