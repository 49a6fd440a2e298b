"""The words and shapes of the pages, without a page."""
