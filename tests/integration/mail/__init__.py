"""Mail servers on loopback: with and without TLS and login, refusing, slow, dying."""
