"""Autotask PSA through its REST API V1.0: the Target of an import."""
