import { ApiProblem } from './api.js';
import { showActs } from './parts/acts.js';
import { followFiles, showFiles } from './parts/files.js';
import { showLayers } from './parts/layers.js';
import { showNow } from './parts/now.js';
import { followPlan } from './parts/plan.js';
import { followQuarantine, showQuarantine } from './parts/quarantine.js';
import { showRuns } from './parts/runs.js';
import { showSummaries } from './parts/summaries.js';

const everySeconds = 2;

/** Each part asks for itself, so that one that is refused leaves the others alone. */
const parts = [showNow, showLayers, showRuns, showFiles, showQuarantine, showSummaries, showActs];

async function refresh() {
  const ended = await Promise.allSettled(parts.map((part) => part()));
  const wrong = ended.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
  const away = document.getElementById('away');
  away.hidden = wrong.length === 0;
  away.textContent = wrong.length === 0 ? '' : wrong[0] instanceof ApiProblem ? wrong[0].message : 'The operator does not answer; this is what was known last.';
  for (const error of wrong) if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) console.error(error);
}

async function live() {
  for (;;) {
    // A page that nobody looks at asks nothing.
    if (!document.hidden) await refresh();
    document.documentElement.dataset.live = 'yes';
    await new Promise((resolve) => setTimeout(resolve, everySeconds * 1000));
  }
}

followFiles(refresh);
followQuarantine(refresh);
followPlan(refresh);
await live();
