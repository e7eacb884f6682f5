"""Changes a module right after it was imported for the first time."""

import importlib.machinery
import sys

_changes = {}


def after_import(module, change):
    if not _changes:
        sys.meta_path.insert(0, _Finder())
    _changes.setdefault(module, []).append(change)


class _Finder:
    def find_spec(self, name, path, target=None):
        if name not in _changes:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader:
    """Around the module's own: one loader may serve a whole archive of modules."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        for change in _changes[module.__name__]:
            change(module)

    def __getattr__(self, name):
        return getattr(self.loader, name)
