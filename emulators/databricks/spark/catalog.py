"""Remembers the catalog: Spark's in-memory catalog starts quickest, and this file lets it survive a restart.

Every change of a schema, table, view or function reaches us as an event, in the thread that makes it and before the
statement answers. The object is kept as Spark's own serialised description, one small file each, so that a restart
puts back thousands without reading a single Delta log or parsing a view.
"""

import json
import os
import shutil
import sys
from urllib.parse import quote, unquote

from pyspark.java_gateway import ensure_callback_server_started

CATALOG = "org.apache.spark.sql.catalyst.catalog"
EVENTS = {
    "CreateDatabaseEvent": "schema", "AlterDatabaseEvent": "schema", "DropDatabaseEvent": "schema",
    "CreateTableEvent": "table", "AlterTableEvent": "table", "DropTableEvent": "table", "RenameTableEvent": "table",
    "CreateFunctionEvent": "function", "AlterFunctionEvent": "function", "DropFunctionEvent": "function",
    "RenameFunctionEvent": "function",
}  # fmt: skip


class Catalog:
    def __init__(self, session, home, on_gone):
        self.on_gone = on_gone
        self.jvm, self.folder = session._jvm, os.path.join(home, "catalog")
        self.warehouse = os.path.join(home, "warehouse")
        self.external = session._jsparkSession.sharedState().externalCatalog()
        self.gateway = session.sparkContext._gateway
        os.makedirs(self.folder, exist_ok=True)

    def listen(self):
        ensure_callback_server_started(self.gateway)
        self.external.addListener(self)

    def onEvent(self, event):  # noqa: N802 - the name that Spark calls
        kind = EVENTS.get(event.getClass().getSimpleName())
        if kind is None:
            return
        try:
            if kind == "schema":
                self._keep_schema(event.database())
                return
            if hasattr_java(event, "newName"):
                self._keep(kind, event.database(), event.newName())
            self._keep(kind, event.database(), event.name())
        except Exception as error:  # noqa: BLE001 - Spark would swallow it; the log must not
            print(f"The catalog could not remember '{event.toString()}': {error}", file=sys.stderr, flush=True)
            raise

    class Java:
        implements = [f"{CATALOG}.ExternalCatalogEventListener"]

    def _keep_schema(self, schema):
        folder = os.path.join(self.folder, quote(schema, safe=""))
        if not self.external.databaseExists(schema):
            shutil.rmtree(folder, ignore_errors=True)
            self.on_gone([schema])
            return
        os.makedirs(folder, exist_ok=True)
        self._write(os.path.join(folder, "schema"), self._packed(self.external.getDatabase(schema)))

    def _keep(self, kind, schema, name):
        file = os.path.join(self.folder, quote(schema, safe=""), f"{kind}-{quote(name, safe='')}")
        exists = self.external.tableExists if kind == "table" else self.external.functionExists
        if not exists(schema, name):
            if os.path.exists(file):
                os.remove(file)
            if kind == "table":
                self.on_gone([schema, name])
            return
        os.makedirs(os.path.dirname(file), exist_ok=True)
        if kind == "table":
            self._write(file, self._packed(self.external.getTable(schema, name)))
        else:
            self._write(file, json.dumps(described_function(self.external.getFunction(schema, name))).encode())

    def _write(self, file, content):
        """Committed by rename: a kill leaves the old description or the new one, never half of one."""
        aside = f"{file}.{os.getpid()}.tmp"
        with open(aside, "wb") as out:
            out.write(content)
        os.replace(aside, file)

    def _packed(self, described):
        return bytes(self.jvm.org.apache.spark.util.Utils.serialize(described))

    def restore(self):
        """Answers how many tables, views and functions are there again."""
        count = 0
        for schema in sorted(os.listdir(self.folder)):
            folder = os.path.join(self.folder, schema)
            if os.path.exists(os.path.join(folder, "schema")) and schema != "default":
                self.external.createDatabase(self._read(os.path.join(folder, "schema")), True)
            count += sum(self._restore_one(unquote(schema), folder, name) for name in sorted(os.listdir(folder)))
        return count

    def _restore_one(self, schema, folder, name):
        file = os.path.join(folder, name)
        if name.endswith(".tmp"):
            os.remove(file)
            return 0
        if name.startswith("table-"):
            self.external.createTable(self._read(file), True)
            return 1
        if name.startswith("function-"):
            self.external.createFunction(schema, self._function(schema, file))
            return 1
        return 0

    def _function(self, schema, file):
        with open(file, encoding="utf-8") as source:
            kept = json.load(source)
        catalyst = self.jvm.org.apache.spark.sql.catalyst
        in_file = getattr(getattr(self.jvm, f"{CATALOG}.FileResource$"), "MODULE$")
        resources = [catalyst.catalog.FunctionResource(in_file, uri) for uri in kept["resources"]]
        name = catalyst.FunctionIdentifier(kept["name"], self.jvm.scala.Some(schema))
        as_seq = self.jvm.scala.jdk.javaapi.CollectionConverters.asScala(resources).toSeq()
        return catalyst.catalog.CatalogFunction(name, kept["class"], as_seq)

    def _read(self, file):
        with open(file, "rb") as source:
            return self.jvm.org.apache.spark.util.Utils.deserialize(source.read())


def described_function(function):
    """As text, since the kind of a resource cannot be serialised; a SQL function has only one kind, its own body."""
    resources = function.resources()
    uris = [resources.apply(n).uri() for n in range(resources.length())]
    return {"name": function.identifier().funcName(), "class": function.className(), "resources": uris}


def hasattr_java(thing, name):
    return any(method.getName() == name for method in thing.getClass().getMethods())
