"""The statements about the catalog that plain Spark does not know: grants, owners, tags, groups, who optimizes."""

import re
import threading

from .access import CATALOG, OPEN_SCHEMA
from .information import ASKED, Information, quoted
from .optimization import ALTER, DESCRIBE
from .parameters import QUOTED

NAME = r"((?:`[^`]+`|\w+)(?:\s*\.\s*(?:`[^`]+`|\w+))*)"
KIND = r"(CATALOG|SCHEMA|DATABASE|TABLE|VIEW)"
WHO = r"(`[^`]+`|[\w.@-]+)"
ON = rf"(?:(CATALOG|SCHEMA|DATABASE|TABLE|VIEW)\s+)?{NAME}"
GRANT = re.compile(rf"\s*(GRANT|REVOKE)\s+(.+?)\s+ON\s+{ON}\s+(?:TO|FROM)\s+{WHO}\s*;?\s*", re.I | re.S)
SHOW = re.compile(rf"\s*SHOW\s+GRANTS?\s+(?:{WHO}\s+)?ON\s+{ON}\s*;?\s*", re.I)
OWNER = re.compile(
    rf"\s*ALTER\s+(CATALOG|SCHEMA|DATABASE|TABLE|VIEW)\s+{NAME}\s+(?:SET\s+)?OWNER\s+TO\s+{WHO}\s*", re.I
)
TAGS = re.compile(
    rf"\s*ALTER\s+{KIND}\s+{NAME}\s+(?:ALTER\s+COLUMN\s+(`[^`]+`|\w+)\s+)?"
    r"(SET|UNSET)\s+TAGS\s*\((.*)\)\s*;?\s*",
    re.I | re.S,
)
PRIVILEGES = (
    "SELECT", "MODIFY", "USE SCHEMA", "USE CATALOG", "CREATE TABLE", "CREATE SCHEMA", "CREATE FUNCTION", "EXECUTE",
    "BROWSE", "MANAGE", "ALL PRIVILEGES", "APPLY TAG",
)  # fmt: skip
TAG = re.compile(r"\s*'((?:[^'\\]|\\.)*)'\s*(?:=\s*'((?:[^'\\]|\\.)*)'\s*)?(?:,|$)")

# The answer of a statement that has none.
NOTHING = ({"columns": [], "schema": 0, "batches": []}, [])


class Permissions:
    def __init__(self, root, access, optimization):
        self.root, self.access, self.information = root, access, Information(root, access)
        self.optimization = optimization
        self.lock = threading.Lock()
        self.external = root._jsparkSession.sharedState().externalCatalog()
        if root.catalog.functionExists(f"{OPEN_SCHEMA}.is_account_group_member"):
            self.define_groups()

    def run(self, session, principal, sql):
        """Answers a frame for a statement that plain Spark does not know, and None for any other."""
        for pattern, act in (
            (GRANT, self.grant),
            (SHOW, self.show),
            (OWNER, self.own),
            (TAGS, self.tag),
            (ALTER, self.optimize),
            (DESCRIBE, self.describe),
        ):
            match = pattern.fullmatch(sql)
            if match:
                return act(session, principal, *match.groups())
        return None

    def grant(self, session, principal, verb, listed, kind, name, who):
        target = self.resolve(session, kind or "TABLE", name)
        self.access.need_ownership(principal, target)
        wanted = [re.sub(r"[\s_]+", " ", privilege.strip().upper()) for privilege in listed.split(",")]
        unknown = [privilege for privilege in wanted if privilege not in PRIVILEGES]
        if unknown:
            raise ValueError(
                f"[PARSE_SYNTAX_ERROR] Privilege '{unknown[0]}' is not known. Use {', '.join(PRIVILEGES)}."
            )
        (self.access.grant if verb.upper() == "GRANT" else self.access.revoke)(wanted, target, plain(who))
        return NOTHING

    def show(self, session, principal, who, kind, name):
        keys = [".".join([CATALOG, *self.resolve(session, kind or "TABLE", name)[:n]]) for n in range(3)]
        kinds = {0: "CATALOG", 1: "SCHEMA", 2: "TABLE"}
        rows = [
            (g["principal"], g["privilege"], kinds[g["on"].count(".")], g["on"])
            for g in self.access.grants
            if g["on"] in [key.lower() for key in keys] and (who is None or g["principal"] == plain(who))
        ]
        return session.createDataFrame(rows, "Principal string, ActionType string, ObjectType string, ObjectKey string")

    def own(self, session, principal, kind, name, who):
        target = self.resolve(session, kind, name)
        self.access.need_ownership(principal, target)
        self.access.need_to_hand_over(principal, plain(who))
        self.access.own(target, plain(who))
        return NOTHING

    def tag(self, session, principal, kind, name, column, verb, listed):
        target = self.resolve(session, kind, name)
        if not self.access.may(principal, "APPLY TAG", target):
            self.access.need_ownership(principal, target)
        pairs = [(key, value) for key, value in TAG.findall(listed)]
        self.access.tag(target, plain(column or "") or None, pairs, verb.upper() == "SET")
        return NOTHING

    def optimize(self, _session, principal, name, verb):
        self.optimization.alter(principal, name, verb)
        return NOTHING

    def describe(self, session, _principal, is_extended, name):
        return self.optimization.describe(session, is_extended, name)

    def resolve(self, session, kind, name):
        parts = [plain(part) for part in re.findall(r"`[^`]+`|\w+", name)]
        kind = kind.upper()
        if kind == "CATALOG":
            return []
        if parts[0] == CATALOG:
            parts = parts[1:]
        if kind in ("SCHEMA", "DATABASE"):
            exists = self.external.databaseExists(parts[0])
        else:
            parts = parts if len(parts) > 1 else [session.catalog.currentDatabase(), *parts]
            # Asked of the catalog alone: a session would read the table to say that it is there.
            exists = self.external.databaseExists(parts[0]) and self.external.tableExists(*parts[:2])
        if not exists:
            missing = "SCHEMA_NOT_FOUND" if len(parts) == 1 else "TABLE_OR_VIEW_NOT_FOUND"
            raise ValueError(f"[{missing}] '{'.'.join([CATALOG, *parts])}' cannot be found. Check its spelling.")
        return [part.lower() for part in parts]

    def translate(self, sql):
        """Views keep this name too, so that they answer whoever reads them with the groups of today."""
        pieces = QUOTED.split(sql)
        call = re.compile(r"(?<![.\w])(?:is_account_group_member|is_member)(?=\s*\()", re.I)
        qualified = f"{OPEN_SCHEMA}.is_account_group_member"
        translation = "".join(piece if n % 2 else call.sub(qualified, piece) for n, piece in enumerate(pieces))
        # Plain Spark drops what it replaces, so two statements must not draw the same thing at once.
        with self.lock:
            # The text of a view asks for groups too: it is shown to its owners alone.
            if (translation != sql or ASKED.search(sql)) and not self.root.catalog.functionExists(qualified):
                self.define_groups()
            self.information.refresh(translation)
        return translation

    def define_groups(self):
        cases = " ".join(
            f"when {quoted(who)} then array({', '.join(map(quoted, groups))})"
            for who, groups in self.access.groups.items()
            if groups
        )
        mine = f"case current_user() {cases} else cast(array() as array<string>) end" if cases else "array('')"
        self.root.sql(f"create schema if not exists {OPEN_SCHEMA}")
        self.root.sql(
            f"create or replace function {OPEN_SCHEMA}.is_account_group_member(g string) returns boolean "
            f"return array_contains({mine}, g)"
        )


def plain(name):
    return name.strip("`")
