"""SOQL: read, and turned into SQL."""

from taskforce_simulators.salesforce.soql.compiler import Compiled, Selection, compile_query, stored_names
from taskforce_simulators.salesforce.soql.parser import parse
from taskforce_simulators.salesforce.soql.tree import Path, Query

__all__ = ["Compiled", "Path", "Query", "Selection", "compile_query", "parse", "stored_names"]
