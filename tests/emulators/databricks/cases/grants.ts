import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AWorkspace, failureOf } from '../test-workspace.ts';

/** Ann is an admin and Bob is not; each speaks through the official driver with a token of their own. */
export function grantCases(workspace: AWorkspace): void {
  const bob = '`bob@example.com`';
  const asBob = (text: string, options?: object) => workspace.sqlAs('token-of-bob', text, options);
  const refused = async (text: string, options?: object) => {
    const { message, state } = await failureOf(asBob(text, options));
    return `${state} ${message}`;
  };
  const lacks = (privilege: string, on: string) =>
    new RegExp(`^42501 .*Insufficient privileges: User does not have ${privilege} on ${on}`);

  describe('access to data', () => {
    beforeAll(async () => {
      await workspace.sql('create schema vault');
      await workspace.sql('create table vault.secrets (id int, owner string)');
      await workspace.sql("insert into vault.secrets values (1, 'readers'), (2, 'nobody')");
      await workspace.sql('create table vault.notes (id int)');
      await workspace.sql(
        'create view vault.mine as select id from vault.secrets where is_account_group_member(owner) -- is_member(x)',
      );
    });

    it('refuses what was not granted, in the words and with the state of the service', async () => {
      expect(await refused('select * from vault.notes')).toMatch(lacks('USE SCHEMA', "Schema 'spark_catalog.vault'"));
      await workspace.sql(`grant use schema on schema vault to ${bob}`);
      expect(await refused('select * from vault.notes')).toMatch(lacks('SELECT', "Table 'spark_catalog.vault.notes'"));
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
      await workspace.sql(`grant select, modify on vault.notes to ${bob}`);

      expect(await refused(text)).toMatch(lacks('SELECT', "Table 'spark_catalog.vault.secrets'"));
    });

    it('looks at statements with parameters too', async () => {
      const namedParameters = { id: 1, word: "it's" };
      const where = 'where id = :id or :word is null';

      expect(await refused(`select * from vault.secrets ${where}`, { namedParameters })).toMatch(/^42501/);
      expect(await asBob(`select * from vault.notes ${where}`, { namedParameters })).toEqual([]);
    });

    it.each([
      'insert into vault.notes values (1)',
      'update vault.notes set id = 2',
      'delete from vault.notes',
      'merge into vault.notes n using (select 1 id) s on n.id = s.id when not matched then insert *',
    ])('asks for MODIFY: %s', async (text) => {
      await workspace.sql(`grant select on table vault.notes to ${bob}`);
      await workspace.sql(`revoke modify on table vault.notes from ${bob}`);
      expect(await refused(text)).toMatch(lacks('MODIFY', "Table 'spark_catalog.vault.notes'"));

      await workspace.sql(`grant modify on table vault.notes to ${bob}`);
      await asBob(text);
    });

    it('reads a view with the rights of its owner, and tells it who asks', async () => {
      await workspace.sql('grant select on view vault.mine to `readers`');

      expect(await asBob('select * from vault.mine')).toEqual([{ id: 1 }]);
      expect(await workspace.sql('select * from vault.mine')).toEqual([]);
      expect(await asBob("select is_account_group_member('readers') a, is_member('admins') b")).toEqual([
        { a: true, b: false },
      ]);
    });

    it('lets a creator do everything with what is theirs, and nobody else', async () => {
      expect(await refused('create table vault.own (id int)')).toMatch(lacks('CREATE TABLE', 'Schema'));
      expect(await refused('drop table vault.notes')).toMatch(/^42501 .*User is not an owner of Table/);
      await workspace.sql(`grant create table on schema vault to ${bob}`);

      await asBob('create table vault.own (id int)');
      await asBob('insert into vault.own values (1)');
      expect(await asBob('select * from vault.own')).toEqual([{ id: 1 }]);
      await asBob('drop table vault.own');
    });

    it('lists grants, hands them down, and forgets them with what was dropped', async () => {
      await workspace.sql('create table vault.gone (id int)');
      await workspace.sql('grant select on vault.gone to `somebody`');

      expect(await workspace.sql('show grants `somebody` on table vault.gone')).toEqual([
        { Principal: 'somebody', ActionType: 'SELECT', ObjectType: 'TABLE', ObjectKey: 'spark_catalog.vault.gone' },
      ]);
      await workspace.sql('drop table vault.gone');
      await workspace.sql('create table vault.gone (id int)');
      expect(await workspace.sql('show grants `somebody` on table vault.gone')).toEqual([]);
      await workspace.sql(`grant select on schema vault to ${bob}`);
      expect(await asBob('select count(*) n from vault.gone')).toEqual([{ n: 0n }]);
      await workspace.sql(`revoke select on schema vault from ${bob}`);
    });

    it('refuses grants of those who own nothing, and files by path', async () => {
      expect(await refused(`grant select on vault.secrets to ${bob}`)).toMatch(/^42501 .*not an owner/);
      const path = join(workspace.home, 'state/warehouse/vault.db/secrets');
      expect(await workspace.sql(`select count(*) n from delta.\`${path}\``)).toEqual([{ n: 2n }]);
      for (const format of ['parquet', 'json', 'text']) {
        expect(await refused(`select (select count(*) from ${format}.\`${path}\`)`)).toMatch(
          lacks('SELECT', 'any file'),
        );
      }
      expect(await refused(`select * from delta.\`${path}\``)).toMatch(/^42501/);
    });

    it('looks through what would hide a change or a statement', async () => {
      expect(await refused("alter table vault.notes set tblproperties ('a' = 'b')")).toMatch(/^42501 .*not an owner/);
      expect(await refused("execute immediate 'select * from vault.secrets'")).toMatch(/^42501 .*Only an admin/);
      expect(await refused('begin select * from vault.secrets; end')).toMatch(/^42501 .*Only an admin/);
      expect(await asBob('select count(*) n from vault.notes version as of 0')).toEqual([{ n: 0n }]);
    });

    it('tells of tables, columns, views and grants in its information schema', async () => {
      await workspace.sql("create table vault.told (id int not null comment 'The id.', at timestamp) comment 'Told.'");
      await workspace.sql("create view vault.shown as select id from vault.told where is_member('readers')");
      await workspace.sql('grant select on vault.told to `readers`');
      const told = (select: string) =>
        workspace.sql(`${select} where table_schema = 'vault' and table_name in ('told', 'shown')`);

      expect(await told('select table_name, table_type, comment from information_schema.tables')).toEqual([
        { table_name: 'shown', table_type: 'VIEW', comment: '' },
        { table_name: 'told', table_type: 'MANAGED', comment: 'Told.' },
      ]);
      expect(
        await told('select column_name, full_data_type, is_nullable, comment from information_schema.columns'),
      ).toEqual([
        { column_name: 'id', full_data_type: 'int', is_nullable: 'NO', comment: 'The id.' },
        { column_name: 'id', full_data_type: 'int', is_nullable: 'NO', comment: 'The id.' },
        { column_name: 'at', full_data_type: 'timestamp', is_nullable: 'YES', comment: '' },
      ]);
      expect(await told('select view_definition from information_schema.views')).toEqual([
        { view_definition: expect.stringContaining('select id from vault.told') },
      ]);
      expect(
        await told('select grantee, privilege_type, inherited_from from information_schema.table_privileges'),
      ).toEqual([{ grantee: 'readers', privilege_type: 'SELECT', inherited_from: 'NONE' }]);
      await workspace.sql("comment on table vault.told is 'Altered.'");
      expect(await told('select comment from information_schema.tables')).toContainEqual({ comment: 'Altered.' });
    });

    it('keeps tags of tables and columns, and lists them', async () => {
      await workspace.sql("alter table vault.secrets set tags ('domain' = 'gym', 'pii')");
      await workspace.sql(
        "alter table vault.secrets alter column owner set tags ('pii' = 'it''s')".replace("''", "\\'"),
      );
      await workspace.sql("alter table vault.secrets unset tags ('pii')");

      expect(await asBob('select * from information_schema.table_tags')).toEqual([
        {
          catalog_name: 'spark_catalog',
          schema_name: 'vault',
          table_name: 'secrets',
          tag_name: 'domain',
          tag_value: 'gym',
        },
      ]);
      expect(await workspace.sql('select column_name, tag_name from information_schema.column_tags')).toEqual([
        { column_name: 'owner', tag_name: 'pii' },
      ]);
    });
  });
}
