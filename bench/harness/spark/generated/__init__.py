"""Made-up days of a fitness lakehouse with every defect we know."""
