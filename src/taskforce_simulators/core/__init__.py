"""What both simulators stand on: a clock, a database, a journal, faults, a server, a control API and pages."""
