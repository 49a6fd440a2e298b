"""Stand-ins for Salesforce and Autotask that speak the real protocols. They share nothing with `taskforce`."""
