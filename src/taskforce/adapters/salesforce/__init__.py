"""Salesforce: login, reading, describing. Facts come from the vendor's REST, SOAP and OAuth documentation."""
