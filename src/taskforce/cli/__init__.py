"""The command line: parses, asks bootstrap to do the work, renders what came of it."""
