import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sources } from './sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const app = sources(/^(functions|operations|orchestrations|cloud|medallion)\/.*\.ts$/);

describe('the app', () => {
  it('never makes management addresses of the durable engine, which hold a key', () => {
    expect(app.length).toBeGreaterThan(60);
    const revealing = app.filter((file) =>
      /createCheckStatusResponse|createHttpManagementPayload|managementUrls/.test(read(file)),
    );
    expect(revealing).toEqual([]);
  });

  it('fetches in one place alone, from an address of the environment file, and follows no redirect', () => {
    const fetching = app.filter((file) => /\bfetch\(/.test(read(file)));
    expect(fetching).toEqual(['cloud/reach.ts']);
    expect(read('cloud/reach.ts').match(/\bfetch\(/g)).toHaveLength(1);
    expect(read('cloud/reach.ts')).toContain("redirect: 'error'");
  });

  it('guards every HTTP function itself: keys are shared and name nobody', () => {
    const registering = app.filter((file) => /\bapp\.(client\.)?http\(/.test(read(file)));
    expect(registering).toEqual(['functions/register.ts']);
    expect(read('functions/register.ts')).toContain('handleRequest(route, request');
  });
});

describe('the page', () => {
  const page = sources(/^dashboard\//);

  it('reads no markup from data, and fetches nothing from elsewhere', () => {
    expect(page.length).toBeGreaterThan(8);
    const odd = page.filter((file) =>
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|https?:\/\/(?!www\.w3\.org\/2000\/svg)/.test(
        read(file),
      ),
    );
    expect(odd).toEqual([]);
  });
});
