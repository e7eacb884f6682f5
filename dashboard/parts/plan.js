import { get, post } from '../api.js';
import { button, h, show, span, state, table, when } from '../dom.js';
import { askReason, attempt } from '../reason.js';

/** Creates a plan, shows it whole, and executes it when told to; then follows it to its end. */
export function followPlan() {
  const form = document.getElementById('reprocess-form');
  form.what.onchange = () => {
    document.getElementById('reprocess-files').hidden = form.what.value !== 'files';
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const plan = await attempt('Create a plan', () => post('reprocess', readRequest(form)));
    if (plan) show('plan-body', plan, drawPlan);
  };
}

function readRequest(form) {
  const reason = form.reason.value.trim();
  const what = form.what.value;
  if (what === 'definition') return { selection: { definitionChanged: true }, reason };
  if (what !== 'files') return { selection: { layer: what }, reason };
  const conditions = ['dataset', 'path', 'rule', 'batch', 'release'].map((name) => [name, form[name].value.trim()]);
  const times = ['from', 'to'].filter((name) => form[name].value).map((name) => [name, new Date(form[name].value).toISOString()]);
  const files = Object.fromEntries(conditions.filter(([, value]) => value !== ''));
  return { selection: { files: times.length > 0 ? { ...files, landed: Object.fromEntries(times) } : files }, reason };
}

const list = (title, entries) => (entries.length === 0 ? '' : h('div', {}, h('h3', {}, title), h('ul', {}, entries.map((entry) => h('li', {}, entry)))));

function drawPlan(plan) {
  const { estimate, expiresAt, files, irreversible, steps, tables, warnings } = plan;
  return h(
    'div',
    { class: 'plan', id: 'plan' },
    h('h3', {}, 'Plan ', h('code', {}, plan.plan)),
    h('p', {}, `${files.count} ${files.count === 1 ? 'file' : 'files'}, ${files.bytes.toLocaleString()} bytes; ${estimate.rows.toLocaleString()} rows, `, estimate.seconds === undefined ? 'time unknown' : `about ${span(estimate.seconds)}`, '. Expires ', when(expiresAt), '.'),
    list('What happens', steps.map(({ kind, layer }) => `${layer}: ${{ reload: 'reads these files again', rebuild: 'is rebuilt from the layer below', follow: 'follows what changes' }[kind]}`)),
    list('Tables computed by another definition', tables.stale),
    list('Tables it may write to', tables.touched),
    list('Not to be undone', irreversible),
    list('Warnings', warnings),
    files.count === 0 ? '' : table(files.count > files.first.length ? `The first ${files.first.length} of ${files.count} files.` : 'Its files.', [['Path', ({ path }) => path], ['ETag', ({ etag }) => h('code', {}, etag)], ['Bytes #', ({ length }) => length.toLocaleString()], ['Lines #', ({ lines }) => String(lines ?? '')]], files.first, ''),
    h('p', { id: 'execution', role: 'status' }, plan.execution ? drawExecution(plan.execution) : button('execute', 'Execute this plan', () => execute(plan))),
  );
}

const drawExecution = ({ batch, changedInputs = [], failure, outcome, state: word }) => [state(outcome ?? word), batch ? h('code', {}, ` ${batch}`) : '', failure ? h('div', {}, failure) : '', ...changedInputs.map((change) => h('div', {}, change))];

async function execute(plan) {
  const reason = await askReason('Execute the plan', `Exactly what is shown: files ${plan.files.count}, tables ${plan.tables.touched.length}.`, 'Execute');
  if (!reason) return;
  const execution = await attempt('Execute the plan', () => post(`reprocess/${plan.plan}/execute`, { reason }));
  if (execution) await follow(plan, execution);
}

async function follow(plan, execution) {
  for (let now = execution; ; now = (await get(`reprocess/${plan.plan}`)).execution) {
    show('plan-body', { ...plan, execution: now }, drawPlan);
    if (['completed', 'rejected', 'withdrawn'].includes(now.state)) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
