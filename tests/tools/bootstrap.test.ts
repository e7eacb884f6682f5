import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { areNodePackagesComplete } from '../../tools/bootstrap/node.mjs';
import { findWheel, isAppComplete } from '../../tools/bootstrap/product.mjs';
import { isPythonEnvironmentComplete } from '../../tools/bootstrap/python.mjs';
import { areJarsComplete, isArchiveComplete } from '../../tools/bootstrap/spark.mjs';
import { once, root } from '../../tools/bootstrap/step.mjs';

const folders: string[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-'));
  folders.push(folder);
});
afterAll(() => {
  for (const name of folders) rmSync(name, { recursive: true });
});

function write(name: string, text = ''): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const remove = (name: string) => rmSync(path.join(folder, name), { recursive: true });

describe('a step of the set-up', () => {
  let count: number;
  beforeEach(() => {
    count = 0;
  });

  const perform = (fingerprint = 'one', make: () => void = () => write('product')) =>
    once(
      {
        name: 'step',
        fingerprint,
        isComplete: () => existsSync(path.join(folder, 'product')),
        make: async () => {
          count += 1;
          make();
        },
      },
      folder,
    );

  it('is performed once while its product is there', async () => {
    await perform();
    await perform();
    expect(count).toBe(1);
  });

  it('is performed again when its product is gone, although its stamp is there', async () => {
    await perform();
    remove('product');
    await perform();
    expect(count).toBe(2);
  });

  it('is performed again when what it depends on has changed', async () => {
    await perform('one');
    await perform('two');
    expect(count).toBe(2);
  });

  it('is performed again after it was interrupted, although a part of its product is there', async () => {
    await perform();
    remove('product');
    const interruption = () => {
      write('product');
      throw new Error('interrupted');
    };
    await expect(perform('one', interruption)).rejects.toThrow('interrupted');
    await perform();
    expect(count).toBe(3);
  });

  it('is performed again when an interrupted change was taken back', async () => {
    await perform('one');
    const interruption = () => {
      throw new Error('interrupted');
    };
    await expect(perform('two', interruption)).rejects.toThrow('interrupted');
    await perform('one');
    expect(count).toBe(3);
  });

  it('fails when it ends without its product, and leaves no stamp', async () => {
    await expect(perform('one', () => undefined)).rejects.toThrow("Step 'step' ended without an error");
    await perform();
    expect(count).toBe(2);
  });
});

describe('Node packages', () => {
  beforeEach(() => {
    const packages = { 'node_modules/one': {}, 'node_modules/one/node_modules/two': {} };
    write('node_modules/.package-lock.json', JSON.stringify({ packages }));
    for (const name of Object.keys(packages)) write(`${name}/package.json`, '{}');
  });

  it('are complete with every package that npm has listed', () => {
    expect(areNodePackagesComplete(folder)).toBe(true);
  });

  it.for(['node_modules', 'node_modules/.package-lock.json', 'node_modules/one/node_modules/two'])(
    "are incomplete without '%s'",
    (name) => {
      remove(name);
      expect(areNodePackagesComplete(folder)).toBe(false);
    },
  );
});

describe('a Python environment', () => {
  const packages = 'venv/lib/python3.12/site-packages';
  const isComplete = () =>
    isPythonEnvironmentComplete(path.join(folder, 'venv'), path.join(folder, 'requirements.txt'));

  beforeEach(() => {
    write('requirements.txt', '# A comment\nruamel.yaml==1.0\n');
    write('venv/bin/python');
    write('venv/bin/program');
    write(`${packages}/ruamel/yaml/main.py`);
    write(`${packages}/ruamel/yaml/a, b.py`);
    write(
      `${packages}/ruamel_yaml-1.0.dist-info/RECORD`,
      [
        '../../../bin/program,sha256=x,1',
        'ruamel/yaml/main.py,sha256=x,1',
        '"ruamel/yaml/a, b.py",sha256=x,1',
        'ruamel/yaml/__pycache__/main.cpython-312.pyc,,',
        'ruamel_yaml-1.0.dist-info/RECORD,,',
        '',
      ].join('\n'),
    );
  });

  it('is complete without bytecode', () => {
    expect(isComplete()).toBe(true);
  });

  it.for([
    'venv',
    'venv/bin/python',
    'venv/bin/program',
    `${packages}/ruamel`,
    `${packages}/ruamel/yaml/a, b.py`,
    `${packages}/ruamel_yaml-1.0.dist-info`,
  ])("is incomplete without '%s'", (name) => {
    remove(name);
    expect(isComplete()).toBe(false);
  });

  it('is incomplete with another version of a package', () => {
    write('requirements.txt', 'ruamel.yaml==1.1\n');
    expect(isComplete()).toBe(false);
  });

  it('is incomplete when the interpreter that it links to was removed', () => {
    remove('venv/bin/python');
    symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'venv/bin/python'));
    expect(isComplete()).toBe(false);
  });
});

describe('the other products', () => {
  it('are incomplete when one jar is missing', () => {
    write('one.jar');
    expect(areJarsComplete(folder, { 'one.jar': 'hash' })).toBe(true);
    expect(areJarsComplete(folder, { 'one.jar': 'hash', 'two.jar': 'hash' })).toBe(false);
  });

  it('are incomplete without a finished class archive', () => {
    write('spark.jsa.17');
    expect(isArchiveComplete(folder)).toBe(false);
    write('spark.jsa');
    expect(isArchiveComplete(folder)).toBe(true);
    expect(isArchiveComplete(path.join(folder, 'nowhere'))).toBe(false);
  });

  it('are incomplete when one source of the app has not been compiled', () => {
    const sources = ['medallion/one.ts', 'cloud/two.ts'].map((name) => path.join(root, name));
    write('medallion/one.js');
    expect(isAppComplete(folder, sources)).toBe(false);
    write('cloud/two.js');
    expect(isAppComplete(folder, sources)).toBe(true);
  });

  it('are incomplete without the wheel', () => {
    expect(findWheel(folder)).toBeUndefined();
    expect(findWheel(path.join(folder, 'nowhere'))).toBeUndefined();
    write('medallion.whl');
    expect(findWheel(folder)).toBe('medallion.whl');
  });
});
