"""Predictive optimization: whether the workspace itself commits to the tables of the catalog, and those commits."""

import json
import os
import re

from .access import CATALOG

NAME = r"`?([\w-]+)`?"
ALTER = re.compile(rf"\s*ALTER\s+CATALOG\s+{NAME}\s+(ENABLE|DISABLE|INHERIT)\s+PREDICTIVE\s+OPTIMIZATION\s*;?\s*", re.I)
DESCRIBE = re.compile(rf"\s*(?:DESCRIBE|DESC)\s+CATALOG\s+(EXTENDED\s+)?{NAME}\s*;?\s*", re.I)
# An account has it on unless somebody switches it off.
INHERITED = "ENABLE (inherited from METASTORE)"


class PredictiveOptimization:
    def __init__(self, root, home, access):
        self.root, self.access, self.file = root, access, os.path.join(home, "optimization.json")
        self.external = root._jsparkSession.sharedState().externalCatalog()
        self.value = INHERITED
        if os.path.exists(self.file):
            with open(self.file, encoding="utf-8") as kept:
                self.value = json.load(kept)["value"]

    def alter(self, principal, name, verb):
        need_catalog(name)
        self.access.need_ownership(principal, [])
        self.value = INHERITED if verb.upper() == "INHERIT" else verb.upper()
        aside = f"{self.file}.{os.getpid()}.tmp"
        with open(aside, "w", encoding="utf-8") as out:
            json.dump({"value": self.value}, out)
        os.replace(aside, self.file)

    def describe(self, session, is_extended, name):
        need_catalog(name)
        rows = [("Catalog Name", CATALOG), ("Owner", self.access.owners[CATALOG])]
        if is_extended:
            rows.append(("Predictive Optimization", self.value))
        return session.createDataFrame(rows, "info_name string, info_value string")

    def run(self):
        """What a real workspace does at a time of its own choice, with the rights of nobody who owns the tables."""
        if self.value == "DISABLE":
            return
        for schema in names(self.external.listDatabases()):
            for table in names(self.external.listTables(schema)):
                if self._is_managed(schema, table):
                    self.root.sql(f"OPTIMIZE `{schema}`.`{table}`").collect()
                    self.root.sql(f"VACUUM `{schema}`.`{table}`").collect()

    def _is_managed(self, schema, table):
        described = self.external.getTable(schema, table)
        return described.tableType().name() == "MANAGED" and described.provider().getOrElse(None) == "delta"


def need_catalog(name):
    if name.lower() != CATALOG:
        raise ValueError(f"[CATALOG_NOT_FOUND] Catalog '{name}' cannot be found. The only one is '{CATALOG}'.")


def names(seq):
    return [seq.apply(n) for n in range(seq.length())]
