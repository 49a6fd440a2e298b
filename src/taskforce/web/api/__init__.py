"""The REST API: what the command line can do, for programs elsewhere, in the command line's own words and shapes."""
