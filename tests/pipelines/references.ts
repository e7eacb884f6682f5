import { existsSync } from 'node:fs';
import path from 'node:path';
import { readRepository, root } from './expand.ts';

/** What the build puts into the artifact, by the path in it. */
function artifactHolds(file: string): boolean {
  const build = readRepository('azure-pipelines/build.sh');
  const [, copied = ''] = /cp --recursive (.*) "\$out\/"/.exec(build) ?? [];
  if (file === 'app.zip') return build.includes('zip --quiet --recurse-paths "$out/app.zip"');
  return copied.split(' ').includes(file.split('/')[0] ?? '') && existsSync(path.join(root, file));
}

/** Files, commands, functions and jobs that a script names and that are not there. */
export function unresolvedPaths(text: string, isDeployment: boolean): string[] {
  const files = [...text.matchAll(/(?<![\w/.-])@?((?:[\w-]+\/)+[\w.-]+\.(?:json|ts|sh|zip))|release\/([\w./-]+)/g)].map(
    ([, plain, under]) => plain ?? under ?? '',
  );
  const scripts = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name = '']) => name);
  const known = (JSON.parse(readRepository('package.json')) as { scripts: Record<string, string> }).scripts;
  return [
    ...files
      .filter((file) => !(isDeployment ? artifactHolds(file) : existsSync(path.join(root, file))))
      .map((file) => `names '${file}', which is not there`),
    ...scripts.filter((name) => !(name in known)).map((name) => `runs 'npm run ${name}', which is not there`),
  ];
}
