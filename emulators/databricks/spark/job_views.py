"""What a view that asks for groups says to a job.

Open Spark knows one user for all sessions of Spark Connect, who is in no group. So the view's text is answered for the
principal of the task, and takes the view's place.
"""

import re

from .access import OPEN_SCHEMA
from .checks import exists, texts

ASKED_FOR = re.compile(rf"\b{OPEN_SCHEMA}\.is_account_group_member\(\s*'([^']*)'\s*\)", re.I)


def answered(root, session, name, groups):
    """The text of the view for somebody in these groups; nothing if it is no view, or asks for none."""
    parts = texts(session._jsparkSession.sessionState().sqlParser().parseMultipartIdentifier(name))[-2:]
    parts = parts if len(parts) > 1 else [session.catalog.currentDatabase(), *parts]
    if not exists(session, parts):
        return None
    kept = root._jsparkSession.sharedState().externalCatalog().getTable(*parts)
    if kept.tableType().name() != "VIEW":
        return None
    text = kept.viewText().get()
    found = ASKED_FOR.sub(lambda asked: "true" if asked[1] in groups else "false", text)
    return None if found == text else found
