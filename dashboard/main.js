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
import { acted } from './reason.js';

/** While something waits or runs, and while nothing does: each look is a call per part, and a wall screen looks all day. */
const pollSeconds = { busy: 2, quiet: 10 };

/** Each part loads its own data, so that one that fails leaves the others alone. */
const parts = [showNow, showLayers, showRuns, showFiles, showQuarantine, showTables, showAuditLog];

/** Answers with the seconds until the next look. */
async function refresh() {
  const ended = await Promise.allSettled(parts.map((part) => part()));
  const errors = ended.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
  const banner = document.getElementById('unavailable');
  banner.hidden = errors.length === 0;
  show('unavailable', errors.length === 0 ? { text: '' } : describeFailure(errors[0]), drawFailure);
  for (const error of errors) if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) console.error(error);
  return ended[0].value?.isQuiet ? pollSeconds.quiet : pollSeconds.busy;
}

const drawFailure = ({ link, text }) => [text, ' ', link ? h('a', { href: link.address }, link.text) : ''];

async function live() {
  for (;;) {
    // Pause polling while the tab is hidden.
    const seconds = document.hidden ? pollSeconds.quiet : await refresh();
    document.documentElement.dataset.live = 'yes';
    await waitForTurn(seconds);
  }
}

/** Resolves after so many seconds, or as soon as a person has acted or comes back to the tab. */
function waitForTurn(seconds) {
  return new Promise((resolve) => {
    const turn = new AbortController();
    const end = () => {
      turn.abort();
      resolve();
    };
    setTimeout(end, seconds * 1000);
    for (const event of [acted, 'visibilitychange']) document.addEventListener(event, end, { signal: turn.signal });
  });
}

followFiles(refresh);
followQuarantine(refresh);
followPlan(refresh);
followChanges();
await live();
