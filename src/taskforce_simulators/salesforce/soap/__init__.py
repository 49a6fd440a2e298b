"""The SOAP API: what is left of it, above all login()."""

from taskforce_simulators.salesforce.soap.endpoint import Soap, operation

__all__ = ["Soap", "operation"]
