"""Files of a generated world in batches, some of which replace files of earlier ones."""

from random import Random

from generated.defects import break_some
from generated.landing import filed
from generated.world import world_of


def batches_of(seed: int, batches: int) -> list[list[tuple[str, str]]]:
    """The same for the same seed. Every third batch lands a file of an earlier one again, shorter by a line."""
    random = Random(seed)
    files = filed(break_some(world_of(seed, users=6, readings=120), rounds=1).lines, batches, random)
    groups: list[list[tuple[str, str]]] = [files[at::batches] for at in range(batches)]
    for at in range(2, batches, 3):
        path, content = random.choice(groups[at - 2])
        lines = content.splitlines(keepends=True)
        if len(lines) > 2:
            groups[at].append((path, "".join(lines[:-1])))
    return groups
