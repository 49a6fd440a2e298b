"""Databases as released versions left them, one text of SQL each, and what stands in them."""
