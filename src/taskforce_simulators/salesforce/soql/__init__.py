"""SOQL: read, and turned into SQL."""

from taskforce_simulators.salesforce.soql.compiler import Compiled, Selection, compile_query, stored_names
from taskforce_simulators.salesforce.soql.parser import parse

__all__ = ["Compiled", "Selection", "compile_query", "parse", "stored_names"]
