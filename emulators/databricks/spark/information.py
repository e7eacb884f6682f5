"""The information schema: what a workspace tells of its own schemas, tables, columns, views, grants and tags.

Each view is drawn anew when a statement asks for it, from the catalog itself, so it cannot lag behind.
"""

import json
import re

from pyspark.sql.types import StructType

from .access import CATALOG, EVERYBODY, OPEN_SCHEMA, full

IN_TABLE = ["table_catalog", "table_schema", "table_name"]
COLUMNS = {
    "schemata": ["catalog_name", "schema_name", "schema_owner", "comment"],
    "tables": [*IN_TABLE, "table_type", "table_owner", "comment"],
    "columns": [*IN_TABLE, "column_name", "ordinal_position", "full_data_type", "is_nullable", "comment"],
    "views": [*IN_TABLE, "view_definition", "owner"],
    "schema_privileges": ["grantee", "catalog_name", "schema_name", "privilege_type", "inherited_from"],
    "table_privileges": ["grantee", *IN_TABLE, "privilege_type", "inherited_from"],
    "schema_tags": ["catalog_name", "schema_name", "tag_name", "tag_value"],
    "table_tags": ["catalog_name", "schema_name", "table_name", "tag_name", "tag_value"],
    "column_tags": ["catalog_name", "schema_name", "table_name", "column_name", "tag_name", "tag_value"],
}
# How a column is shown, where it is not shown as it is.
SHOWN = {
    "ordinal_position": "cast(ordinal_position as int)",
    "view_definition": f"case when owner in (current_user(), '{EVERYBODY}') "
    f"or {OPEN_SCHEMA}.is_account_group_member(owner) then view_definition end as view_definition",
}
ASKED = re.compile(rf"\b{OPEN_SCHEMA}`?\s*\.\s*`?({'|'.join(COLUMNS)})\b", re.I)


class Information:
    def __init__(self, root, access):
        self.root, self.access = root, access
        self.external = root._jsparkSession.sharedState().externalCatalog()

    def refresh(self, sql):
        """Draws the views that a statement names."""
        for view in sorted({name.lower() for name in ASKED.findall(sql)}):
            self.draw(view, list(getattr(self, view)()))

    def draw(self, view, rows):
        columns = COLUMNS[view]
        values = ", ".join(f"({', '.join(map(quoted, row))})" for row in rows or [["" for _ in columns]])
        self.root.sql(f"create schema if not exists {OPEN_SCHEMA}")
        casts = ", ".join(SHOWN.get(column, column) for column in columns if column != "owner")
        self.root.sql(
            f"create or replace view {OPEN_SCHEMA}.{view} as select {casts} from values {values} "
            f"as t({', '.join(columns)}){'' if rows else ' where false'}"
        )

    def owner(self, *name):
        return self.access.owners.get(full(name), "admins")

    def databases(self):
        listed = self.external.listDatabases()
        return [name for name in texts(listed) if name not in ("default", OPEN_SCHEMA)]

    def objects(self):
        """(schema, name, Spark's own description) of every table and view."""
        for schema in self.databases():
            for name in texts(self.external.listTables(schema)):
                yield schema, name, self.external.getTable(schema, name)

    def schemata(self):
        for schema in self.databases():
            yield [CATALOG, schema, self.owner(schema), self.external.getDatabase(schema).description()]

    def tables(self):
        for schema, name, kept in self.objects():
            is_view = kept.tableType().name() == "VIEW"
            text = kept.comment().get() if kept.comment().isDefined() else ""
            comment = text if is_view else dict(self.delta(schema, name).properties()).get("comment", "")
            yield [CATALOG, schema, name, "VIEW" if is_view else "MANAGED", self.owner(schema, name), comment]

    def columns(self):
        for schema, name, kept in self.objects():
            is_view = kept.tableType().name() == "VIEW"
            schema_json = (kept if is_view else self.delta(schema, name)).schema().json()
            for place, field in enumerate(StructType.fromJson(json.loads(schema_json)).fields):
                comment = (field.metadata or {}).get("comment", "")
                nullable = "YES" if field.nullable else "NO"
                kind = field.dataType.simpleString()
                yield [CATALOG, schema, name, field.name, str(place), kind, nullable, comment]

    def views(self):
        for schema, name, kept in self.objects():
            if kept.tableType().name() == "VIEW":
                text = (
                    kept.viewText().get().replace(f"{OPEN_SCHEMA}.is_account_group_member", "is_account_group_member")
                )
                yield [CATALOG, schema, name, text, self.owner(schema, name)]

    def schema_privileges(self):
        for grant in self.access.grants:
            parts = grant["on"].split(".")
            if len(parts) == 2:
                yield [grant["principal"], *parts, grant["privilege"], "NONE"]

    def table_privileges(self):
        for grant in self.access.grants:
            parts = grant["on"].split(".")
            if len(parts) == 3:
                yield [grant["principal"], *parts, grant["privilege"], "NONE"]

    def schema_tags(self):
        return self.tagged(1, with_column=False)

    def table_tags(self):
        return self.tagged(2, with_column=False)

    def column_tags(self):
        return self.tagged(2, with_column=True)

    def tagged(self, dots, with_column):
        for tag in self.access.tags:
            if tag["on"].count(".") == dots and bool(tag["column"]) == with_column:
                column = [tag["column"]] if with_column else []
                yield [*tag["on"].split("."), *column, tag["key"], tag["value"]]

    def delta(self, schema, name):
        """The table as Delta's own log tells it; the catalog's copy of comment and schema may lag behind."""
        state = self.root._jsparkSession.sessionState()
        identifier = self.root._jvm.org.apache.spark.sql.connector.catalog.Identifier
        path = self.root.sparkContext._gateway.new_array(self.root._jvm.String, 1)
        path[0] = schema
        return state.catalogManager().v2SessionCatalog().loadTable(identifier.of(path, name))


def texts(seq):
    return [seq.apply(n) for n in range(seq.length())]


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
