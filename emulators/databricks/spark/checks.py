"""What a statement would touch, found in its analysed plan before anything of it runs."""

from .access import AccessDenied

# Tell of names and settings only.
HARMLESS = ("Show", "Describe", "Explain", "Reset", "Refresh")
SETTINGS = ("SetCommand", "SetCatalogAndNamespace", "SetCatalogCommand", "SetNamespaceCommand", "UseStatement")
# What they run is known only when it runs.
OPAQUE = ("ExecuteImmediate", "CompoundBody")
FORMATS = {"delta", "parquet", "json", "csv", "orc", "text", "avro", "xml", "binaryfile"}
WRITES = {
    "AppendData": "table", "OverwriteByExpression": "table", "OverwritePartitionsDynamic": "table",
    "InsertIntoStatement": "table", "MergeIntoTable": "targetTable", "DeltaMergeInto": "target",
    "UpdateTable": "table", "DeltaUpdateTable": "child", "DeleteFromTable": "table", "DeltaDelete": "child",
    "MergeIntoCommand": "target", "UpdateCommand": "target", "DeleteCommand": "target",
}  # fmt: skip
# Delta's commands keep their plans where a walk over children does not find them.
HIDDEN = {"MergeIntoCommand": ("source", "target"), "UpdateCommand": ("target",), "DeleteCommand": ("target",)}
UPKEEP = ("Optimize", "Vacuum", "Restore", "DeltaReorg", "TruncateTable", "AnalyzeTable")


class Checks:
    def __init__(self, access):
        self.access = access

    def check(self, session, principal, sql):
        """Raises AccessDenied; answers the object that the statement would create, and the analysed plan of a query."""
        state = session._jsparkSession.sessionState()
        parsed = state.sqlParser().parsePlan(sql)
        skip = session._jvm.org.apache.spark.sql.execution.CommandExecutionMode.SKIP()
        kind = kind_of(parsed)
        if kind.startswith(HARMLESS) or kind in SETTINGS:
            return None, None
        if any(word in kind for word in OPAQUE):
            raise only_for_admins(kind)
        refuse_files(parsed)
        plan = state.executePlan(parsed, skip).analyzed()
        seen = list(nodes(plan))
        for name in {name for node in seen for name in read_by(node)}:
            self.access.need(principal, "SELECT", list(name))
        targets = {name for node in seen for name in written_by(node)}
        for name in targets:
            self.access.need(principal, "MODIFY", list(name))
        is_query = not any(is_command(session, node) for node in seen)
        if is_query:
            return None, plan
        return (None if targets else self.check_other(session, principal, parsed, kind)), None

    def check_other(self, session, principal, parsed, kind):
        named = [name for node in nodes(parsed) for name in named_by(session, node)]
        if not named:
            raise only_for_admins(kind)
        name = named[0]
        if kind.startswith(UPKEEP):
            self.access.need(principal, "MODIFY", name)
            return None
        if kind == "AlterViewAs":
            self.access.need_own_view(principal, name)
            return None
        if not kind.startswith(("Create", "Replace")):
            self.access.need_ownership(principal, name)
            return None
        if exists(session, name):
            self.access.need_ownership(principal, name)
        elif len(name) == 1:
            self.access.need(principal, "CREATE SCHEMA", [])
        else:
            self.access.need(principal, "USE SCHEMA", name[:1])
            self.access.need(principal, "CREATE FUNCTION" if "Function" in kind else "CREATE TABLE", name[:1])
        return name


def only_for_admins(kind):
    return AccessDenied(f"[INSUFFICIENT_PERMISSIONS] Only an admin may run a statement of the kind '{kind}'.")


def refuse_files(parsed):
    """A file that is named by its path belongs to no schema, so that nobody can have a privilege on it."""
    for node in nodes(parsed):
        if kind_of(node) == "UnresolvedRelation":
            parts = texts(node.multipartIdentifier())
            if len(parts) == 2 and parts[0].lower() in FORMATS:
                raise AccessDenied(
                    "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have SELECT on any file."
                )


def nodes(plan):
    """The plan with its subqueries; what lies below a view is the affair of its owner."""
    yield plan
    if kind_of(plan) == "View":
        return
    for part in (plan.children(), plan.innerChildren()):
        for n in range(part.length()):
            yield from nodes(part.apply(n))
    for field in HIDDEN.get(kind_of(plan), ()):
        yield from nodes(getattr(plan, field)())


def kind_of(plan):
    return plan.getClass().getSimpleName()


def read_by(node):
    """A relation of the catalog stands below an alias of all its parts; an alias of the user's has one."""
    kind = kind_of(node)
    if kind == "SubqueryAlias":
        parts = texts(node.identifier().qualifier())
        if len(parts) == 2:
            yield (parts[1], node.identifier().name())
    elif kind == "DataSourceV2Relation" and node.identifier().isDefined():
        # Of a file that is read by its path, the schema is the format: nobody has a privilege there.
        identifier = node.identifier().get()
        yield (identifier.namespace()[0], identifier.name())
    elif kind == "LogicalRelation" and node.catalogTable().isDefined():
        identifier = node.catalogTable().get().identifier()
        if identifier.database().isDefined():
            yield (identifier.database().get(), identifier.table())


def written_by(node):
    field = WRITES.get(kind_of(node))
    if field is not None:
        yield from (name for part in nodes(getattr(node, field)()) for name in read_by(part))


def named_by(session, node):
    """What a statement that is not a query names: the one thing it creates, changes or drops comes first."""
    kind = kind_of(node)
    if kind == "UnresolvedIdentifier":
        parts = texts(node.nameParts())
    elif kind in ("UnresolvedTable", "UnresolvedTableOrView", "UnresolvedView", "UnresolvedNamespace"):
        parts = texts(node.multipartIdentifier())
    else:
        return
    if parts[:1] == ["spark_catalog"]:
        parts = parts[1:]
    is_schema = kind == "UnresolvedNamespace" or "Namespace" in kind
    yield parts if is_schema or len(parts) > 1 else [session.catalog.currentDatabase(), *parts]


def exists(session, name):
    catalog = session._jsparkSession.sessionState().catalog()
    if len(name) == 1:
        return catalog.databaseExists(name[0])
    return session._jsparkSession.catalog().tableExists(".".join(f"`{part}`" for part in name))


def is_command(session, node):
    command = session._jvm.java.lang.Class.forName("org.apache.spark.sql.catalyst.plans.logical.Command")
    return command.isInstance(node) or kind_of(node) in WRITES


def texts(seq):
    return [seq.apply(n) for n in range(seq.length())]
