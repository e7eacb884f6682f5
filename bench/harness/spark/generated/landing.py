"""Lines, sorted into files in one way or another."""

from random import Random

from .lines import HEADERS, Line


def filed(lines: list[Line], files: int, random: Random | None = None) -> list[tuple[str, str]]:
    """Files (path, content), so many per dataset; shuffled if a source of chance is given."""
    ordered = list(lines)
    if random:
        random.shuffle(ordered)
    by_dataset: dict[str, list[str]] = {}
    for line in ordered:
        by_dataset.setdefault(line.dataset, []).append(line.text)
    landed = []
    for dataset, texts in by_dataset.items():
        header = f"{HEADERS[dataset]}\n" if dataset in HEADERS else ""
        ending = "csv" if header else "json"
        for index in range(files):
            if part := texts[index::files]:
                landed.append((f"{dataset}/part-{index}.{ending}", header + "\n".join(part) + "\n"))
    return landed
