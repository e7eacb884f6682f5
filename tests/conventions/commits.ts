import { spawnSync } from 'node:child_process';

export interface Commit {
  readonly title: string;
  readonly body: string;
}

const maxTitleLength = 72;
const areasWithoutFolder = ['build', 'deps', 'docs'];

/** What is wrong with a commit's message; `folders` are those of the project. */
export function findMessageProblems({ body, title }: Commit, folders: ReadonlySet<string>): string[] {
  const area = /^([a-z][\w./-]*): \S/.exec(title)?.[1];
  const isArea = area !== undefined && (areasWithoutFolder.includes(area) || folders.has(area));
  return [
    ...(isArea ? [] : [`'${title}' does not begin with a folder, or docs, build or deps, and a colon.`]),
    ...(title.length > maxTitleLength
      ? [`'${title}' has ${title.length} characters; ${maxTitleLength} are allowed.`]
      : []),
    ...(body.trim() === '' ? [`'${title}' has no body that says why.`] : []),
  ];
}

/** Commits that are on the main branch neither here nor at the origin. A merge brings its title from git. */
export function listNewCommits(root: string): Commit[] {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const main = ['main', 'origin/main'].filter((name) => git('rev-parse', '--verify', '--quiet', name).status === 0);
  if (main.length === 0) return [];
  const { status, stderr, stdout } = git('log', '--no-merges', '-z', '--format=%s%n%b', 'HEAD', '--not', ...main);
  if (status !== 0) throw new Error(`The commits of '${root}' cannot be listed: ${stderr}`);
  return stdout.split('\0').filter(Boolean).map(parseMessage);
}

function parseMessage(text: string): Commit {
  const [title = '', ...body] = text.split('\n');
  return { title, body: body.join('\n') };
}
