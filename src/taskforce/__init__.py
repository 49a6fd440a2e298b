"""Taskforce keeps an Autotask PSA database current with the accounts and contacts of a Salesforce org."""
