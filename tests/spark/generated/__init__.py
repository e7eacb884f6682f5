"""Made-up days of a fitness lakehouse with every defect we know, and their right answer in plain Python."""
