import { ApiProblem, describeFailure } from './api.js';
import { h, show } from './dom.js';
import { showAuditLog } from './parts/audit-log.js';
import { followChanges } from './parts/changes.js';
import { followFiles, showFiles } from './parts/files.js';
import { showLayers } from './parts/layers.js';
import { showNow } from './parts/now.js';
import { followPlan } from './parts/plan.js';
import { followQuarantine, showQuarantine } from './parts/quarantine.js';
import { showRuns } from './parts/runs.js';
import { showTables } from './parts/tables.js';

const pollSeconds = 2;

/** Each part loads its own data, so that one that fails leaves the others alone. */
const parts = [showNow, showLayers, showRuns, showFiles, showQuarantine, showTables, showAuditLog];

async function refresh() {
  const ended = await Promise.allSettled(parts.map((part) => part()));
  const errors = ended.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
  const banner = document.getElementById('unavailable');
  banner.hidden = errors.length === 0;
  show('unavailable', errors.length === 0 ? { text: '' } : describeFailure(errors[0]), drawFailure);
  for (const error of errors) if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) console.error(error);
}

const drawFailure = ({ link, text }) => [text, ' ', link ? h('a', { href: link.address }, link.text) : ''];

async function live() {
  for (;;) {
    // Pause polling while the tab is hidden.
    if (!document.hidden) await refresh();
    document.documentElement.dataset.live = 'yes';
    await new Promise((resolve) => setTimeout(resolve, pollSeconds * 1000));
  }
}

followFiles(refresh);
followQuarantine(refresh);
followPlan(refresh);
followChanges();
await live();
