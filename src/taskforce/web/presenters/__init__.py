"""What is shown, in words: plain functions over runs and records."""
