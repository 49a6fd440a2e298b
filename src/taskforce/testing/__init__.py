"""Salesforce, Autotask, the stores and the clock in memory, for tests and trials.

They implement the ports of `taskforce.engine` and refuse what the real ones refuse.
"""
