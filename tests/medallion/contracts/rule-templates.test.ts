import { expect, it } from 'vitest';
import { createRuleQuery, type TemplateUse } from '../../../medallion/contracts/rule-templates.ts';

it.for([
  [{ template: 'unique' }, 'SELECT id, day FROM {silver.visits} GROUP BY id, day HAVING count(*) > 1'],
  [
    { template: 'not_null', columns: ['age', 'sex'] },
    'SELECT id, day FROM {silver.visits} WHERE age IS NULL OR sex IS NULL',
  ],
  [
    { template: 'no_loss_from', from: 'bronze.visits' },
    'SELECT id, day FROM {bronze.visits} AS line WHERE _violation_count = 0 AND NOT EXISTS (SELECT 1 FROM {silver.visits} AS kept WHERE kept.id = line.id AND kept.day = line.day)',
  ],
  [{ template: 'quarantined_lines' }, 'SELECT _file, _line_number FROM {silver.visits} WHERE _violation_count > 0'],
  [
    { template: 'files_loaded_twice' },
    'SELECT _file FROM {silver.visits} GROUP BY _file HAVING count(*) > max(_line_number)',
  ],
] as [TemplateUse, string][])('$0.template selects the rows that break it', ([use, query]) => {
  expect(createRuleQuery(use, 'silver.visits', ['id', 'day'])).toBe(query);
});
