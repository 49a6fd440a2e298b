"""Bulk API 2.0, queries only. Source: reference section 4 and the Bulk API 2.0 Developer Guide."""
