import type { Reporter, TestModule } from 'vitest/node';

/** One line per file and group of tests that were skipped; the name of a group says what was missing. */
function describeSkippedTests(modules: readonly TestModule[]): string[] {
  const counts = new Map<string, number>();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const group = `${module.relativeModuleId}: ${test.fullName.split(' > ')[0]}`;
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
  return [...counts].map(([group, count]) => `  ${count} in ${group}`);
}

/** A test that is skipped in CI proves nothing, and nobody sees it: there it counts as a failure. */
export const noSkippedTests: Reporter = {
  onTestRunEnd(modules) {
    const lines = describeSkippedTests(modules);
    if (lines.length === 0) return;
    console.error(`Tests were skipped. In CI that is a failure: install what they need.\n${lines.join('\n')}`);
    process.exitCode = 1;
  },
};
