"""What Taskforce knows and decides, free of I/O, clock, randomness and logging."""
