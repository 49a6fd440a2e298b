"""A simulator of a Salesforce org: SOAP login, OAuth, REST with SOQL. What is true to the original: FIDELITY.md."""

from taskforce_simulators.salesforce.simulator import SalesforceSimulator

__all__ = ["SalesforceSimulator"]
