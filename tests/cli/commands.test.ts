import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/declarations.mjs';
import type { CommandDeclaration } from '../../cli/commands/help.mjs';
import { people } from '../../cli/stack/home.ts';
import { runners } from '../../tools/bootstrap/runners.mjs';
import { root } from '../../tools/bootstrap/step.mjs';

/** A clone in which nothing is installed. */
const bare = mkdtempSync(path.join(tmpdir(), 'bare-'));
for (const name of ['cli', 'tools', '.dependency-cruiser.mjs', 'package.json', 'package-lock.json'])
  cpSync(path.join(root, name), path.join(bare, name), { recursive: true });
afterAll(() => rmSync(bare, { recursive: true }));

function launch(...args: string[]) {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['tools/bootstrap/launch.mjs', ...args], {
    cwd: bare,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { code: status, stderr, stdout };
}

const declared: readonly [string, CommandDeclaration][] = Object.entries(commands);

describe('each command', () => {
  it.for(declared)('%s explains itself before anything is installed', ([name, { example, options, summary }]) => {
    const { code, stderr, stdout } = launch(name, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(summary);
    for (const option of Object.keys(options)) expect(stdout).toContain(`--${option}`);
    expect(stdout).toContain(example);
  });

  it.for(declared)('%s refuses an unknown option before anything is installed', ([name, { call }]) => {
    const { code, stderr } = launch(name, '--loudly');
    expect(stderr).toContain(`Unknown option '--loudly'.\nUsage: ${call}`);
    expect(code).toBe(2);
  });

  it('has a script, and something that carries it out', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: object };
    const names = declared.map(([name]) => name);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names));
    expect(Object.keys(runners)).toEqual(names);
  });
});

describe('a command line', () => {
  it.for([
    { line: ['fly'], message: "'fly' is not a command. Commands are: npm start, " },
    { line: ['start', 'now'], message: "Unexpected argument 'now'." },
    { line: ['start', '--port'], message: "Option '--port <value>' argument missing." },
    { line: ['start', '--home', '--once'], message: "Option '--home' argument is ambiguous." },
    { line: ['check', '--long=yes'], message: "Option '--long' does not take an argument." },
    { line: ['land', 'file.csv'], message: "Option '--dataset' is missing." },
    { line: ['land', '--dataset', 'gym_logins'], message: 'At least one file is needed.' },
    { line: ['sql'], message: 'One statement is needed, in quotes.' },
    { line: ['sql', ''], message: 'One statement is needed, in quotes.' },
    { line: ['sql', 'SELECT', '1'], message: 'One statement is needed, in quotes.' },
    { line: ['sql', '--format', 'xml', 'SELECT 1'], message: "'xml' is not one of: table, csv, json." },
    { line: ['catalog', 'destroy'], message: "'destroy' is not one of: plan, apply." },
    { line: ['bench', 'growth', 'grow'], message: "'grow' is not one of: set-1, " },
  ])('is wrong: $line', ({ line, message }) => {
    const { code, stderr, stdout } = launch(...line);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, '']);
  });
});

it('a project that is not there is refused before anything is installed', () => {
  const { code, stderr } = launch('start', '--project', 'projects/fitnes');
  expect(stderr).toContain("There is no project 'projects/fitnes': it has no folder 'landing'.");
  expect(code).toBe(1);
});

describe('a declared choice', () => {
  it('of persons is everybody who has a token', () => {
    expect(commands.sql.options.as.choices).toEqual([...people, 'operator']);
  });

  it('of measures is what the benchmarks know', () => {
    const { stderr } = spawnSync(process.execPath, ['bench/main.ts', 'none'], { cwd: root, encoding: 'utf8' });
    expect(stderr).toContain(` ${commands.bench.arguments.choices.join(', ')}.`);
  });
});
