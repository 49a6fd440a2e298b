"""Unit tests of the HTTP client's rules."""
