import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { getFailure } from '../responses.ts';
import type { TestWorkspace } from '../test-workspace.ts';

/** Ann is an admin and Bob is not; each speaks through the official driver with a token of their own. */
export function defineGrantCases(workspace: TestWorkspace): void {
  const bob = '`bob@example.com`';
  const runAsBob = (text: string, options?: object) => workspace.runSqlAs('token-of-bob', text, options);
  const getRefusal = async (text: string, options?: object) => {
    const { message, state } = await getFailure(runAsBob(text, options));
    return `${state} ${message}`;
  };
  const createPattern = (privilege: string, on: string) =>
    new RegExp(`^42501 .*Insufficient privileges: User does not have ${privilege} on ${on}`);

  describe('access to data', () => {
    beforeAll(async () => {
      await workspace.runSql('create schema vault');
      await workspace.runSql('create table vault.secrets (id int, owner string)');
      await workspace.runSql("insert into vault.secrets values (1, 'readers'), (2, 'nobody')");
      await workspace.runSql('create table vault.notes (id int)');
      await workspace.runSql(
        'create view vault.mine as select id from vault.secrets where is_account_group_member(owner) -- is_member(x)',
      );
    });

    it('refuses what was not granted, in the words and with the state of the service', async () => {
      expect(await getRefusal('select * from vault.notes')).toMatch(
        createPattern('USE SCHEMA', "Schema 'spark_catalog.vault'"),
      );
      await workspace.runSql(`grant use schema on schema vault to ${bob}`);
      expect(await getRefusal('select * from vault.notes')).toMatch(
        createPattern('SELECT', "Table 'spark_catalog.vault.notes'"),
      );
    });

    it.each([
      'select (select max(id) from vault.secrets)',
      'select 1 where exists (select * from vault.secrets)',
      'with s as (select * from vault.secrets) select count(*) from s',
      'with secrets as (select * from vault.secrets) select count(*) from secrets',
      'select * from vault.notes n join vault.secrets s using (id)',
      'select * from vault.notes union all select id from vault.secrets',
      'select count(*) from (select * from vault.secrets version as of 0)',
      'insert into vault.notes select id from vault.secrets',
      'merge into vault.notes n using vault.secrets s on n.id = s.id when matched then delete',
      'create temporary view peek as select * from vault.secrets',
    ])('looks at every table that is read: %s', async (text) => {
      await workspace.runSql(`grant select, modify on vault.notes to ${bob}`);

      expect(await getRefusal(text)).toMatch(createPattern('SELECT', "Table 'spark_catalog.vault.secrets'"));
    });

    it('looks at statements with parameters too', async () => {
      const namedParameters = { id: 1, word: "it's" };
      const where = 'where id = :id or :word is null';

      expect(await getRefusal(`select * from vault.secrets ${where}`, { namedParameters })).toMatch(/^42501/);
      expect(await runAsBob(`select * from vault.notes ${where}`, { namedParameters })).toEqual([]);
    });

    it.each([
      'insert into vault.notes values (1)',
      'update vault.notes set id = 2',
      'delete from vault.notes',
      'merge into vault.notes n using (select 1 id) s on n.id = s.id when not matched then insert *',
    ])('asks for MODIFY: %s', async (text) => {
      await workspace.runSql(`grant select on table vault.notes to ${bob}`);
      await workspace.runSql(`revoke modify on table vault.notes from ${bob}`);
      expect(await getRefusal(text)).toMatch(createPattern('MODIFY', "Table 'spark_catalog.vault.notes'"));

      await workspace.runSql(`grant modify on table vault.notes to ${bob}`);
      await runAsBob(text);
    });

    it('reads a view with the rights of its owner, and tells it who asks', async () => {
      await workspace.runSql('grant select on view vault.mine to `readers`');

      expect(await runAsBob('select * from vault.mine')).toEqual([{ id: 1 }]);
      expect(await workspace.runSql('select * from vault.mine')).toEqual([]);
      expect(await runAsBob("select is_account_group_member('readers') a, is_member('admins') b")).toEqual([
        { a: true, b: false },
      ]);
    });

    it('lets a creator do everything with what is theirs, and nobody else', async () => {
      expect(await getRefusal('create table vault.own (id int)')).toMatch(createPattern('CREATE TABLE', 'Schema'));
      expect(await getRefusal('drop table vault.notes')).toMatch(/^42501 .*User is not an owner of Table/);
      await workspace.runSql(`grant create table on schema vault to ${bob}`);

      await runAsBob('create table vault.own (id int)');
      await runAsBob('insert into vault.own values (1)');
      expect(await runAsBob('select * from vault.own')).toEqual([{ id: 1 }]);
      await runAsBob('drop table vault.own');
    });

    it('lists grants, hands them down, and forgets them with what was dropped', async () => {
      await workspace.runSql('create table vault.gone (id int)');
      await workspace.runSql('grant select on vault.gone to `somebody`');

      expect(await workspace.runSql('show grants `somebody` on table vault.gone')).toEqual([
        { Principal: 'somebody', ActionType: 'SELECT', ObjectType: 'TABLE', ObjectKey: 'spark_catalog.vault.gone' },
      ]);
      await workspace.runSql('drop table vault.gone');
      await workspace.runSql('create table vault.gone (id int)');
      expect(await workspace.runSql('show grants `somebody` on table vault.gone')).toEqual([]);
      await workspace.runSql(`grant select on schema vault to ${bob}`);
      expect(await runAsBob('select count(*) n from vault.gone')).toEqual([{ n: 0n }]);
      await workspace.runSql(`revoke select on schema vault from ${bob}`);
    });

    it('refuses grants of those who own nothing, and files by path', async () => {
      expect(await getRefusal(`grant select on vault.secrets to ${bob}`)).toMatch(/^42501 .*not an owner/);
      const path = join(workspace.home, 'state/warehouse/vault.db/secrets');
      expect(await workspace.runSql(`select count(*) n from delta.\`${path}\``)).toEqual([{ n: 2n }]);
      for (const format of ['parquet', 'json', 'text']) {
        expect(await getRefusal(`select (select count(*) from ${format}.\`${path}\`)`)).toMatch(
          createPattern('SELECT', 'any file'),
        );
      }
      expect(await getRefusal(`select * from delta.\`${path}\``)).toMatch(/^42501/);
    });

    it('looks through what would hide a change or a statement', async () => {
      expect(await getRefusal("alter table vault.notes set tblproperties ('a' = 'b')")).toMatch(
        /^42501 .*not an owner/,
      );
      expect(await getRefusal("execute immediate 'select * from vault.secrets'")).toMatch(/^42501 .*Only an admin/);
      expect(await getRefusal('begin select * from vault.secrets; end')).toMatch(/^42501 .*Only an admin/);
      expect(await runAsBob('select count(*) n from vault.notes version as of 0')).toEqual([{ n: 0n }]);
    });

    it('tells of tables, columns, views and grants in its information schema', async () => {
      await workspace.runSql(
        "create table vault.told (id int not null comment 'The id.', at timestamp) comment 'Told.'",
      );
      await workspace.runSql("create view vault.shown as select id from vault.told where is_member('readers')");
      await workspace.runSql('grant select on vault.told to `readers`');
      const selectFromSchema = (select: string) =>
        workspace.runSql(`${select} where table_schema = 'vault' and table_name in ('told', 'shown')`);

      expect(await selectFromSchema('select table_name, table_type, comment from information_schema.tables')).toEqual([
        { table_name: 'shown', table_type: 'VIEW', comment: '' },
        { table_name: 'told', table_type: 'MANAGED', comment: 'Told.' },
      ]);
      expect(
        await selectFromSchema(
          'select column_name, full_data_type, is_nullable, comment from information_schema.columns',
        ),
      ).toEqual([
        { column_name: 'id', full_data_type: 'int', is_nullable: 'NO', comment: 'The id.' },
        { column_name: 'id', full_data_type: 'int', is_nullable: 'NO', comment: 'The id.' },
        { column_name: 'at', full_data_type: 'timestamp', is_nullable: 'YES', comment: '' },
      ]);
      expect(await selectFromSchema('select view_definition from information_schema.views')).toEqual([
        { view_definition: expect.stringContaining('select id from vault.told') },
      ]);
      expect(
        await selectFromSchema(
          'select grantee, privilege_type, inherited_from from information_schema.table_privileges',
        ),
      ).toEqual([{ grantee: 'readers', privilege_type: 'SELECT', inherited_from: 'NONE' }]);
      await workspace.runSql("comment on table vault.told is 'Altered.'");
      expect(await selectFromSchema('select comment from information_schema.tables')).toContainEqual({
        comment: 'Altered.',
      });
    });

    describe('a view', () => {
      const textOf = 'select view_definition from information_schema.views where table_schema = ';
      beforeAll(async () => {
        await workspace.runSql('create schema galleries');
        await workspace.runSql('create view galleries.seen as select 1 as id');
        await workspace.runSql('alter view galleries.seen owner to `admins`');
        await workspace.runSql(`grant use schema, manage on schema galleries to ${bob}`);
      });

      it('shows its text to its owner alone', async () => {
        expect(await runAsBob(`${textOf}'galleries'`)).toEqual([{ view_definition: null }]);
        expect(await workspace.runSql(`${textOf}'galleries'`)).toEqual([{ view_definition: 'select 1 as id' }]);
      });

      it('gets another text from its owner alone: to manage it is not enough', async () => {
        expect(await getRefusal('alter view galleries.seen as select 2 as id')).toMatch(/^42501 .*not the owner/);
      });

      it('is given to a group by a member of it alone', async () => {
        expect(await getRefusal('alter view galleries.seen owner to `strangers`')).toMatch(/^42501 .*not a member/);
        await runAsBob('alter view galleries.seen owner to `readers`');
        expect(await runAsBob(`${textOf}'galleries'`)).toEqual([{ view_definition: 'select 1 as id' }]);
        await runAsBob('alter view galleries.seen as select 2 as id');
        expect(await runAsBob('select id from galleries.seen')).toEqual([{ id: 2 }]);
      });
    });

    it('keeps tags of tables and columns, and lists them', async () => {
      await workspace.runSql("alter table vault.secrets set tags ('domain' = 'gym', 'pii')");
      await workspace.runSql(
        "alter table vault.secrets alter column owner set tags ('pii' = 'it''s')".replace("''", "\\'"),
      );
      await workspace.runSql("alter table vault.secrets unset tags ('pii')");

      expect(await runAsBob('select * from information_schema.table_tags')).toEqual([
        {
          catalog_name: 'spark_catalog',
          schema_name: 'vault',
          table_name: 'secrets',
          tag_name: 'domain',
          tag_value: 'gym',
        },
      ]);
      expect(await workspace.runSql('select column_name, tag_name from information_schema.column_tags')).toEqual([
        { column_name: 'owner', tag_name: 'pii' },
      ]);
    });
  });
}
