import { describe, expect, it } from 'vitest';
import { formatRows, JsonText } from '../../cli/format.ts';

const result = {
  columns: ['name', 'n', 'at', 'day', 'list'],
  rows: [
    {
      name: 'a "b", c',
      n: 12n,
      at: new Date('2026-01-01T10:00:00Z'),
      day: new Date('2026-01-02T00:00:00Z'),
      list: [{ id: 1n }],
    },
    { name: null, n: 1.5, at: null, day: null, list: [] },
  ],
};

describe('formatRows', () => {
  it('draws a table, numbers to the right', () => {
    expect(
      formatRows(
        {
          columns: ['name', 'n'],
          rows: [
            { name: 'x', n: 1 },
            { name: 'longer', n: 100 },
          ],
        },
        'table',
      ),
    ).toBe(['name      n', '------  ---', 'x         1', 'longer  100'].join('\n'));
  });

  it('writes CSV with a header line and quotes where they are needed', () => {
    expect(formatRows(result, 'csv')).toBe(
      ['name,n,at,day,list', '"a ""b"", c",12,2026-01-01T10:00:00Z,2026-01-02,"[{""id"":1}]"', ',1.5,,,[]'].join('\n'),
    );
  });

  it('writes JSON without losing a wide number', () => {
    const wide = { columns: ['n'], rows: [{ n: 9007199254740993n }, { n: 5n }] };
    expect(JSON.parse(formatRows(wide, 'json'))).toEqual([{ n: '9007199254740993' }, { n: 5 }]);
  });

  it('still writes the header when there are no rows', () => {
    expect(formatRows({ columns: ['a', 'b'], rows: [] }, 'csv')).toBe('a,b');
  });

  it('writes all digits of numbers inside of lists and structs', () => {
    const nested = { columns: ['s', 'l'], rows: [{ s: new JsonText('{"k":9007199254740993}'), l: [{ id: 9n }] }] };
    expect(formatRows(nested, 'json')).toBe('[{"s":{"k":9007199254740993},"l":[{"id":9}]}]');
    expect(formatRows(nested, 'csv')).toBe('s,l\n"{""k"":9007199254740993}","[{""id"":9}]"');
  });
});
