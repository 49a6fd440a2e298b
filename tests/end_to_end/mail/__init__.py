"""What people are told by mail, from a run to a mail server on loopback."""
