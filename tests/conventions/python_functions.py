"""Prints each function of some files that is longer than a number of lines.

Usage: python_functions.py MAX FILE...
"""

import ast
import sys
from pathlib import Path

limit = int(sys.argv[1])
for file in sys.argv[2:]:
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > limit:
                print(f"{file}: '{node.name}' has {lines} lines")
