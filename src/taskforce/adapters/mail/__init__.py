"""Mail by SMTP: what is told to whom is decided elsewhere."""
