"""Who may do what: owners and grants on catalog, schemas, tables and views, kept in one file beside the catalog."""

import json
import os
import threading

CATALOG = "spark_catalog"
ADMINS = "admins"
EVERYBODY = "account users"
# Readable by everybody, as in a workspace: it tells only of names.
OPEN_SCHEMA = "information_schema"


class AccessDenied(Exception):
    """A refusal in the service's own wording."""

    def getSqlState(self):  # noqa: N802 - the name that Spark's own errors have
        return "42501"

    def getCondition(self):  # noqa: N802
        return "INSUFFICIENT_PERMISSIONS"


class Access:
    def __init__(self, home, groups, catalog_owner):
        self.file, self.groups, self.lock = os.path.join(home, "access.json"), groups, threading.RLock()
        self.owners, self.grants, self.tags = {}, [], []
        if os.path.exists(self.file):
            with open(self.file, encoding="utf-8") as kept:
                self.__dict__.update(json.load(kept))
        self.owners.setdefault(CATALOG, catalog_owner)

    def is_admin(self, principal):
        return ADMINS in self.groups.get(principal, [])

    def identities(self, principal):
        return {principal, EVERYBODY, *self.groups.get(principal, [])}

    def owns(self, principal, name):
        """Who owns a schema or the catalog may do everything with what lies in it."""
        return any(self.owners.get(key) in self.identities(principal) for key in upward(name))

    def may(self, principal, privilege, name):
        if self.is_admin(principal) or self.owns(principal, name) or name[:1] == [OPEN_SCHEMA]:
            return True
        who, wanted = self.identities(principal), {privilege, "ALL PRIVILEGES"}
        keys = upward(name)
        return any(g["principal"] in who and g["privilege"] in wanted and g["on"] in keys for g in self.grants)

    def need(self, principal, privilege, name):
        """A privilege on a table is of no use without one on its schema."""
        if len(name) == 2 and not self.may(principal, "USE SCHEMA", name[:1]):
            raise denied("USE SCHEMA", "Schema", name[:1])
        if not self.may(principal, privilege, name):
            raise denied(privilege, ("Catalog", "Schema", "Table")[len(name)], name)

    def need_ownership(self, principal, name):
        if not (self.is_admin(principal) or self.owns(principal, name) or self.may(principal, "MANAGE", name)):
            kind = ("Catalog", "Schema", "Table")[len(name)]
            raise AccessDenied(f"[INSUFFICIENT_PERMISSIONS] User is not an owner of {kind} '{full(name)}'.")

    def need_own_view(self, principal, name):
        """What neither MANAGE nor the ownership of what lies around it gives."""
        if self.owners.get(full(name), ADMINS) not in self.identities(principal):
            raise AccessDenied(f"[INSUFFICIENT_PERMISSIONS] User is not the owner of View '{full(name)}'.")

    def need_to_hand_over(self, principal, new_owner):
        """A group may be made the owner by its members, and anybody else by an admin."""
        if new_owner not in self.identities(principal) and not self.is_admin(principal):
            raise AccessDenied(f"[INSUFFICIENT_PERMISSIONS] User is not a member of the new owner '{new_owner}'.")

    def grant(self, privileges, name, principal):
        with self.lock:
            for privilege in privileges:
                entry = {"principal": principal, "privilege": privilege, "on": full(name)}
                if entry not in self.grants:
                    self.grants.append(entry)
            self._keep()

    def revoke(self, privileges, name, principal):
        with self.lock:
            gone = {"ALL PRIVILEGES"} & set(privileges)
            self.grants = [
                g
                for g in self.grants
                if not (
                    g["principal"] == principal and g["on"] == full(name) and (gone or g["privilege"] in privileges)
                )
            ]
            self._keep()

    def own(self, name, principal):
        with self.lock:
            self.owners[full(name)] = principal
            self._keep()

    def tag(self, name, column, pairs, is_set):
        with self.lock:
            keys = {key for key, _ in pairs}
            same = lambda t: t["on"] == full(name) and t["column"] == column and t["key"] in keys  # noqa: E731
            self.tags = [t for t in self.tags if not same(t)]
            if is_set:
                self.tags += [{"on": full(name), "column": column, "key": key, "value": value} for key, value in pairs]
            self._keep()

    def gone(self, name):
        """What is dropped takes its grants along; a successor of the same name begins without any."""
        key = full(name)
        inside = lambda name: name == key or name.startswith(key + ".")  # noqa: E731
        with self.lock:
            before = (len(self.owners), len(self.grants), len(self.tags))
            self.owners = {k: v for k, v in self.owners.items() if not inside(k)}
            self.grants = [g for g in self.grants if not inside(g["on"])]
            self.tags = [t for t in self.tags if not inside(t["on"])]
            if before != (len(self.owners), len(self.grants), len(self.tags)):
                self._keep()

    def _keep(self):
        aside = f"{self.file}.{os.getpid()}.tmp"
        with open(aside, "w", encoding="utf-8") as out:
            json.dump({"owners": self.owners, "grants": self.grants, "tags": self.tags}, out)
        os.replace(aside, self.file)


def full(name):
    return ".".join([CATALOG, *(part.lower() for part in name)])


def upward(name):
    return [full(name[:n]) for n in range(len(name), -1, -1)]


def denied(privilege, kind, name):
    return AccessDenied(
        f"[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have {privilege} on {kind} '{full(name)}'."
    )
