import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** The end of the name of a group whose tests need the Bicep CLI, which no package registry has. */
export const withoutBicep = ' (skipped: no Bicep CLI in BICEP, on the PATH, or beside the project)';

/** The outermost name of a test; for a group that was skipped it says what was missing. */
const getGroup = ({ fullName }: TestCase): string => fullName.split(' > ')[0] ?? '';

/** One line per file and group. */
function describeTests(tests: readonly TestCase[]): string {
  const groups = Map.groupBy(tests, (test) => `${test.module.relativeModuleId}: ${getGroup(test)}`);
  return [...groups].map(([group, { length }]) => `  ${length} in ${group}`).join('\n');
}

/** A test that is skipped in CI proves nothing, and nobody sees it: there it counts as a failure. */
export const noSkippedTests: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    const { excused = [], others = [] } = Object.groupBy(tests, (test) =>
      getGroup(test).endsWith(withoutBicep) ? 'excused' : 'others',
    );
    if (excused.length > 0)
      console.error(
        `THE BICEP TEMPLATES WERE NOT TESTED. No registry has the Bicep CLI: put it on the PATH.\n${describeTests(excused)}`,
      );
    if (others.length === 0) return;
    console.error(`Tests were skipped. In CI that is a failure: install what they need.\n${describeTests(others)}`);
    process.exitCode = 1;
  },
};
