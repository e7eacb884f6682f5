import { describe, expect, it } from 'vitest';
import { access } from './checklist/access.ts';
import { app } from './checklist/app.ts';
import { events } from './checklist/events.ts';
import { platform } from './checklist/platform.ts';
import { settings } from './checklist/settings.ts';
import { storage } from './checklist/storage.ts';
import { watch } from './checklist/watch.ts';
import { bicep, whenThere } from './cli.ts';
import { compiled } from './compiled.ts';

const items = [...storage, ...app, ...access, ...settings, ...platform, ...events, ...watch].toSorted(
  (a, b) => a.item - b.item,
);
const found = bicep ? await compiled() : undefined;

describe.runIf(bicep)(`the security checklist${whenThere}`, () => {
  it.for(items)('$item: $says', ({ offenders }) => {
    expect(found && offenders(found)).toEqual([]);
  });

  const plants = items.flatMap(({ item, offenders, plants }) =>
    Object.entries(plants).map(([title, plant]) => ({ item, title, offenders, plant })),
  );

  it.for(plants)('$item: notices $title', ({ offenders, plant }) => {
    const changed = structuredClone(found);
    if (changed) plant(changed);

    expect(changed && offenders(changed)).not.toEqual([]);
  });
});
