"""What is asked for: each view fetches, has a presenter put it into words, and shows it."""
