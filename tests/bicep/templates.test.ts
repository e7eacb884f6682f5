import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { logAlerts } from '../../medallion/alerts.ts';
import { type EventName, events } from '../../medallion/events.ts';
import { bicep, copyOfTemplates, root, runBicep, snapshot, whenThere } from './cli.ts';
import { at, compiled, environments, resourcesOf, templates } from './compiled.ts';

const found = bicep ? await compiled() : undefined;
const copy = copyOfTemplates();
afterAll(() => rmSync(copy, { recursive: true }));

/** A year from now there will be newer versions of everything; that is no mistake of today's templates. */
const withoutAge = (said: string) =>
  said
    .split('\n')
    .filter((line) => !line.includes('use-recent-api-versions'))
    .join('\n');

const texts = readdirSync(path.join(root, 'bicep'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.bicep'))
  .map((file) => ({ file, text: readFileSync(path.join(root, 'bicep', file), 'utf8') }));

describe.runIf(bicep)(`the templates, compiled${whenThere}`, () => {
  it.for(environments.flatMap((environment) => templates.map((template) => ({ environment, template }))))(
    'have nothing to complain of: $template for $environment',
    ({ environment, template }) => {
      expect(withoutAge(found?.snapshots[environment][template].said ?? 'nothing compiled')).toBe('');
      expect(found?.snapshots[environment][template].resources.length).toBeGreaterThan(0);
    },
  );

  it('give the linter nothing to say', () => {
    expect(withoutAge(found?.lint ?? 'nothing compiled')).toBe('');
  });

  it('use versions that are no preview, but where there is no other', () => {
    const previews = found && resourcesOf(found, 'prod').filter(({ apiVersion }) => apiVersion.includes('preview'));
    expect([...new Set(previews?.map(({ type }) => type))]).toEqual(['Microsoft.Insights/diagnosticSettings']);
  });

  it('make a rule of each alert, which looks at the lines of this app over a span that Azure knows', () => {
    const rules = (found ? resourcesOf(found, 'prod') : []).filter(
      ({ type }) => type === 'Microsoft.Insights/scheduledQueryRules',
    );
    expect(rules.map(({ name }) => name)).toEqual(logAlerts.map(({ name }) => `alert-${name}-medallion-prod`));
    for (const [index, alert] of logAlerts.entries()) {
      const get = (place: string) => at(rules[index], `properties.${place}`);
      expect(String(get('windowSize')), alert.name).toMatch(/^PT(15M|30M|45M|[12456]H|24H|48H)$/);
      const source =
        alert.name === 'log-cap' ? '_LogOperation' : 'AppTraces | where AppRoleName == "func-medallion-prod"';
      expect(String(get('criteria.allOf.0.query')), alert.name).toContain(`${source} | `);
      for (const filter of alert.lines)
        if ('event' in filter) expect(String(get('criteria.allOf.0.query'))).toContain(`"${filter.event}"`);
      expect(get('criteria.allOf.0.operator')).toBe(alert.isAbsence ? 'LessThan' : 'GreaterThan');
      expect(get('severity')).toBe(alert.severity);
    }
  });

  it('make a workbook that looks at lines of this app, with events and columns of the catalogue', () => {
    const workbook = found && resourcesOf(found, 'prod').find(({ type }) => type === 'Microsoft.Insights/workbooks');
    const { items } = JSON.parse(String(at(workbook, 'properties.serializedData'))) as {
      items: { content: { query?: string } }[];
    };
    const queries = items.flatMap(({ content }) => content.query ?? []);
    expect(queries.length).toBeGreaterThan(8);
    for (const query of queries) {
      expect(query).toContain('AppTraces | where AppRoleName == "func-medallion-prod"');
      const event = /line\.event\) == "([^"]+)"/.exec(query)?.[1] as EventName;
      const columns = [...query.matchAll(/line\.(\w+)/g)].map(([, column = '']) => column);
      const unknown = columns.filter((column) => column !== 'event' && !(column in events[event].fields.shape));
      expect(unknown, query).toEqual([]);
    }
  });

  it('are written in one style', async () => {
    const { code } = await runBicep(copy, 'format', '--pattern', '**/*.bicep');
    expect(code).toBe(0);
    for (const { file, text } of texts) expect(readFileSync(path.join(copy, 'bicep', file), 'utf8'), file).toBe(text);
  });

  it('complain of a resource that nobody knows', async () => {
    const lines = "\nresource planted 'Microsoft.Storage/storageAccounts@1999-01-01' = {\n  name: 'planted'\n}\n";
    appendFileSync(path.join(copy, 'bicep/eventing.bicep'), lines);
    expect((await snapshot(copy, 'eventing', 'dev')).said).toContain('BCP081');
  });
});

describe('the texts of the templates', () => {
  it.for(texts)('say what they are and stay in one room: $file', ({ text }) => {
    expect(text).toMatch(/^metadata name = '.+'\nmetadata description = '.+\.'\n/);
    expect(text).not.toMatch(/'(br|ts)[:/]/);
    expect(text.split('\n').length).toBeLessThanOrEqual(200);
  });

  it('say of each parameter whether it is needed, in a whole sentence', () => {
    for (const { file, text } of texts) {
      for (const [line, description] of text.matchAll(
        /^ *@description\('((?:[^'\\]|\\.)*)'\)\n(?: *@.*\n)* *param /gm,
      )) {
        expect(description, `${file}: ${line}`).toMatch(/^(Required|Optional)\. .*\.$/);
      }
      const described = text.match(/^ *@description\(.*\)\n(?: *@.*\n)*param /gm)?.length ?? 0;
      expect(text.match(/^param /gm)?.length ?? 0, file).toBe(described);
    }
  });
});
