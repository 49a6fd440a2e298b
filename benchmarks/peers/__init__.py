"""One program for each reader that `extraction.py` compares, each run in a process of its own."""
