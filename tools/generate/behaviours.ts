import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

interface Behaviour {
  readonly subject: string;
  readonly what: string;
  readonly cases: number;
}

/** A page that lists what the tests of a stand-in hold it to, one line a behaviour, in the words of the tests themselves. */
export function behaviours(root: string, standIn: string): string {
  const folder = path.join(root, 'tests/emulators', standIn);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.test\.ts$|^cases\//.test(file))
    .sort();
  const found = files.map((file) => ({ file, behaviours: behavioursIn(path.join(folder, file)) }));
  const all = found.flatMap((each) => each.behaviours);
  const cases = all.reduce((sum, each) => sum + each.cases, 0);
  return [
    `# What \`emulators/${standIn}\` is held to`,
    '',
    `${all.length} behaviours in ${cases} cases, through the official client where there is one. Generated from \`tests/emulators/${standIn}\` by \`npm run generate\`.`,
    ...found.filter((each) => each.behaviours.length > 0).flatMap(({ file, behaviours }) => section(file, behaviours)),
    '',
  ].join('\n');
}

function section(file: string, behaviours: readonly Behaviour[]): string[] {
  const lines = behaviours.map(({ cases, subject, what }) => `| ${cell(subject)} | ${cell(what)} | ${cases} |`);
  return ['', `## ${file}`, '', '| subject | behaviour | cases |', '| --- | --- | --- |', ...lines];
}

/** Titles are Markdown's own when they hold a bar. */
const cell = (text: string) => text.replaceAll('|', '\\|');

function behavioursIn(file: string): Behaviour[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Behaviour[] = [];
  const visit = (node: ts.Node, subject: string): void => {
    const call = ts.isCallExpression(node) ? testCall(node) : undefined;
    if (call?.kind === 'it') found.push({ subject, what: call.title, cases: call.cases });
    const within = call?.kind === 'describe' ? call.title : subject;
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(source, '');
  return found;
}

/** `describe('…', …)`, `it('…', …)` or `it.each([…])('…', …)`. */
function testCall(node: ts.CallExpression): { kind: string; title: string; cases: number } | undefined {
  const title = node.arguments[0];
  if (title === undefined || !ts.isStringLiteralLike(title)) return undefined;
  const callee = node.expression;
  if (ts.isIdentifier(callee)) return { kind: callee.text, title: title.text, cases: 1 };
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression)) return undefined;
  const table = callee.arguments[0];
  const cases = table && ts.isArrayLiteralExpression(table) ? table.elements.length : 1;
  return { kind: callee.expression.expression.getText(), title: title.text, cases };
}
