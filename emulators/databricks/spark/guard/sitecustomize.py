"""Python runs this when it starts, in the process of a task and in the workers that Spark starts for it."""

import os

if "WORKSPACE_GUARD" in os.environ:
    from workspace_guard import install

    install()
